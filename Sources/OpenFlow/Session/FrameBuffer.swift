public import Wire

/// Puts messages together out of a stream's octets.
///
/// It holds what is not yet a whole message: less than 65,535 octets behind what one call to `append` brings.
public struct FrameBuffer: Sendable {
    private var octets: [UInt8] = []
    private var start = 0

    /// Makes an empty buffer.
    public init() {}

    /// How many octets wait for more.
    public var count: Int { octets.count - start }

    /// Takes octets that came.
    public mutating func append(_ new: [UInt8]) {
        if start > 0 {
            octets.removeFirst(start)
            start = 0
        }
        octets += new
    }

    /// The next message's header and octets; nil until it is whole.
    ///
    /// Throws for a length under eight.
    public mutating func next() throws(WireError) -> (header: Header, message: [UInt8])? {
        guard count >= Header.size else { return nil }
        let header: Header
        do {
            var span = octets.span.octets.extracting(start..<start + Header.size)
            header = try Header(reading: &span)
        }
        let end = start + Int(header.length)
        guard end <= octets.count else { return nil }
        defer { start = end }
        return (header, Array(octets[start..<end]))
    }
}
