extension Field {
    /// A field that the registry has, as the tests see to.
    private init(known name: String) {
        guard let field = Field(name: name) else { preconditionFailure("the registry has no field \(name)") }
        self = field
    }

    /// The port that the packet came in at, 32 bits (`OXM_OF_IN_PORT`).
    public static let inPort = Field(known: "in_port_oxm")
    /// The same as OpenFlow 1.0 has it, 16 bits (`NXM_OF_IN_PORT`).
    public static let inPort16 = Field(known: "in_port")
    public static let ethernetSource = Field(known: "eth_src")
    public static let ethernetTarget = Field(known: "eth_dst")
    public static let ethernetType = Field(known: "eth_type")
    /// The tag's identifier, with 0x1000 for "there is a tag".
    public static let vlanIdentifier = Field(known: "vlan_vid")
    public static let vlanPriority = Field(known: "vlan_pcp")
    /// The whole tag, as OpenFlow 1.0's extension has it.
    public static let vlanControl = Field(known: "vlan_tci")
    public static let ipv4Source = Field(known: "ip_src")
    public static let ipv4Target = Field(known: "ip_dst")
    public static let ipv6Source = Field(known: "ipv6_src")
    public static let ipv6Target = Field(known: "ipv6_dst")
    public static let ipv6Label = Field(known: "ipv6_label")
    public static let ipProtocol = Field(known: "nw_proto")
    public static let ipDSCP = Field(known: "ip_dscp")
    /// The six bits of the DSCP where the type of service has them, over two zeros.
    public static let ipTypeOfService = Field(known: "nw_tos")
    public static let ipECN = Field(known: "nw_ecn")
    public static let ipTTL = Field(known: "nw_ttl")
    public static let ipFragment = Field(known: "ip_frag")
    public static let arpOperation = Field(known: "arp_op")
    public static let arpSource = Field(known: "arp_spa")
    public static let arpTarget = Field(known: "arp_tpa")
    public static let arpSourceHardware = Field(known: "arp_sha")
    public static let arpTargetHardware = Field(known: "arp_tha")
    public static let tcpSource = Field(known: "tcp_src")
    public static let tcpTarget = Field(known: "tcp_dst")
    public static let tcpFlags = Field(known: "tcp_flags")
    public static let udpSource = Field(known: "udp_src")
    public static let udpTarget = Field(known: "udp_dst")
    public static let sctpSource = Field(known: "sctp_src")
    public static let sctpTarget = Field(known: "sctp_dst")
    public static let icmpv4Type = Field(known: "icmp_type")
    public static let icmpv4Code = Field(known: "icmp_code")
    public static let icmpv6Type = Field(known: "icmpv6_type")
    public static let icmpv6Code = Field(known: "icmpv6_code")
    public static let ndTarget = Field(known: "nd_target")
    public static let ndSource = Field(known: "nd_sll")
    public static let ndTargetHardware = Field(known: "nd_tll")
    public static let metadata = Field(known: "metadata")
    public static let tunnelIdentifier = Field(known: "tun_id")
    public static let connectionState = Field(known: "ct_state")
    public static let connectionZone = Field(known: "ct_zone")
    public static let connectionMark = Field(known: "ct_mark")
    public static let connectionLabel = Field(known: "ct_label")
    public static let conjunction = Field(known: "conj_id")
    public static let packetType = Field(known: "packet_type")
    public static let actionSetOutput = Field(known: "actset_output")

    /// A register of 32 bits, 0 to 15; traps for others.
    public static func register(_ number: Int) -> Field {
        precondition(0..<16 ~= number, "there are sixteen registers")
        return Field(known: "reg\(number)")
    }
}
