/// Octets in visible ASCII: `\r`, `\n`, `\t`, `\0`, `\\`, `\xHH`, and `\{TEXT*COUNT}` for repetitions.
package enum Escapes {
    /// Why a text is no octets.
    package struct Fault: Error, Equatable { package let text: String }

    /// The octets that a text stands for.
    package static func read(_ text: Substring) throws(Fault) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = text.utf8[...]
        while let octet = rest.popFirst() {
            guard (0x20...0x7E).contains(octet) else { throw Fault(text: "an octet beyond visible ASCII") }
            guard octet == UInt8(ascii: "\\") else {
                octets.append(octet)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "r"): octets.append(0x0D)
            case UInt8(ascii: "n"): octets.append(0x0A)
            case UInt8(ascii: "t"): octets.append(0x09)
            case UInt8(ascii: "0"): octets.append(0x00)
            case UInt8(ascii: "s"): octets.append(0x20)
            case UInt8(ascii: "\\"): octets.append(0x5C)
            case UInt8(ascii: "x"):
                guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) else {
                    throw Fault(text: "\\x without two digits")
                }
                rest = rest.dropFirst(2)
                octets.append(value)
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")),
                    let star = rest[..<end].lastIndex(of: UInt8(ascii: "*")),
                    let count = Int(Substring(rest[rest.index(after: star)..<end])), (1...100_000).contains(count)
                else { throw Fault(text: "\\{ without TEXT*COUNT}") }
                let unit = try read(Substring(rest[..<star]))
                for _ in 0..<count { octets += unit }
                rest = rest[rest.index(after: end)...]
            default: throw Fault(text: "an unknown escape")
            }
        }
        return octets
    }

    /// Octets as people can read them, cut after `limit`.
    package static func show(_ octets: some Sequence<UInt8>, limit: Int = 120) -> String {
        var text = ""
        for (index, octet) in octets.enumerated() {
            if index == limit { return text + "…" }
            switch octet {
            case 0x0D: text += "\\r"
            case 0x0A: text += "\\n"
            case 0x09: text += "\\t"
            case 0x00: text += "\\0"
            case 0x5C: text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(octet))
            default: text += "\\x" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
