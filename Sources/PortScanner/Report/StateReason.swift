/// Which answer, or silence, a state was decided by.
public struct StateReason: Hashable, Sendable {
    /// The kind of answer.
    public var cause: Cause

    /// The time to live (or hop limit) that the answer came with; nil if none came, or it is not known.
    public var timeToLive: UInt8?

    /// Who answered, if not the target itself: a router or firewall on the way.
    public var source: TargetAddress?

    public init(_ cause: Cause, timeToLive: UInt8? = nil, source: TargetAddress? = nil) {
        (self.cause, self.timeToLive, self.source) = (cause, timeToLive, source)
    }

    /// A kind of answer; the words are those that consumers of nmap's reports know.
    public struct Cause: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public init(stringLiteral value: String) { rawValue = value }

        public var description: String { rawValue }
    }
}

extension StateReason.Cause {
    /// Nothing came.
    public static let noResponse: Self = "no-response"
    /// A TCP segment with SYN and ACK.
    public static let synAck: Self = "syn-ack"
    /// A TCP segment with SYN, without ACK: a simultaneous open.
    public static let syn: Self = "syn"
    /// A TCP reset.
    public static let reset: Self = "reset"
    /// `connect` was refused, which a reset means.
    public static let connectionRefused: Self = "conn-refused"
    /// `connect` succeeded, which only a SYN-ACK explains.
    public static let connectionAccepted: Self = "conn-accepted"
    /// A UDP datagram.
    public static let udpResponse: Self = "udp-response"
    /// A packet of the protocol asked for.
    public static let protocolResponse: Self = "proto-response"
    /// An SCTP INIT-ACK.
    public static let initAck: Self = "init-ack"
    /// An SCTP ABORT.
    public static let abort: Self = "abort"
    /// ICMP: the port is not reachable.
    public static let portUnreachable: Self = "port-unreach"
    /// ICMP: the protocol is not reachable.
    public static let protocolUnreachable: Self = "proto-unreach"
    /// ICMP: the host is not reachable.
    public static let hostUnreachable: Self = "host-unreach"
    /// ICMP: the network is not reachable.
    public static let networkUnreachable: Self = "net-unreach"
    /// ICMP: an administrator forbids the host.
    public static let hostProhibited: Self = "host-prohibited"
    /// ICMP: an administrator forbids the network.
    public static let networkProhibited: Self = "net-prohibited"
    /// ICMP: an administrator forbids it.
    public static let adminProhibited: Self = "admin-prohibited"
    /// ICMP: the time to live ran out on the way.
    public static let timeExceeded: Self = "time-exceeded"
    /// ICMP: another kind of "unreachable".
    public static let destinationUnreachable: Self = "dest-unreach"
    /// An echo reply.
    public static let echoReply: Self = "echo-reply"
    /// A timestamp reply.
    public static let timestampReply: Self = "timestamp-reply"
    /// An address mask reply.
    public static let addressMaskReply: Self = "addressmask-reply"
    /// An ARP reply.
    public static let arpResponse: Self = "arp-response"
    /// A neighbor advertisement.
    public static let neighborResponse: Self = "nd-response"
    /// The target is this machine.
    public static let localhostResponse: Self = "localhost-response"
    /// The user said so, with `-Pn`.
    public static let userSet: Self = "user-set"
    /// Answers were lost on our side, or held back by a limit on theirs.
    public static let lost: Self = "answers-lost"
    /// This machine's own firewall refused the probe.
    public static let localRefusal: Self = "local-refusal"
}
