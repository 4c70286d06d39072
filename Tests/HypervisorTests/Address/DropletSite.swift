import DHCP
import DHCPServer
import Hypervisor
import Link
import ServiceAPI
import Wire

/// A hypervisor under test: frames of droplets go in, what they would receive comes out.
struct DropletSite {
    static let gateway = MACAddress(0x02, 0, 0, 0, 0, 0x01)

    var conduct = AddressConduct(
        as: HypervisorIdentity(hardwareAddress: DropletSite.gateway), random: ConductRandom(seed: 7))
    var now = Instant(seconds: 1_700_000_000)

    /// A frame that leaves, with the tag that it carries.
    struct Sent {
        let tag: UInt16
        let octets: [UInt8]

        var dissection: Dissection { Dissection(octets.span.octets) }
        var ethernet: EthernetHeader? { dissection.ethernet }

        /// The message of DHCPv4 in it.
        var message4: DHCPv4.Message? {
            payload(42).flatMap { octets in
                var span = octets.span.octets
                return try? DHCPv4.Message(reading: &span)
            }
        }

        var type4: DHCPv4.MessageType? { message4.flatMap { try? $0.options.read() } }

        /// The message of DHCPv6 in it.
        var message6: DHCPv6.Message? {
            payload(62).flatMap { octets in
                var span = octets.span.octets
                return try? DHCPv6.Message(reading: &span)
            }
        }

        /// The message of neighbor discovery in it.
        var neighbor: NeighborPacket? {
            let untagged = Array(octets[..<12]) + Array(octets[16...])
            return try? NeighborPacket(frame: untagged.span.octets)
        }

        /// What lies behind headers of so many octets and a tag.
        private func payload(_ headers: Int) -> [UInt8]? {
            octets.count > headers + 4 ? Array(octets[(headers + 4)...]) : nil
        }
    }

    /// The first of some droplets: 192.0.2.10/24 and 2001:db8::11/64 on tap17, with everything.
    static func message(_ change: (inout Apus_Hvaddr_V1_Parameters) -> Void = { _ in }) -> Apus_Hvaddr_V1_Parameters {
        var message = Apus_Hvaddr_V1_Parameters()
        message.port = "tap17"
        message.mac = "02:00:00:00:01:11"
        message.ipv4.address = "192.0.2.10/24"
        message.ipv4.gateway = "192.0.2.1"
        message.ipv4.leaseSeconds = 3600
        message.ipv6.addresses = ["2001:db8::11/64"]
        message.ipv6.delegatedPrefixes = ["2001:db8:100::/56"]
        message.ipv6.routerAdvertisement.onLink = true
        message.dnsServers = ["192.0.2.53", "2001:db8::53"]
        message.domainSearch = ["example.org"]
        message.ntpServers = ["192.0.2.123", "2001:db8::123"]
        message.mtu = 1450
        message.hostname = "web-1"
        change(&message)
        return message
    }

    static func parameters(
        _ change: (inout Apus_Hvaddr_V1_Parameters) -> Void = { _ in }
    ) throws -> DropletParameters { try DropletParameters(reading: message(change)) }

    mutating func set(
        tag: UInt16 = 17, _ change: (inout Apus_Hvaddr_V1_Parameters) -> Void = { _ in }
    ) throws { conduct.set(try Self.parameters(change), tag: tag, at: now) }

    /// Hands a frame over as if the kernel had taken a tag off it; what is sent at once.
    mutating func receive(
        _ octets: [UInt8], tag: UInt16? = 17, checksum: FrameInformation.ChecksumState = .unknown
    ) -> [Sent] {
        var outcome = Outcome()
        conduct.receive(octets.span.octets, vlan: tag, checksum: checksum, at: now, into: &outcome)
        return sent(outcome)
    }

    /// Lets time pass, and gives what is sent by itself.
    mutating func pass(_ duration: Duration) -> [Sent] {
        var outcome = Outcome()
        let end = now.elapsed + duration
        while let next = conduct.nextTick, next.elapsed <= end {
            // What is due is due at parts of a nanosecond, which instants leave out.
            now = Instant(nanoseconds: max(now, next).nanoseconds + 1)
            conduct.tick(at: now, into: &outcome)
        }
        now = Instant(nanoseconds: Int64(end / .nanoseconds(1)))
        return sent(outcome)
    }

    private func sent(_ outcome: Outcome) -> [Sent] {
        outcome.transmissions.map { transmission in
            Sent(
                tag: transmission.link.vlan,
                octets: [UInt8](capacity: AddressConduct.frameLimit) {
                    conduct.write(transmission, of: outcome, to: &$0)
                })
        }
    }

    /// How often something was counted, by name.
    func count(_ name: String) -> UInt64 { conduct.tally.named[name] ?? 0 }
}

/// What a droplet sends.
struct DropletClient {
    var hardware = MACAddress(0x02, 0, 0, 0, 0x01, 0x11)
    var linkLocal: IPv6Address { IPv6Address(madeOf: hardware) }

    func dhcpv4(
        _ type: DHCPv4.MessageType, from source: IPv4Address = .any, to target: IPv4Address = .broadcast,
        hardwareSource: MACAddress? = nil, checksum: UInt16? = nil,
        _ change: (inout DHCPv4.Message) -> Void = { _ in }
    ) -> [UInt8] {
        var header = DHCPv4.Header(
            operation: .request, hardwareAddress: DHCPv4.HardwareAddress(hardware), transactionID: 0x1234)
        header.clientAddress = source
        var message = DHCPv4.Message(type, header: header)
        message.options.set(
            DHCPv4.ParameterRequestList([
                .subnetMask, .routers, .domainNameServers, .hostName, .domainName, .interfaceMTU,
                .networkTimeServers, .domainSearch, .classlessStaticRoutes,
            ]))
        change(&message)
        let payload = [UInt8](capacity: 1500) { message.write(to: &$0, limit: 1400) }
        return [UInt8](capacity: 1600) { frame in
            EthernetHeader(destination: .broadcast, source: hardwareSource ?? hardware, type: .ipv4).write(to: &frame)
            var udp = UDPHeader(source: 68, destination: 67, payloadLength: payload.count)
            IPv4Header(
                source: source, destination: target, protocol: .udp, payloadLength: Int(udp.length), timeToLive: 64
            ).write(to: &frame)
            let pseudo = Checksum(source: source, destination: target, protocol: .udp, length: Int(udp.length))
            udp.updateChecksum(pseudoHeader: pseudo, payload: payload.span.octets)
            if let checksum { udp.checksum = checksum }
            udp.write(to: &frame)
            frame.append(copying: payload)
        }
    }

    /// The sum that is in a datagram whose sender left it to hardware.
    func partialSum4(payload: Int, from source: IPv4Address = .any, to target: IPv4Address = .broadcast) -> UInt16 {
        Checksum(source: source, destination: target, protocol: .udp, length: payload).partial
    }

    func dhcpv6(
        _ type: DHCPv6.MessageType, addresses: [UInt32] = [], prefixes: [UInt32] = [], server: DUID? = nil,
        hardwareSource: MACAddress? = nil, _ change: (inout DHCPv6.Options) -> Void = { _ in }
    ) -> [UInt8] {
        var options = DHCPv6.Options()
        let octets = [UInt8](capacity: 6) { hardware.write(to: &$0) }
        if let duid = DUID(.linkLayer(hardwareType: 1, address: octets)) {
            options.append(DHCPv6.ClientIdentifier(duid))
        }
        if let server { options.append(DHCPv6.ServerIdentifier(server)) }
        options.append(DHCPv6.OptionRequest([.dnsServers, .domainList, .ntpServer]))
        for identifier in addresses {
            options.append(DHCPv6.IdentityAssociation(identifier: identifier, renewal: .zero, rebinding: .zero))
        }
        for identifier in prefixes {
            options.append(DHCPv6.PrefixDelegation(identifier: identifier, renewal: .zero, rebinding: .zero))
        }
        change(&options)
        let message = DHCPv6.Message(type, transactionID: 0xABCD, options: options)
        let target = IPv6Address(0xFF02, 0, 0, 0, 0, 0, 1, 2)
        let payload = [UInt8](capacity: message.size) { message.write(to: &$0) }
        return [UInt8](capacity: 1600) { frame in
            EthernetHeader(
                destination: MACAddress(group: target), source: hardwareSource ?? hardware, type: .ipv6
            ).write(to: &frame)
            var udp = UDPHeader(source: 546, destination: 547, payloadLength: payload.count)
            IPv6Header(
                source: linkLocal, destination: target, nextHeader: .udp, payloadLength: Int(udp.length), hopLimit: 1
            ).write(to: &frame)
            let pseudo = Checksum(source: linkLocal, destination: target, protocol: .udp, length: Int(udp.length))
            udp.updateChecksum(pseudoHeader: pseudo, payload: payload.span.octets)
            udp.write(to: &frame)
            frame.append(copying: payload)
        }
    }

    func routerSolicitation(options: NDP.Options = .init()) -> [UInt8] {
        NeighborPacket(
            from: hardware, linkLocal, .allRouters, .routerSolicitation(NDP.RouterSolicitation(options: options))
        ).octets
    }

    func neighborSolicitation(for target: IPv6Address) -> [UInt8] {
        NeighborPacket(
            from: hardware, linkLocal, target.solicitedNode,
            .neighborSolicitation(NDP.NeighborSolicitation(target: target))
        ).octets
    }
}
