/// An option of a TCP header; one that is not named passes through unharmed.
public enum TCPOption: Equatable, Hashable, Sendable {
    /// Padding between options (kind 1).
    case noOperation

    /// The most octets that the sender takes in a segment (kind 2, RFC 9293).
    case maximumSegmentSize(UInt16)

    /// How far the window is shifted (kind 3, RFC 7323); more than 14 counts as 14.
    case windowScale(UInt8)

    /// Selective acknowledgments are understood (kind 4, RFC 2018).
    case selectiveAcknowledgmentPermitted

    /// Runs that arrived out of order, each as two sequence numbers (kind 5, RFC 2018); see `blocks`.
    case selectiveAcknowledgment(OptionOctets)

    /// The sender's clock, and the last one it saw from its peer (kind 8, RFC 7323).
    case timestamps(value: UInt32, echo: UInt32)

    /// An option that this module does not know.
    case unknown(kind: UInt8, OptionOctets)

    /// Reads the value of an option of a `kind` from 2; nil if it has a length that its kind forbids.
    @inlinable
    init?(kind: UInt8, value: RawSpan) {
        switch kind {
        case 2:
            guard value.byteCount == 2 else { return nil }
            self = .maximumSegmentSize(value.uint16(at: 0))
        case 3:
            guard value.byteCount == 1 else { return nil }
            self = .windowScale(value.uint8(at: 0))
        case 4:
            guard value.byteCount == 0 else { return nil }
            self = .selectiveAcknowledgmentPermitted
        case 5:
            guard value.byteCount > 0, value.byteCount % 8 == 0 else { return nil }
            self = .selectiveAcknowledgment(OptionOctets(copying: value))
        case 8:
            guard value.byteCount == 8 else { return nil }
            self = .timestamps(value: value.uint32(at: 0), echo: value.uint32(at: 4))
        default:
            self = .unknown(kind: kind, OptionOctets(copying: value))
        }
    }

    /// The option's number (IANA's registry of TCP option kinds).
    public var kind: UInt8 {
        switch self {
        case .noOperation: 1
        case .maximumSegmentSize: 2
        case .windowScale: 3
        case .selectiveAcknowledgmentPermitted: 4
        case .selectiveAcknowledgment: 5
        case .timestamps: 8
        case .unknown(let kind, _): kind
        }
    }

    /// How many runs a selective acknowledgment tells of, at most four; 0 in other options.
    public var blockCount: Int {
        if case .selectiveAcknowledgment(let octets) = self { octets.count / 8 } else { 0 }
    }

    /// One of a selective acknowledgment's runs: its first sequence number, and the one behind its last.
    public func block(_ index: Int) -> (first: UInt32, end: UInt32) {
        guard case .selectiveAcknowledgment(let octets) = self, index >= 0, index < octets.count / 8 else {
            preconditionFailure("a block is one of blockCount")
        }
        return (octets.octets.uint32(at: 8 * index), octets.octets.uint32(at: 8 * index + 4))
    }
}
