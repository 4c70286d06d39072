import OpenFlow
import Wire

extension Generator {
    /// A match with what its fields depend on.
    mutating func match() -> Match {
        var fields: [MatchField] = []
        if chance(50) { fields.append(.exact(.inPort, UInt128(port().rawValue))) }
        for name in [
            "reg0", "reg5", "xxreg1", "metadata", "tun_id", "tun_src", "tun_dst", "tun_ipv6_dst", "pkt_mark",
            "ct_mark", "ct_label", "ct_zone", "eth_src", "eth_dst", "tun_gbp_id", "tun_gbp_flags", "recirc_id",
            "conj_id",
        ] where chance(8) {
            // A register may be there once, and xxreg1 is the registers 4 to 7.
            if name == "reg5", fields.contains(where: { $0.field?.name == "xxreg1" }) { continue }
            if name == "xxreg1", fields.contains(where: { $0.field?.name == "reg5" }) { continue }
            if name == "recirc_id" { continue }
            // ovs-ofctl prints these flags without their mask.
            fields.append(field(known(name), maskable: name == "tun_gbp_flags" ? false : nil))
        }
        if chance(15) {
            let mask = UInt128(number(UInt8(1)...255))
            fields.append(.masked(.connectionState, UInt128(number(UInt8(0)...255)), mask))
        }
        if chance(20) { fields += vlan() }
        switch number(0...9) {
        case 0, 1, 2: fields += ip(v6: false)
        case 3, 4, 5: fields += ip(v6: true)
        case 6: fields += arp()
        case 7: fields += mpls()
        case 8: fields.append(.exact(.ethernetType, UInt128(number(UInt16(0x0600)...0x07FF))))
        default: break
        }
        return Match(fields)
    }

    private mutating func vlan() -> [MatchField] {
        switch number(0...3) {
        case 0: return [.exact(.vlanIdentifier, 0)]
        case 1: return [.exact(.vlanIdentifier, 0x1000 | bits(12))]
        case 2: return [.exact(.vlanIdentifier, 0x1000 | bits(12)), .exact(.vlanPriority, bits(3))]
        default: return [.masked(.vlanIdentifier, 0x1000, 0x1000)]
        }
    }

    private mutating func ip(v6: Bool) -> [MatchField] {
        var fields = [MatchField.exact(.ethernetType, v6 ? 0x86DD : 0x0800)]
        if chance(40) { fields.append(field(v6 ? .ipv6Source : .ipv4Source)) }
        if chance(40) { fields.append(field(v6 ? .ipv6Target : .ipv4Target)) }
        if v6, chance(20) { fields.append(field(.ipv6Label)) }
        if chance(20) { fields.append(.exact(.ipDSCP, bits(6))) }
        if chance(20) { fields.append(.exact(.ipECN, bits(2))) }
        if chance(20) { fields.append(.exact(.ipTTL, bits(8))) }
        if chance(20) {
            let fragment: MatchField = choose([
                .exact(.ipFragment, 0), .exact(.ipFragment, 1), .exact(.ipFragment, 3),
                .masked(.ipFragment, 1, 1), .masked(.ipFragment, 0, 2), .masked(.ipFragment, 2, 2),
            ])
            fields.append(fragment)
            // Later fragments have no ports.
            if fragment == .exact(.ipFragment, 3) || fragment == .masked(.ipFragment, 2, 2) { return fields }
        }
        switch number(0...5) {
        case 0: fields += transport(6, .tcpSource, .tcpTarget)
        case 1: fields += transport(17, .udpSource, .udpTarget)
        case 2: fields += transport(132, .sctpSource, .sctpTarget)
        case 3: fields += v6 ? icmpv6() : icmpv4()
        case 4: fields.append(.exact(.ipProtocol, UInt128(number(UInt8(133)...255))))
        default: break
        }
        return fields
    }

    private mutating func transport(_ number: UInt128, _ source: Field, _ target: Field) -> [MatchField] {
        var fields = [MatchField.exact(.ipProtocol, number)]
        if chance(50) { fields.append(field(source)) }
        if chance(50) { fields.append(field(target)) }
        if number == 6, chance(30) {
            let mask = UInt128(self.number(UInt16(1)...0xFFF))
            fields.append(.masked(.tcpFlags, bits(12), mask))
        }
        return fields
    }

    private mutating func icmpv4() -> [MatchField] {
        var fields = [MatchField.exact(.ipProtocol, 1)]
        if chance(60) {
            fields.append(.exact(.icmpv4Type, bits(8)))
            if chance(50) { fields.append(.exact(.icmpv4Code, bits(8))) }
        }
        return fields
    }

    private mutating func icmpv6() -> [MatchField] {
        var fields = [MatchField.exact(.ipProtocol, 58)]
        let type = choose([128, 133, 135, 136] as [UInt128])
        guard chance(80) else { return fields }
        fields += [.exact(.icmpv6Type, type), .exact(.icmpv6Code, 0)]
        guard type > 134 else { return fields }
        if chance(60) { fields.append(field(.ndTarget)) }
        if chance(40) { fields.append(field(type == 135 ? .ndSource : .ndTargetHardware)) }
        return fields
    }

    private mutating func arp() -> [MatchField] {
        var fields = [MatchField.exact(.ethernetType, choose([0x0806, 0x8035]))]
        if chance(50) { fields.append(.exact(.arpOperation, UInt128(number(UInt8(1)...255)))) }
        for name in ["arp_spa", "arp_tpa", "arp_sha", "arp_tha"] where chance(40) {
            fields.append(field(known(name)))
        }
        return fields
    }

    private mutating func mpls() -> [MatchField] {
        var fields = [MatchField.exact(.ethernetType, choose([0x8847, 0x8848]))]
        for name in ["mpls_label", "mpls_tc", "mpls_bos", "mpls_ttl"] where chance(40) {
            fields.append(field(known(name)))
        }
        return fields
    }
}
