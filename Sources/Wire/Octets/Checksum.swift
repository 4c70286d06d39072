/// The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words (RFC 1071).
///
/// Add what is covered in order, in pieces of any length, then take the `value`.
public struct Checksum: Equatable, Sendable {
    /// The sum so far, folded to 16 bits.
    private var sum: UInt16 = 0

    /// Whether an odd number of octets was added, so that the next one is the low half of a word.
    private var isOdd = false

    /// Starts with nothing added.
    public init() {}

    /// Continues from a sum that is not complemented, such as the one in a packet whose checksum the sender left to
    /// the network card (`partial`).
    public init(partial sum: UInt16) {
        self.sum = sum
    }

    /// What the checksum field must hold, if the field itself was added as zero.
    public var value: UInt16 { ~sum }

    /// Whether what was added, the checksum field included, is as the sender meant it.
    public var isValid: Bool { sum == 0xFFFF }

    /// The sum itself, not complemented: what the field holds when only the pseudo-header was added and the network
    /// card is to do the rest (`CHECKSUM_PARTIAL` in Linux's `skbuff.h`).
    public var partial: UInt16 { sum }

    /// Adds `octets`, which follow those added before.
    public mutating func add(_ octets: RawSpan) {
        var (words, offset) = octets.sumOfWords()
        if offset &+ 2 <= octets.byteCount {
            words &+= UInt64(octets.uint16(at: offset))
            offset &+= 2
        }
        if offset < octets.byteCount {
            words &+= UInt64(octets.uint8(at: offset)) << 8
        }
        add(folding: words)
        if octets.byteCount & 1 == 1 { isOdd.toggle() }
    }

    /// Adds 16 bits.
    public mutating func add(uint16 value: UInt16) { add(folding: UInt64(value)) }

    /// Adds 32 bits.
    public mutating func add(uint32 value: UInt32) { add(folding: UInt64(value)) }

    /// Adds 128 bits.
    public mutating func add(uint128 value: UInt128) {
        let high = UInt64(truncatingIfNeeded: value >> 64)
        let low = UInt64(truncatingIfNeeded: value)
        add(folding: (high >> 32) + (high & 0xFFFF_FFFF) + (low >> 32) + (low & 0xFFFF_FFFF))
    }

    /// The checksum of `octets`, for a checksum field that is zero in them.
    public static func of(_ octets: RawSpan) -> UInt16 {
        var checksum = Checksum()
        checksum.add(octets)
        return checksum.value
    }

    /// The checksum of a packet in which a word changed from `old` to `new` (RFC 1624, equation 3).
    public static func update(_ checksum: UInt16, replacing old: UInt16, with new: UInt16) -> UInt16 {
        var updated = Checksum(partial: ~checksum)
        updated.add(uint16: ~old)
        updated.add(uint16: new)
        return updated.value
    }

    /// The checksum of a packet in which two words, such as an address, changed from `old` to `new`.
    public static func update(_ checksum: UInt16, replacing old: UInt32, with new: UInt32) -> UInt16 {
        var updated = Checksum(partial: ~checksum)
        updated.add(uint32: ~old)
        updated.add(uint32: new)
        return updated.value
    }

    /// Adds a sum of words, with the carries put back in.
    private mutating func add(folding words: UInt64) {
        var folded = (words >> 32) + (words & 0xFFFF_FFFF)
        folded = (folded >> 32) + (folded & 0xFFFF_FFFF)
        folded = (folded >> 16) + (folded & 0xFFFF)
        folded = (folded >> 16) + (folded & 0xFFFF)
        folded = (folded >> 16) + (folded & 0xFFFF)
        let word = UInt16(truncatingIfNeeded: folded)
        // Behind an odd number of octets, high and low halves are swapped (RFC 1071, 2 B).
        let (total, carry) = sum.addingReportingOverflow(isOdd ? word.byteSwapped : word)
        sum = carry ? total &+ 1 : total
    }
}
