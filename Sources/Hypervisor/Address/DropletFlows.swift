import Wire

/// The flows of one droplet, as text of ovs-ofctl: what it may send, where its questions go, what reaches it.
///
/// A value of its parameters alone, so that the same parameters make the same flows, and nothing is changed on the bridge
/// that has not changed.
package struct DropletFlows: Equatable, Sendable {
    package let flows: [String]
    package let meters: [String]

    package init(_ droplet: DropletParameters, tag: UInt16, on plan: BridgePlan) {
        var writer = DropletFlowWriter(droplet: droplet, tag: tag, plan: plan)
        writer.writeAll()
        flows = writer.flows
        meters = [
            "meter=\(tag),pktps,burst,bands=type=drop,rate=\(droplet.rate),burst_size=\(droplet.burst)"
        ]
    }
}

private struct DropletFlowWriter {
    let droplet: DropletParameters
    let tag: UInt16
    let plan: BridgePlan
    var flows: [String] = []

    private var port: String { droplet.port }
    private var hardware: MACAddress { droplet.hardwareAddress }

    mutating func writeAll() {
        // A droplet has no VLANs: what it tags would be taken for what we tagged.
        fromPort(400, "vlan_tci=0x1000/0x1000", "drop")
        steer()
        guardServers()
        if let ipv4 = droplet.ipv4 { allow(ipv4) }
        if let ipv6 = droplet.ipv6 { allow(ipv6) }
        fromPort(200, "", "drop")
        flows.append(
            "table=0,priority=400,in_port=\(plan.addressPort),dl_vlan=\(tag),actions=pop_vlan,output:\(port)")
        flows.append("table=1,priority=100,dl_dst=\(hardware),actions=output:\(port)")
    }

    private mutating func fromPort(_ priority: Int, _ match: String, _ actions: String) {
        flows.append(
            "table=0,priority=\(priority),in_port=\(port)\(match.isEmpty ? "" : "," + match),actions=\(actions)")
    }

    /// From the port, and from the hardware address that belongs there.
    private mutating func fromDroplet(_ priority: Int, _ match: String, _ actions: String) {
        fromPort(priority, "dl_src=\(hardware),\(match)", actions)
    }

    /// Questions go to us, with the tag that says whose they are, so many in a second.
    private mutating func steer() {
        let actions =
            "meter:\(tag),push_vlan:0x8100,set_field:\(0x1000 + Int(tag))->vlan_vid,output:\(plan.addressPort)"
        if droplet.ipv4 != nil { fromDroplet(310, "udp,tp_src=68,tp_dst=67", actions) }
        guard let ipv6 = droplet.ipv6 else { return }
        fromDroplet(310, "udp6,tp_src=546,tp_dst=547", actions)
        if ipv6.router != nil { fromDroplet(310, "icmp6,icmp_type=133,icmp_code=0", actions) }
        for address in ipv6.routerAddresses.sorted() {
            fromDroplet(310, "icmp6,icmp_type=135,icmp_code=0,nd_target=\(address)", actions)
        }
    }

    /// What only servers and routers send, and what is left of the questions.
    private mutating func guardServers() {
        for match in [
            "udp,tp_src=67", "udp,tp_dst=67", "udp6,tp_src=547", "udp6,tp_dst=547", "icmp6,icmp_type=133",
            "icmp6,icmp_type=134", "icmp6,icmp_type=137",
            // No node sends neighbor discovery in fragments (RFC 6980).
            "icmp6,icmp_type=135,nw_frag=yes", "icmp6,icmp_type=136,nw_frag=yes",
        ] { fromPort(300, match, "drop") }
    }

    private mutating func allow(_ ipv4: DropletParameters.IPv4) {
        for gateway in Set([ipv4.gateway, ipv4.anchorGateway].compactMap(\.self)).sorted() {
            fromDroplet(250, "arp,arp_op=1,arp_sha=\(hardware),arp_tpa=\(gateway)", answer(for: gateway))
        }
        for address in droplet.addresses4 {
            fromDroplet(240, "arp,arp_sha=\(hardware),arp_spa=\(address)", "goto_table:1")
            // Whether somebody has it already (RFC 5227).
            fromDroplet(240, "arp,arp_op=1,arp_sha=\(hardware),arp_spa=0.0.0.0,arp_tpa=\(address)", "goto_table:1")
            fromDroplet(220, "ip,nw_src=\(address)", "goto_table:1")
            // Who asks for it is heard by it alone.
            flows.append("table=1,priority=150,arp,arp_op=1,arp_tpa=\(address),actions=output:\(port)")
        }
    }

    /// The question becomes its answer, and goes back (RFC 826).
    private func answer(for gateway: IPv4Address) -> String {
        [
            "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]", "set_field:\(plan.gateway)->eth_src", "set_field:2->arp_op",
            "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[]", "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]",
            "set_field:\(plan.gateway)->arp_sha", "set_field:\(gateway)->arp_spa", "in_port",
        ].joined(separator: ",")
    }

    private mutating func allow(_ ipv6: DropletParameters.IPv6) {
        let linkLocal = IPv6Address(madeOf: hardware)
        var sources = ipv6.addresses.map { "\($0.address)" } + ["\(linkLocal)"]
        if ipv6.isAutonomous { sources += Set(ipv6.addresses.map(\.prefix)).map(\.description).sorted() }
        for source in sources {
            // It may say that the address is its own, and try it out.
            fromDroplet(230, "icmp6,icmp_type=136,icmp_code=0,nd_target=\(source)", "goto_table:1")
            fromDroplet(230, "icmp6,icmp_type=135,icmp_code=0,ipv6_src=::,nd_target=\(source)", "goto_table:1")
        }
        fromPort(225, "icmp6,icmp_type=136", "drop")
        for source in sources + ipv6.delegated.map(\.description) {
            fromDroplet(220, "ipv6,ipv6_src=\(source)", "goto_table:1")
        }
        for source in sources {
            flows.append(
                "table=1,priority=150,icmp6,icmp_type=135,icmp_code=0,nd_target=\(source),actions=output:\(port)")
        }
    }
}
