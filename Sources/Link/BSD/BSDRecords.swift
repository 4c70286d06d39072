/// The records that one read from `/dev/bpf` gives: as many frames as the device's buffer held (`bpf(4)`).
///
/// Each begins with a header that says how long it is itself, since systems differ in the size of its timestamp; records
/// are padded to `alignment`.
public enum BSDRecords {
    /// Where the fields of `struct bpf_hdr` lie.
    public struct Layout: Sendable {
        /// Octets of a second and of its fraction in the timestamp.
        var timeWidth: Int
        /// Records begin at multiples of this (BPF_WORDALIGN).
        var alignment: Int

        /// macOS: `struct BPF_TIMEVAL` of two 32-bit integers, alignment 4.
        public static let macOS = Layout(timeWidth: 4, alignment: 4)
        /// FreeBSD on 64 bits: `struct timeval` of two 64-bit integers, alignment 8.
        public static let freeBSD = Layout(timeWidth: 8, alignment: 8)

        /// Two times, two lengths of 32 bits and a header length of 16.
        var headerSize: Int { 2 * timeWidth + 10 }
    }

    /// Lends every frame of a buffer, with its original length and its time in nanoseconds; their number.
    ///
    /// A record that does not fit what was read ends the walk; it is counted in `broken`.
    @discardableResult
    public static func walk(
        _ buffer: RawSpan, _ layout: Layout, broken: inout Int, _ body: (RawSpan, Int, UInt64) -> Void
    ) -> Int {
        var offset = 0
        var count = 0
        while buffer.byteCount - offset >= layout.headerSize {
            let lengths = offset + 2 * layout.timeWidth
            let captured = Int(buffer.host32(at: lengths))
            let original = Int(buffer.host32(at: lengths + 4))
            let header = Int(buffer.host16(at: lengths + 8))
            guard header >= layout.headerSize, header + captured <= buffer.byteCount - offset else {
                broken += 1
                return count
            }
            let seconds = UInt64(buffer.host32(at: offset))
            let fraction = UInt64(buffer.host32(at: offset + layout.timeWidth))
            body(
                buffer.extracting((offset + header)..<(offset + header + captured)), original,
                seconds * 1_000_000_000 + fraction * 1000)
            count += 1
            // The last record's padding may not have been read.
            offset += min(
                (header + captured + layout.alignment - 1) & ~(layout.alignment - 1), buffer.byteCount - offset)
        }
        if offset < buffer.byteCount { broken += 1 }
        return count
    }
}

/// An ioctl's number on the BSDs and macOS: direction, size of the argument, group and number (`sys/ioccom.h`).
public struct BSDRequest: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }

    /// Which way the argument goes.
    public enum Direction: UInt, Sendable {
        case none = 0x2000_0000
        case out = 0x4000_0000
        case `in` = 0x8000_0000
        case both = 0xC000_0000
    }

    /// Encodes a request whose argument has `size` octets.
    public init(_ direction: Direction, group: UInt8, number: UInt8, size: Int) {
        precondition((0...0x1FFF).contains(size), "an argument has at most 8191 octets")
        rawValue = direction.rawValue | UInt(size) << 16 | UInt(group) << 8 | UInt(number)
    }

    private static let group: UInt8 = 0x42

    /// BIOCGBLEN: the length of the device's buffer, and of every read.
    public static let bufferLength = BSDRequest(.out, group: group, number: 102, size: 4)
    /// BIOCSBLEN, which must come before the interface is set.
    public static let setBufferLength = BSDRequest(.both, group: group, number: 102, size: 4)
    /// BIOCSETF: a filter; `struct bpf_program` is a count and a pointer.
    public static let setFilter = BSDRequest(.in, group: group, number: 103, size: 16)
    /// BIOCFLUSH.
    public static let flush = BSDRequest(.none, group: group, number: 104, size: 0)
    /// BIOCPROMISC.
    public static let promiscuous = BSDRequest(.none, group: group, number: 105, size: 0)
    /// BIOCGDLT: the link type.
    public static let linkType = BSDRequest(.out, group: group, number: 106, size: 4)
    /// BIOCSETIF: the interface, by the name in `struct ifreq`.
    public static let setInterface = BSDRequest(.in, group: group, number: 108, size: 32)
    /// BIOCGSTATS: frames received and dropped.
    public static let statistics = BSDRequest(.out, group: group, number: 111, size: 8)
    /// BIOCIMMEDIATE: a read gives what there is.
    public static let immediate = BSDRequest(.in, group: group, number: 112, size: 4)
    /// BIOCSSEESENT of macOS, BIOCSDIRECTION of FreeBSD: with 0, only what others sent comes.
    public static let seeSent = BSDRequest(.in, group: group, number: 119, size: 4)
    /// BIOCLOCK of FreeBSD: nothing but reading is allowed from now on, nor another filter.
    public static let lock = BSDRequest(.none, group: group, number: 123, size: 0)
    /// BIOCSHDRCMPLT: the sender's address is the program's business.
    public static let headerComplete = BSDRequest(.in, group: group, number: 117, size: 4)
}
