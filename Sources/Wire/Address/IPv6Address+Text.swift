extension IPv6Address: LosslessStringConvertible {
    /// Reads the text of RFC 4291, 2.2, in each of its three forms, and without a zone.
    public init?(_ text: String) {
        self.init(text: text.utf8.span)
    }

    /// Reads the text of RFC 4291, 2.2, in each of its three forms, and without a zone.
    public init?(text: Span<UInt8>) {
        // Groups before the `::` go to `head`; those behind it are counted, and what was read is parted at the end.
        var value: UInt128 = 0
        var groups = 0
        var gap: Int?
        var index = 0
        if text.count >= 2, text[0] == 0x3A, text[1] == 0x3A {
            gap = 0
            index = 2
        }
        while index < text.count {
            guard groups < 8 else { return nil }
            var end = index
            while end < text.count, text[end] != 0x3A { end += 1 }
            if end == text.count, Text.last(0x2E, in: text.extracting(index..<end)) != nil {
                // The last 32 bits as a dotted quad.
                guard groups <= 6, let tail = IPv4Address(text: text.extracting(index..<end)) else { return nil }
                value = value << 32 | UInt128(tail.rawValue)
                groups += 2
                break
            }
            guard let group = Self.group(text.extracting(index..<end)) else { return nil }
            value = value << 16 | UInt128(group)
            groups += 1
            guard end < text.count else { break }
            index = end + 1
            if index < text.count, text[index] == 0x3A {
                guard gap == nil else { return nil }
                gap = groups
                index += 1
            } else if index == text.count {
                // A single colon at the end.
                return nil
            }
        }
        guard let gap else {
            guard groups == 8 else { return nil }
            rawValue = value
            return
        }
        // A `::` stands for one group of zeros or more.
        guard groups < 8 else { return nil }
        let behind = UInt128(16 * (groups - gap))
        let tail = value & (UInt128(1) << behind - 1)
        rawValue = gap == 0 ? tail : (value >> behind) << UInt128(128 - 16 * gap) | tail
    }

    /// One to four hexadecimal digits.
    private static func group(_ text: Span<UInt8>) -> UInt16? {
        guard (1...4).contains(text.count) else { return nil }
        var value: UInt16 = 0
        for index in text.indices {
            guard let digit = Text.hexadecimal(text[index]) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// Appends the address in the one form that RFC 5952 recommends.
    ///
    /// An IPv4-mapped address ends in a dotted quad.
    public func writeText(to text: inout OutputSpan<UInt8>) {
        if let mappedIPv4 {
            text.append(uint16: 0x3A3A)
            text.append(uint32: 0x6666_6666)
            text.append(0x3A)
            mappedIPv4.writeText(to: &text)
            return
        }
        let gap = longestGap
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                text.append(0x3A)
                text.append(0x3A)
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { text.append(0x3A) }
            text.append(hexadecimal: group(index))
            index += 1
        }
    }

    /// The first of the longest runs of at least two groups that are zero; empty if there is none (RFC 5952, 4.2).
    private var longestGap: Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            guard group(index) == 0 else {
                start = index + 1
                continue
            }
            if index + 1 - start > max(longest.count, 1) { longest = start..<index + 1 }
        }
        return longest
    }

    /// The address in the one form that RFC 5952 recommends.
    public var description: String {
        Text.string(capacity: Self.textCapacity) { writeText(to: &$0) }
    }
}
