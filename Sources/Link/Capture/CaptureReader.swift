import Wire

/// Reads pcap and pcapng files: both byte orders, microseconds and nanoseconds, several interfaces
/// (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng).
///
/// It works on the file's octets and keeps nothing but the interfaces; a block is read no further than its own length, and
/// what a file claims is bounded by `CaptureLimit`. After an error there is no going on.
public struct CaptureReader: Sendable {
    /// The section's interfaces, as far as the file has been read; statistics come at its end.
    public internal(set) var interfaces: [CaptureInterface] = []

    let octets: [UInt8]
    var offset = 0
    var isBigEndian = false
    /// Nanoseconds of a pcap file's unit below the second; nil for pcapng.
    private var pcapUnit: UInt64?
    /// How each interface counts time.
    var clocks: [CaptureClock] = []

    /// Begins to read a file.
    public init(_ octets: [UInt8]) throws(CaptureError) {
        self.octets = octets
        guard octets.count >= 4 else { throw .unknownFormat }
        switch octets.span.octets.uint32(at: 0) {
        case 0x0A0D_0D0A: return
        case 0xA1B2_C3D4: try begin(isBigEndian: true, unit: 1000)
        case 0xD4C3_B2A1: try begin(isBigEndian: false, unit: 1000)
        case 0xA1B2_3C4D: try begin(isBigEndian: true, unit: 1)
        case 0x4D3C_B2A1: try begin(isBigEndian: false, unit: 1)
        default: throw .unknownFormat
        }
    }

    /// The next frame; nil at the file's end.
    public mutating func next() throws(CaptureError) -> CapturedFrame? {
        guard let unit = pcapUnit else { return try nextOfBlocks() }
        guard offset < octets.count else { return nil }
        let start = offset
        try need(16, at: start)
        let (seconds, fraction) = (UInt64(number32(start)), UInt64(number32(start + 4)))
        let (count, original) = (Int(number32(start + 8)), Int(number32(start + 12)))
        guard count <= CaptureLimit.frameSize else {
            throw .malformed(offset: start, reason: "a frame of \(count) octets")
        }
        try need(16 + count, at: start)
        offset = start + 16 + count
        return CapturedFrame(
            timestamp: seconds * 1_000_000_000 + fraction * unit, originalLength: max(original, count),
            octets: Array(octets[(start + 16)..<offset]))
    }

    /// Reads pcap's file header.
    private mutating func begin(isBigEndian: Bool, unit: UInt64) throws(CaptureError) {
        self.isBigEndian = isBigEndian
        pcapUnit = unit
        try need(24, at: 0)
        guard number16(4) == 2 else { throw .malformed(offset: 4, reason: "version \(number16(4))") }
        // The upper half tells of frame check sequences.
        interfaces = [
            CaptureInterface(
                linkType: LinkType(rawValue: UInt16(truncatingIfNeeded: number32(20))),
                snapLength: Int(number32(16)))
        ]
        offset = 24
    }

    func need(_ count: Int, at start: Int) throws(CaptureError) {
        guard octets.count - start >= count else { throw .truncated(offset: start) }
    }

    func number16(_ place: Int) -> UInt16 {
        let number = octets.span.octets.uint16(at: place)
        return isBigEndian ? number : number.byteSwapped
    }

    func number32(_ place: Int) -> UInt32 {
        let number = octets.span.octets.uint32(at: place)
        return isBigEndian ? number : number.byteSwapped
    }
}

/// How an interface counts time (`if_tsresol`, `if_tsoffset`).
struct CaptureClock: Sendable {
    /// Units in a second.
    var unitsPerSecond: UInt64 = 1_000_000
    /// Seconds to be added.
    var offset: Int64 = 0

    /// Nanoseconds since 1970, cut to what 64 bits hold.
    func nanoseconds(_ count: UInt64) -> UInt64 {
        let (seconds, rest) = count.quotientAndRemainder(dividingBy: unitsPerSecond)
        let (high, low) = rest.multipliedFullWidth(by: 1_000_000_000)
        // The rest is below the divisor, hence the quotient is below a second.
        let fraction = unitsPerSecond.dividingFullWidth((high, low)).quotient
        let whole = Int128(seconds) + Int128(offset)
        return UInt64(clamping: whole * 1_000_000_000 + Int128(fraction))
    }
}
