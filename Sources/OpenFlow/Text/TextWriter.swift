/// How ovs-ofctl writes numbers.
enum TextWriter {
    /// `%#x` of C: 0 stays bare.
    static func hexadecimal(_ value: some BinaryInteger) -> String {
        value == 0 ? "0" : "0x" + String(value, radix: 16)
    }

    /// With at least so many digits behind `0x`.
    static func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
        let text = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Octets in pairs of digits with points between.
    static func octets(_ octets: [UInt8]) -> String {
        octets.map { hexadecimal($0, digits: 2).dropFirst(2) }.joined(separator: ".")
    }

    /// Flags by name: those of a mask with `+` or `-`, all of them with `|`.
    static func flags(_ value: UInt32, mask: UInt32, all: UInt32, _ name: (UInt32) -> String?) -> String {
        var text = ""
        if mask == all {
            guard value != 0 else { return "0" }
            for bit in bits(of: value) {
                if !text.isEmpty { text += "|" }
                text += name(bit) ?? hexadecimal(bit)
            }
            return text
        }
        guard mask != 0 else { return "0/0" }
        for bit in bits(of: mask) {
            text += (value & bit != 0 ? "+" : "-") + (name(bit) ?? "[Unknown]")
        }
        return text
    }

    /// The bits that are set, from the lowest.
    private static func bits(of value: UInt32) -> [UInt32] {
        (0..<32).map { 1 << UInt32($0) }.filter { value & $0 != 0 }
    }
}

/// The names of flags in fields.
enum FlagNames {
    static let connectionState = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"]
    static let tcp = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"]
    static let tunnel = ["oam"]
    static let reasons = ["no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"]

    /// The name of a bit; nil if it has none.
    static func name(_ bit: UInt32, in names: [String]) -> String? {
        let index = bit.trailingZeroBitCount
        return index < names.count ? names[index] : nil
    }
}
