/// The octets and the sets of octets that HTTP's grammar names (RFC 9110, 5.6; RFC 3986, 3).
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B

    /// A `tchar`: what methods, field names and options are made of (RFC 9110, 5.6.2).
    @inline(__always)
    static func isToken(_ octet: UInt8) -> Bool { isIn(0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE, octet) }

    /// What a request target may hold: visible ASCII but the delimiters `"`, `#`, `<` and `>`.
    ///
    /// RFC 3986 forbids a few more, which browsers send unescaped in queries.
    @inline(__always)
    static func isTarget(_ octet: UInt8) -> Bool { isIn(0xAFFF_FFF2_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, octet) }

    /// What a registered name may hold, without the comma, which joins repeated Host fields (RFC 3986, 3.2.2).
    @inline(__always)
    static func isName(_ octet: UInt8) -> Bool { isIn(0x2BFF_6FF2_0000_0000, 0x47FF_FFFE_87FF_FFFE, octet) }

    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }

    @inline(__always)
    static func isBlank(_ octet: UInt8) -> Bool { octet == space || octet == tab }

    /// The value of a hexadecimal digit; nil for other octets.
    @inline(__always)
    static func hexadecimal(_ octet: UInt8) -> Int? {
        if octet &- 0x30 < 10 { return Int(octet &- 0x30) }
        let letter = octet | 0x20
        return letter &- 0x61 < 6 ? Int(letter &- 0x61) + 10 : nil
    }

    /// Lower case of a letter of ASCII; other octets as they are.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }

    /// Whether an octet below 128 is in the set whose members are the bits of `low` (0 to 63) and `high`.
    @inline(__always)
    private static func isIn(_ low: UInt64, _ high: UInt64, _ octet: UInt8) -> Bool {
        octet < 128 && (octet < 64 ? low : high) &>> UInt64(octet & 63) & 1 == 1
    }
}
