extension FieldRegistry {
    /// What is known of a packet beside its octets: ovs-fields(7), from tunnels to conntrack.
    static let metadata: [FieldInformation] = [
        field(
            "dp_hash", 32, .hexadecimal, [.maskable], nicira: (.nxm1(35), "NXM_NX_DP_HASH"),
            openFlow: (.nicira(0), "NXOXM_ET_DP_HASH")),
        field("recirc_id", 32, .decimal, [], nicira: (.nxm1(36), "NXM_NX_RECIRC_ID")),
        field("packet_type", 32, .packetType, [], openFlow: (.basic(44), "OXM_OF_PACKET_TYPE")),
        field("conj_id", 32, .decimal, [], nicira: (.nxm1(37), "NXM_NX_CONJ_ID")),
        field(
            "tun_id", also: ["tunnel_id"], 64, .hexadecimal, [.maskable, .writable],
            nicira: (.nxm1(16), "NXM_NX_TUN_ID"), openFlow: (.basic(38), "OXM_OF_TUNNEL_ID")),
        field("tun_src", 32, .ipv4, [.maskable, .writable], nicira: (.nxm1(31), "NXM_NX_TUN_IPV4_SRC")),
        field("tun_dst", 32, .ipv4, [.maskable, .writable], nicira: (.nxm1(32), "NXM_NX_TUN_IPV4_DST")),
        field("tun_ipv6_src", 128, .ipv6, [.maskable, .writable], nicira: (.nxm1(109), "NXM_NX_TUN_IPV6_SRC")),
        field("tun_ipv6_dst", 128, .ipv6, [.maskable, .writable], nicira: (.nxm1(110), "NXM_NX_TUN_IPV6_DST")),
        field(
            "tun_flags", 1, octets: 2, .tunnelFlags, [.maskable, .writable], nicira: (.nxm1(104), "NXM_NX_TUN_FLAGS")),
        field("tun_gbp_id", 16, .decimal, [.maskable, .writable], nicira: (.nxm1(38), "NXM_NX_TUN_GBP_ID")),
        field("tun_gbp_flags", 8, .hexadecimal, [.maskable, .writable], nicira: (.nxm1(39), "NXM_NX_TUN_GBP_FLAGS")),
        field(
            "tun_erspan_idx", 20, octets: 4, .hexadecimal, [.maskable, .writable],
            openFlow: (.nicira(11), "NXOXM_ET_ERSPAN_IDX")),
        field("tun_erspan_ver", 4, .decimal, [.maskable, .writable], openFlow: (.nicira(12), "NXOXM_ET_ERSPAN_VER")),
        field("tun_erspan_dir", 1, .decimal, [.maskable, .writable], openFlow: (.nicira(13), "NXOXM_ET_ERSPAN_DIR")),
        field(
            "tun_erspan_hwid", 6, .hexadecimal, [.maskable, .writable], openFlow: (.nicira(14), "NXOXM_ET_ERSPAN_HWID")),
        field("tun_gtpu_flags", 8, .hexadecimal, [.maskable], openFlow: (.nicira(15), "NXOXM_ET_GTPU_FLAGS")),
        field("tun_gtpu_msgtype", 8, .decimal, [.maskable], openFlow: (.nicira(16), "NXOXM_ET_GTPU_MSGTYPE")),
        field("metadata", 64, .hexadecimal, [.maskable, .writable], openFlow: (.basic(2), "OXM_OF_METADATA")),
        field("in_port", 16, .port, [.writable], nicira: (.nxm0(0), "NXM_OF_IN_PORT")),
        field("in_port_oxm", 32, .port, [.writable], openFlow: (.basic(0), "OXM_OF_IN_PORT")),
        field("actset_output", 32, .port, [], openFlow: (.onf(43), "ONFOXM_ET_ACTSET_OUTPUT")),
        field("pkt_mark", 32, .hexadecimal, [.maskable, .writable], nicira: (.nxm1(33), "NXM_NX_PKT_MARK")),
        field("ct_state", 32, .connectionState, [.maskable], nicira: (.nxm1(105), "NXM_NX_CT_STATE")),
        field("ct_zone", 16, .hexadecimal, [], nicira: (.nxm1(106), "NXM_NX_CT_ZONE")),
        field("ct_mark", 32, .hexadecimal, [.maskable, .writable], nicira: (.nxm1(107), "NXM_NX_CT_MARK")),
        field("ct_label", 128, .hexadecimal, [.maskable, .writable], nicira: (.nxm1(108), "NXM_NX_CT_LABEL")),
        field("ct_nw_proto", 8, .decimal, [], nicira: (.nxm1(119), "NXM_NX_CT_NW_PROTO")),
        field("ct_nw_src", 32, .ipv4, [.maskable], nicira: (.nxm1(120), "NXM_NX_CT_NW_SRC")),
        field("ct_nw_dst", 32, .ipv4, [.maskable], nicira: (.nxm1(121), "NXM_NX_CT_NW_DST")),
        field("ct_ipv6_src", 128, .ipv6, [.maskable], nicira: (.nxm1(122), "NXM_NX_CT_IPV6_SRC")),
        field("ct_ipv6_dst", 128, .ipv6, [.maskable], nicira: (.nxm1(123), "NXM_NX_CT_IPV6_DST")),
        field("ct_tp_src", 16, .decimal, [.maskable], nicira: (.nxm1(124), "NXM_NX_CT_TP_SRC")),
        field("ct_tp_dst", 16, .decimal, [.maskable], nicira: (.nxm1(125), "NXM_NX_CT_TP_DST")),
    ]

    /// What is in a packet, from Ethernet to the network service header.
    static let headers: [FieldInformation] = [
        field(
            "eth_src", also: ["dl_src"], 48, .ethernet, [.maskable, .writable], nicira: (.nxm0(2), "NXM_OF_ETH_SRC"),
            openFlow: (.basic(4), "OXM_OF_ETH_SRC")),
        field(
            "eth_dst", also: ["dl_dst"], 48, .ethernet, [.maskable, .writable], nicira: (.nxm0(1), "NXM_OF_ETH_DST"),
            openFlow: (.basic(3), "OXM_OF_ETH_DST")),
        field(
            "eth_type", also: ["dl_type"], 16, .hexadecimal, [], nicira: (.nxm0(3), "NXM_OF_ETH_TYPE"),
            openFlow: (.basic(5), "OXM_OF_ETH_TYPE")),
        field("vlan_tci", 16, .hexadecimal, [.maskable, .writable], nicira: (.nxm0(4), "NXM_OF_VLAN_TCI")),
        field("vlan_vid", 12, octets: 2, .decimal, [.maskable, .writable], openFlow: (.basic(6), "OXM_OF_VLAN_VID")),
        field("vlan_pcp", 3, .decimal, [.writable], openFlow: (.basic(7), "OXM_OF_VLAN_PCP")),
        field("mpls_label", 20, octets: 4, .decimal, [.writable], openFlow: (.basic(34), "OXM_OF_MPLS_LABEL")),
        field("mpls_tc", 3, .decimal, [.writable], openFlow: (.basic(35), "OXM_OF_MPLS_TC")),
        field("mpls_bos", 1, .decimal, [], openFlow: (.basic(36), "OXM_OF_MPLS_BOS")),
        field("mpls_ttl", 8, .decimal, [.writable], nicira: (.nxm1(30), "NXM_NX_MPLS_TTL")),
        field(
            "ip_src", also: ["nw_src"], 32, .ipv4, [.maskable, .writable], nicira: (.nxm0(7), "NXM_OF_IP_SRC"),
            openFlow: (.basic(11), "OXM_OF_IPV4_SRC")),
        field(
            "ip_dst", also: ["nw_dst"], 32, .ipv4, [.maskable, .writable], nicira: (.nxm0(8), "NXM_OF_IP_DST"),
            openFlow: (.basic(12), "OXM_OF_IPV4_DST")),
        field(
            "ipv6_src", 128, .ipv6, [.maskable, .writable], nicira: (.nxm1(19), "NXM_NX_IPV6_SRC"),
            openFlow: (.basic(26), "OXM_OF_IPV6_SRC")),
        field(
            "ipv6_dst", 128, .ipv6, [.maskable, .writable], nicira: (.nxm1(20), "NXM_NX_IPV6_DST"),
            openFlow: (.basic(27), "OXM_OF_IPV6_DST")),
        field(
            "ipv6_label", 20, octets: 4, .hexadecimal, [.maskable, .writable], nicira: (.nxm1(27), "NXM_NX_IPV6_LABEL"),
            openFlow: (.basic(28), "OXM_OF_IPV6_FLABEL")),
        field(
            "nw_proto", also: ["ip_proto"], 8, .decimal, [], nicira: (.nxm0(6), "NXM_OF_IP_PROTO"),
            openFlow: (.basic(10), "OXM_OF_IP_PROTO")),
        field("nw_tos", 8, .decimal, [.writable], nicira: (.nxm0(5), "NXM_OF_IP_TOS")),
        field("ip_dscp", 6, .decimal, [.writable], openFlow: (.basic(8), "OXM_OF_IP_DSCP")),
        field(
            "nw_ecn", also: ["ip_ecn"], 2, .decimal, [.writable], nicira: (.nxm1(28), "NXM_NX_IP_ECN"),
            openFlow: (.basic(9), "OXM_OF_IP_ECN")),
        field("nw_ttl", 8, .decimal, [.writable], nicira: (.nxm1(29), "NXM_NX_IP_TTL")),
        field("ip_frag", also: ["nw_frag"], 2, .fragment, [.maskable], nicira: (.nxm1(26), "NXM_NX_IP_FRAG")),
        field(
            "arp_op", 16, .decimal, [.writable], nicira: (.nxm0(15), "NXM_OF_ARP_OP"),
            openFlow: (.basic(21), "OXM_OF_ARP_OP")),
        field(
            "arp_spa", 32, .ipv4, [.maskable, .writable], nicira: (.nxm0(16), "NXM_OF_ARP_SPA"),
            openFlow: (.basic(22), "OXM_OF_ARP_SPA")),
        field(
            "arp_tpa", 32, .ipv4, [.maskable, .writable], nicira: (.nxm0(17), "NXM_OF_ARP_TPA"),
            openFlow: (.basic(23), "OXM_OF_ARP_TPA")),
        field(
            "arp_sha", 48, .ethernet, [.maskable, .writable], nicira: (.nxm1(17), "NXM_NX_ARP_SHA"),
            openFlow: (.basic(24), "OXM_OF_ARP_SHA")),
        field(
            "arp_tha", 48, .ethernet, [.maskable, .writable], nicira: (.nxm1(18), "NXM_NX_ARP_THA"),
            openFlow: (.basic(25), "OXM_OF_ARP_THA")),
        field(
            "tcp_src", also: ["tp_src"], 16, .decimal, [.maskable, .writable], nicira: (.nxm0(9), "NXM_OF_TCP_SRC"),
            openFlow: (.basic(13), "OXM_OF_TCP_SRC")),
        field(
            "tcp_dst", also: ["tp_dst"], 16, .decimal, [.maskable, .writable], nicira: (.nxm0(10), "NXM_OF_TCP_DST"),
            openFlow: (.basic(14), "OXM_OF_TCP_DST")),
        field(
            "tcp_flags", 12, .tcpFlags, [.maskable], nicira: (.nxm1(34), "NXM_NX_TCP_FLAGS"),
            openFlow: (.onf(42), "ONFOXM_ET_TCP_FLAGS")),
        field(
            "udp_src", 16, .decimal, [.maskable, .writable], nicira: (.nxm0(11), "NXM_OF_UDP_SRC"),
            openFlow: (.basic(15), "OXM_OF_UDP_SRC")),
        field(
            "udp_dst", 16, .decimal, [.maskable, .writable], nicira: (.nxm0(12), "NXM_OF_UDP_DST"),
            openFlow: (.basic(16), "OXM_OF_UDP_DST")),
        field("sctp_src", 16, .decimal, [.maskable, .writable], openFlow: (.basic(17), "OXM_OF_SCTP_SRC")),
        field("sctp_dst", 16, .decimal, [.maskable, .writable], openFlow: (.basic(18), "OXM_OF_SCTP_DST")),
        field(
            "icmp_type", 8, .decimal, [.writable], nicira: (.nxm0(13), "NXM_OF_ICMP_TYPE"),
            openFlow: (.basic(19), "OXM_OF_ICMPV4_TYPE")),
        field(
            "icmp_code", 8, .decimal, [.writable], nicira: (.nxm0(14), "NXM_OF_ICMP_CODE"),
            openFlow: (.basic(20), "OXM_OF_ICMPV4_CODE")),
        field(
            "icmpv6_type", 8, .decimal, [.writable], nicira: (.nxm1(21), "NXM_NX_ICMPV6_TYPE"),
            openFlow: (.basic(29), "OXM_OF_ICMPV6_TYPE")),
        field(
            "icmpv6_code", 8, .decimal, [.writable], nicira: (.nxm1(22), "NXM_NX_ICMPV6_CODE"),
            openFlow: (.basic(30), "OXM_OF_ICMPV6_CODE")),
        field(
            "nd_target", 128, .ipv6, [.maskable, .writable], nicira: (.nxm1(23), "NXM_NX_ND_TARGET"),
            openFlow: (.basic(31), "OXM_OF_IPV6_ND_TARGET")),
        field(
            "nd_sll", 48, .ethernet, [.maskable, .writable], nicira: (.nxm1(24), "NXM_NX_ND_SLL"),
            openFlow: (.basic(32), "OXM_OF_IPV6_ND_SLL")),
        field(
            "nd_tll", 48, .ethernet, [.maskable, .writable], nicira: (.nxm1(25), "NXM_NX_ND_TLL"),
            openFlow: (.basic(33), "OXM_OF_IPV6_ND_TLL")),
        field("nd_reserved", 32, .decimal, [.writable], openFlow: (.ericsson(1), "ERICOXM_OF_ICMPV6_ND_RESERVED")),
        field(
            "nd_options_type", 8, .decimal, [.writable], openFlow: (.ericsson(2), "ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE")),
        field("nsh_flags", 8, .decimal, [.maskable, .writable], openFlow: (.serviceHeader(1), "NXOXM_NSH_FLAGS")),
        field("nsh_mdtype", 8, .decimal, [], openFlow: (.serviceHeader(2), "NXOXM_NSH_MDTYPE")),
        field("nsh_np", 8, .decimal, [], openFlow: (.serviceHeader(3), "NXOXM_NSH_NP")),
        field(
            "nsh_spi", also: ["nsp"], 24, octets: 4, .hexadecimal, [.writable],
            openFlow: (.serviceHeader(4), "NXOXM_NSH_SPI")),
        field("nsh_si", also: ["nsi"], 8, .decimal, [.writable], openFlow: (.serviceHeader(5), "NXOXM_NSH_SI")),
        field("nsh_ttl", 8, .decimal, [.writable], openFlow: (.serviceHeader(10), "NXOXM_NSH_TTL")),
    ]

    /// The headers, with the service header's contexts, of which there are four.
    static let addresses: [FieldInformation] =
        headers
        + (1...4).map {
            field(
                "nsh_c\($0)", also: ["nshc\($0)"], 32, .hexadecimal, [.maskable, .writable],
                openFlow: (.serviceHeader(UInt8(5 + $0)), "NXOXM_NSH_C\($0)"))
        }
}
