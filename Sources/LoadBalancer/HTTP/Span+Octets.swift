/// A run of octets inside a head, as offsets from the head's beginning.
struct OctetRange: BitwiseCopyable, Sendable, Equatable {
    var start: Int32 = 0
    var count: Int32 = 0

    init() {}

    init(_ start: Int, _ end: Int) {
        (self.start, count) = (Int32(truncatingIfNeeded: start), Int32(truncatingIfNeeded: end - start))
    }

    var range: Range<Int> { Int(start)..<Int(start + count) }
    var isEmpty: Bool { count == 0 }
}

extension Span<UInt8> {
    /// The first octet at or after `start` that a field value may not hold (a control but the tab), or the end.
    ///
    /// Eight octets are looked at in one step: the loop is most of what reading a head costs.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        var position = start
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while position &+ 8 <= count {
            // The eight octets end before `count`, as the loop's condition says.
            let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
            let below = (word &- ones &* 0x20) & ~word
            let flipped = word ^ (ones &* 0x7F)
            let hits = (below | ((flipped &- ones) & ~flipped)) & tops
            if hits == 0 {
                position &+= 8
                continue
            }
            position &+= hits.trailingZeroBitCount >> 3
            if self[position] != Octet.tab { return position }
            position &+= 1
        }
        while position < count {
            let octet = self[position]
            if octet < 0x20 && octet != Octet.tab || octet == 0x7F { return position }
            position &+= 1
        }
        return count
    }

    /// Whether these are `text`'s octets at the front.
    func starts(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount {
            // A StaticString's octets live as long as the program.
            guard unsafe self[index] == text.utf8Start[index] else { return false }
        }
        return true
    }

    /// What follows `text` in the last line of a head; nil if that begins otherwise.
    func lastLine(_ text: StaticString) -> OctetRange? {
        // The line's own end and the empty line's.
        let end = count - 4
        var start = end
        while start > 0, self[start - 1] != Octet.lineFeed { start -= 1 }
        guard start + text.utf8CodeUnitCount <= end, extracting(start..<end).starts(with: text) else { return nil }
        return OctetRange(start + text.utf8CodeUnitCount, end)
    }

    /// Whether a run equals `text`, which is in lower case, whatever the case of the run's letters.
    ///
    /// `text` may hold letters, digits and hyphens alone, and the run only octets of a token.
    @inline(__always)
    func matches(_ run: OctetRange, _ text: StaticString) -> Bool {
        guard Int(run.count) == text.utf8CodeUnitCount else { return false }
        for index in 0..<Int(run.count) {
            // A StaticString's octets live as long as the program.
            guard unsafe Octet.lowercased(self[Int(run.start) + index]) == text.utf8Start[index] else { return false }
        }
        return true
    }

    /// Whether two runs are equal but for the case of letters.
    func matches(_ first: OctetRange, _ second: OctetRange) -> Bool {
        guard first.count == second.count else { return false }
        for index in 0..<Int(first.count)
        where Octet.lowercased(self[Int(first.start) + index]) != Octet.lowercased(self[Int(second.start) + index]) {
            return false
        }
        return true
    }

    /// The members of a comma-separated list, without the blanks around them; empty ones are passed over (RFC 9110, 5.6.1).
    ///
    /// Returns the next member at or after `position`, which it moves behind it; nil at the run's end.
    func nextMember(of run: OctetRange, at position: inout Int) -> OctetRange? {
        let end = Int(run.start + run.count)
        while position < end {
            var first = position
            var last = position
            while last < end, self[last] != Octet.comma { last += 1 }
            position = last + 1
            while first < last, Octet.isBlank(self[first]) { first += 1 }
            while last > first, Octet.isBlank(self[last - 1]) { last -= 1 }
            if last > first { return OctetRange(first, last) }
        }
        return nil
    }

    /// The decimal number that a whole run spells; nil for anything else and beyond 18 digits.
    func decimal(_ run: OctetRange) -> Int? {
        guard (1...18).contains(run.count) else { return nil }
        var number = 0
        for index in run.range {
            guard Octet.isDigit(self[index]) else { return nil }
            number = number * 10 + Int(self[index] - 0x30)
        }
        return number
    }
}
