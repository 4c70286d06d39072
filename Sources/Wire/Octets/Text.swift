/// Digits in text that addresses are written in.
enum Text {
    /// The value of a hexadecimal digit in either case; nil for other octets.
    @inline(__always)
    static func hexadecimal(_ octet: UInt8) -> UInt8? {
        if octet &- 0x30 < 10 { return octet &- 0x30 }
        let letter = octet | 0x20
        return letter &- 0x61 < 6 ? letter &- 0x61 &+ 10 : nil
    }

    /// The lower-case digit for the low four bits of `value`.
    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 {
        let nibble = value & 0xF
        return nibble < 10 ? nibble + 0x30 : nibble + 0x57
    }

    /// The decimal number that `text` spells: digits without a leading zero, at most `limit`; nil for anything else.
    static func decimal(_ text: Span<UInt8>, limit: Int) -> Int? {
        guard !text.isEmpty, text.count == 1 || text[0] != 0x30 else { return nil }
        var number = 0
        for index in text.indices {
            guard text[index] &- 0x30 < 10 else { return nil }
            number = number * 10 + Int(text[index] &- 0x30)
            guard number <= limit else { return nil }
        }
        return number
    }

    /// The place of the last `octet` in `text`.
    static func last(_ octet: UInt8, in text: Span<UInt8>) -> Int? {
        var index = text.count
        while index > 0 {
            index -= 1
            if text[index] == octet { return index }
        }
        return nil
    }

    /// A string of at most `capacity` octets of ASCII that `write` appends.
    static func string(capacity: Int, _ write: (inout OutputSpan<UInt8>) -> Void) -> String {
        String(decoding: [UInt8](capacity: capacity, initializingWith: write), as: UTF8.self)
    }
}

extension OutputSpan<UInt8> {
    /// Appends `number` in decimal.
    @_lifetime(self: copy self)
    mutating func append(decimal number: UInt16) {
        var divisor: UInt16 = 10000
        while divisor > 1, number < divisor { divisor /= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: number / divisor % 10) + 0x30)
            divisor /= 10
        }
    }

    /// Appends `number` in lower-case hexadecimal without leading zeros.
    @_lifetime(self: copy self)
    mutating func append(hexadecimal number: UInt16) {
        var shift: UInt16 = 12
        while shift > 0, number >> shift == 0 { shift -= 4 }
        while true {
            append(Text.digit(UInt8(truncatingIfNeeded: number >> shift)))
            guard shift > 0 else { return }
            shift -= 4
        }
    }
}
