public import Wire

/// What a port is a port of.
public enum ProbeProtocol: String, Hashable, Sendable, CaseIterable {
    case tcp, udp, sctp
    /// An IP protocol scan: the "port" is the protocol's number, 0 to 255.
    case ip
}

extension ProbeProtocol: CustomStringConvertible {
    public var description: String { rawValue }
}

extension ProbeProtocol: Comparable {
    /// The order of reports: TCP, UDP, SCTP, IP.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .tcp: 0
        case .udp: 1
        case .sctp: 2
        case .ip: 3
        }
    }

    /// The protocol's number in an IP header; nil for a protocol scan.
    public var number: IPProtocol? {
        switch self {
        case .tcp: .tcp
        case .udp: .udp
        case .sctp: IPProtocol(rawValue: 132)
        case .ip: nil
        }
    }
}
