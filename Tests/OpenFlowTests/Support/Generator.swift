import OpenFlow
import Wire

/// Makes messages from a seed: such that a switch would take them, so that other programs read them, too.
struct Generator {
    var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed)
    }

    mutating func number<Integer: FixedWidthInteger>(_ range: ClosedRange<Integer>) -> Integer {
        Integer.random(in: range, using: &random)
    }

    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func choose<Element>(_ elements: [Element]) -> Element {
        elements[number(0...elements.count - 1)]
    }

    mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in number(0...255) } }

    mutating func port() -> PortNumber {
        chance(80) ? PortNumber(rawValue: number(1...0xFEFF)) : choose([.local, .inPort])
    }

    /// A number of so many bits, often a small one or an extreme.
    mutating func bits(_ count: Int) -> UInt128 {
        let all: UInt128 = count == 128 ? .max : (1 << UInt128(count)) - 1
        switch number(0...9) {
        case 0: return 0
        case 1: return all
        case 2, 3: return UInt128(number(UInt8(0)...255)) & all
        default: return (UInt128(number(0...UInt64.max)) << 64 | UInt128(number(0...UInt64.max))) & all
        }
    }

    /// A field with a value, sometimes with a mask; of IPv6 addresses, a prefix, since ovs-ofctl takes other masks that
    /// begin with a digit for one.
    mutating func field(_ field: Field, maskable: Bool? = nil) -> MatchField {
        let value = bits(field.bits)
        guard maskable ?? field.information.isMaskable, chance(40) else { return .exact(field, value) }
        var mask = bits(field.bits)
        if mask == 0 { mask = 1 }
        if field.information.format == .ipv6 || field.information.format == .ipv4 && chance(70) {
            mask = field.fullMask & ~((1 << UInt128(number(0...field.bits - 1))) - 1)
        }
        return .masked(field, value, mask)
    }

    /// One of the fields that actions may read and write, with a header of four octets.
    mutating func writable() -> Field {
        let names = [
            "reg0", "reg7", "reg15", "xxreg0", "xreg3", "tun_id", "metadata", "pkt_mark", "eth_src", "eth_dst",
            "in_port", "vlan_tci", "tun_src", "tun_dst", "tun_ipv6_src",
        ]
        return known(choose(names))
    }

    mutating func subfield(_ field: Field, bits wanted: Int? = nil, limit: Int = 128) -> Subfield {
        if wanted == nil, field.bits <= limit, chance(40) { return Subfield(field) }
        let bits = wanted ?? number(1...min(field.bits, limit))
        return Subfield(field, offset: number(0...field.bits - bits), bits: bits)
    }
}
