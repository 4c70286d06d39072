package import Wire

/// What of the bridge is the same for all droplets.
package struct BridgePlan: Equatable, Sendable {
    /// The port that questions go to.
    package var addressPort = "addr0"

    /// The port to the world outside; nil for none.
    package var uplink: String?

    /// The gateway's hardware address.
    package var gateway: MACAddress

    package init(gateway: MACAddress) {
        self.gateway = gateway
    }

    /// The object that the flows belong to which are no droplet's; droplets' objects are their tags.
    package static let object: UInt32 = 0

    /// The flows that are no droplet's.
    ///
    /// Table 0 says what a port may send, table 1 where it goes. What neither knows is dropped.
    package var flows: [String] {
        var flows = [
            "table=0,priority=0,actions=drop",
            "table=1,priority=0,actions=drop",
            // Nobody but us tells droplets of addresses and routers, whichever port it comes by.
            "table=1,priority=300,udp,tp_dst=68,actions=drop",
            "table=1,priority=300,udp6,tp_dst=546,actions=drop",
            "table=1,priority=300,icmp6,icmp_type=134,actions=drop",
            "table=1,priority=300,icmp6,icmp_type=137,actions=drop",
            "table=0,priority=300,in_port=\(addressPort),actions=drop",
        ]
        if let uplink {
            flows += [
                "table=0,priority=300,in_port=\(uplink),actions=goto_table:1",
                // Of what comes from there, nothing goes back: a flow never sends to the port that a frame came by.
                "table=1,priority=10,actions=output:\(uplink)",
            ]
        }
        return flows
    }
}
