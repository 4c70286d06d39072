import DHCP
import Wire

/// What we read of a message, under the names that tshark has for the fields.
struct FieldList {
    private(set) var fields: [String: [String]] = [:]

    /// Whether an association was refused for an option inside, where tshark shows what comes before.
    private(set) var hasRefused = false

    private mutating func add(_ name: String, _ value: some CustomStringConvertible) {
        fields[name, default: []].append(value.description)
    }

    private mutating func addAll(_ prefix: String, _ values: KeyValuePairs<String, any CustomStringConvertible>) {
        for (name, value) in values { add(prefix + name, value.description) }
    }

    private static func hexadecimal(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Reads a message; throws what its reader throws.
    init(_ octets: [UInt8], _ format: MessageGenerator.Format) throws(WireError) {
        var rest = octets.span.octets
        switch format {
        case .dhcpv4: addDHCPv4(try DHCPv4.Message(reading: &rest))
        case .dhcpv6:
            let relayed = try DHCPv6.Relayed(reading: &rest)
            try addDHCPv6(relayed)
        case .neighbor: addNeighbor(try NDP.Message(reading: &rest))
        case .dns: addDNS(try DNSMessage(reading: &rest))
        }
    }

    private mutating func addDHCPv4(_ message: DHCPv4.Message) {
        let header = message.header
        addAll(
            "dhcp.",
            [
                "type": header.operation.rawValue, "hw.type": header.hardwareAddress.type.rawValue,
                "hw.len": header.hardwareAddress.count, "hops": header.hops, "id": header.transactionID,
                "secs": header.seconds, "flags": header.flags, "ip.client": header.clientAddress,
                "ip.your": header.yourAddress, "ip.server": header.nextServerAddress, "ip.relay": header.gatewayAddress,
            ])
        // tshark takes seconds whose low octet is zero for little-endian ones, as a client once sent them.
        if header.seconds & 0xFF == 0 { fields["dhcp.secs"] = nil }
        if let address = header.hardwareAddress.macAddress { add("dhcp.hw.mac_addr", address) }
        let options = message.options
        for option in options.raw where option.value.count <= 255 {
            add("option \(option.code.rawValue)", Self.hexadecimal(option.value))
        }
        if let value = try? options.read(DHCPv4.MessageType.self) { add("dhcp.option.dhcp", value.rawValue) }
        if let value = try? options.read(DHCPv4.SubnetMask.self) { add("dhcp.option.subnet_mask", value.address) }
        if let value = try? options.read(DHCPv4.Routers.self) {
            for one in value.addresses { add("dhcp.option.router", one) }
        }
        if let value = try? options.read(DHCPv4.DomainNameServers.self) {
            for one in value.addresses { add("dhcp.option.domain_name_server", one) }
        }
        if let value = try? options.read(DHCPv4.LeaseTime.self) {
            add("dhcp.option.ip_address_lease_time", value.time.rawValue)
        }
        if let value = try? options.read(DHCPv4.RenewalTime.self) {
            add("dhcp.option.renewal_time_value", value.time.rawValue)
        }
        if let value = try? options.read(DHCPv4.RebindingTime.self) {
            add("dhcp.option.rebinding_time_value", value.time.rawValue)
        }
        if let value = try? options.read(DHCPv4.RequestedAddress.self) {
            add("dhcp.option.requested_ip_address", value.address)
        }
        if let value = try? options.read(DHCPv4.ServerIdentifier.self) {
            add("dhcp.option.dhcp_server_id", value.address)
        }
        if let value = try? options.read(DHCPv4.MaximumMessageSize.self) {
            add("dhcp.option.dhcp_max_message_size", value.octets)
        }
        if let value = try? options.read(DHCPv4.InterfaceMTU.self) { add("dhcp.option.interface_mtu", value.octets) }
        if let value = try? options.read(DHCPv4.ParameterRequestList.self) {
            for one in value.codes { add("dhcp.option.request_list_item", one.rawValue) }
        }
        if let value = try? options.read(DHCPv4.ClientArchitecture.self) {
            for one in value.architectures { add("dhcp.option.client_system_architecture", one.rawValue) }
        }
        if let value = try? options.read(DHCPv4.ClientFQDN.self) { add("dhcp.fqdn.flags", value.flags.rawValue) }
    }

    private mutating func addDHCPv6(_ relayed: DHCPv6.Relayed) throws(WireError) {
        for relay in relayed.relays {
            addAll(
                "dhcpv6.",
                [
                    "msgtype": relay.type.rawValue, "hopcount": relay.hopCount, "linkaddr": relay.linkAddress,
                    "peeraddr": relay.peerAddress,
                ])
        }
        addAll("dhcpv6.", ["msgtype": relayed.message.type.rawValue, "xid": relayed.message.transactionID])
        addOptions(relayed.message.options)
    }

    private mutating func addOptions(_ options: DHCPv6.Options) {
        for raw in options.raw {
            let value = raw.value.span.octets
            switch raw.code {
            case .clientIdentifier, .serverIdentifier:
                if let duid = try? DHCPv6.ClientIdentifier(readingAll: value).duid {
                    add("dhcpv6.duid.bytes", Self.hexadecimal(duid.octets))
                }
            case .identityAssociation:
                if let association = try? DHCPv6.IdentityAssociation(readingAll: value) {
                    add("dhcpv6.iaid", Self.hexadecimal(written { $0.append(uint32: association.identifier) }))
                    addAll("dhcpv6.iaid.", ["t1": association.renewal.rawValue, "t2": association.rebinding.rawValue])
                    addOptions(association.options)
                } else {
                    hasRefused = true
                }
            case .prefixDelegation:
                if let association = try? DHCPv6.PrefixDelegation(readingAll: value) {
                    add("dhcpv6.iaid", Self.hexadecimal(written { $0.append(uint32: association.identifier) }))
                    addAll("dhcpv6.iaid.", ["t1": association.renewal.rawValue, "t2": association.rebinding.rawValue])
                    addOptions(association.options)
                } else {
                    hasRefused = true
                }
            case .temporaryAddresses:
                if let association = try? DHCPv6.TemporaryAddresses(readingAll: value) {
                    addOptions(association.options)
                } else {
                    hasRefused = true
                }
            case .identityAssociationAddress:
                if let address = try? DHCPv6.IdentityAssociationAddress(readingAll: value) {
                    addAll(
                        "dhcpv6.iaaddr.",
                        [
                            "ip": address.address, "pref_lifetime": address.preferred.rawValue,
                            "valid_lifetime": address.valid.rawValue,
                        ])
                    addOptions(address.options)
                } else {
                    hasRefused = true
                }
            case .identityAssociationPrefix:
                if let prefix = try? DHCPv6.IdentityAssociationPrefix(readingAll: value) {
                    addAll(
                        "dhcpv6.iaprefix.",
                        [
                            "pref_len": prefix.prefix.length, "pref_lifetime": prefix.preferred.rawValue,
                            "valid_lifetime": prefix.valid.rawValue,
                        ])
                    addOptions(prefix.options)
                } else {
                    hasRefused = true
                }
            case .dnsServers:
                if let servers = try? DHCPv6.DNSServers(readingAll: value) {
                    for address in servers.addresses { add("dhcpv6.dns_server", address) }
                }
            case .statusCode:
                if let status = try? DHCPv6.StatusCode(readingAll: value) {
                    add("dhcpv6.status_code", status.status.rawValue)
                }
            case .elapsedTime:
                if let time = try? DHCPv6.ElapsedTime(readingAll: value) {
                    add("dhcpv6.elapsed_time", 10 * Int(time.hundredths))
                }
            default: break
            }
        }
    }

    private mutating func addNeighbor(_ message: NDP.Message) {
        add("icmpv6.type", message.type.rawValue)
        switch message {
        case .routerSolicitation: break
        case .routerAdvertisement(let router):
            addAll(
                "icmpv6.nd.ra.",
                [
                    "cur_hop_limit": router.currentHopLimit, "flag": router.flags.rawValue,
                    "router_lifetime": router.routerLifetime, "reachable_time": router.reachableTime,
                    "retrans_timer": router.retransmissionTimer,
                ])
        case .neighborSolicitation(let question): add("icmpv6.nd.ns.target_address", question.target)
        case .neighborAdvertisement(let answer):
            addAll("icmpv6.nd.na.", ["target_address": answer.target, "flag": answer.flags.rawValue])
        case .redirect(let redirect): add("icmpv6.nd.rd.target_address", redirect.target)
        }
        for raw in message.options.raw {
            addAll("icmpv6.opt.", ["type": raw.type.rawValue, "length": raw.framedSize / 8])
            let value = raw.value.span.octets
            switch raw.type {
            case .mtu: if let mtu = try? NDP.MTU(readingAll: value) { add("icmpv6.opt.mtu", mtu.octets) }
            case .prefixInformation:
                if let prefix = try? NDP.PrefixInformation(readingAll: value) {
                    addAll(
                        "icmpv6.opt.prefix.",
                        [
                            "length": prefix.length, "flag": prefix.flags.rawValue,
                            "valid_lifetime": prefix.valid.rawValue, "preferred_lifetime": prefix.preferred.rawValue,
                        ])
                    add("icmpv6.opt.prefix", prefix.address)
                }
            case .recursiveDNSServers:
                if let servers = try? NDP.RecursiveDNSServers(readingAll: value) {
                    add("icmpv6.opt.rdnss.lifetime", servers.lifetime.rawValue)
                    for address in servers.addresses { add("icmpv6.opt.rdnss", address) }
                }
            case .routeInformation:
                if let route = try? NDP.RouteInformation(readingAll: value) {
                    add("icmpv6.opt.prefix.length", route.prefix.length)
                }
            case .dnsSearchList:
                if let list = try? NDP.DNSSearchList(readingAll: value) {
                    add("icmpv6.opt.dnssl.lifetime", list.lifetime.rawValue)
                }
            case .nat64Prefix:
                if let prefix = try? NDP.NAT64Prefix(readingAll: value) {
                    add("icmpv6.opt.pref64.plc", NDP.NAT64Prefix.lengths.firstIndex(of: prefix.prefix.length) ?? -1)
                }
            default: break
            }
        }
        // tshark has the same name for a route's prefix, with the bits that we clear.
        if message.options[.routeInformation] != nil { fields["icmpv6.opt.prefix"] = nil }
    }

    private mutating func addDNS(_ message: DNSMessage) {
        addAll("dns.", ["id": message.header.identifier, "flags": message.header.flags.rawValue])
        addAll(
            "dns.count.",
            [
                "queries": message.questions.count, "answers": message.answers.count,
                "auth_rr": message.authorities.count, "add_rr": message.additional.count,
            ])
        func text(_ name: DomainName) -> String { name == .root ? "<Root>" : name.description }
        for question in message.questions {
            addAll("dns.qry.", ["name": text(question.name), "type": question.type.rawValue])
        }
        for record in message.answers + message.authorities + message.additional {
            add("dns.resp.type", record.data.type.rawValue)
            // tshark has names of its own for a service's.
            if record.data.type != .service { add("dns.resp.name", text(record.name)) }
            guard record.data.type != .options else { continue }
            add("dns.resp.ttl", record.TTL)
            switch record.data {
            case .address(let address): add("dns.a", address)
            case .address6(let address): add("dns.aaaa", address)
            case .nameServer(let name): add("dns.ns", text(name))
            case .canonicalName(let name): add("dns.cname", text(name))
            case .pointer(let name): add("dns.ptr.domain_name", text(name))
            case .service(let service):
                addAll(
                    "dns.srv.",
                    [
                        "priority": service.priority, "weight": service.weight, "port": service.port,
                        "target": text(service.target),
                    ])
            case .startOfAuthority(let start):
                addAll(
                    "dns.soa.",
                    [
                        "mname": text(start.server), "rname": text(start.mailbox), "serial_number": start.serial,
                        "refresh_interval": start.refresh, "retry_interval": start.retry, "expire_limit": start.expire,
                        "minimum_ttl": start.minimum,
                    ])
            case .text(let strings):
                for string in strings { add("dns.txt", String(decoding: string, as: UTF8.self)) }
            case .options, .other: break
            }
        }
    }
}
