package import Wire

/// What a raw probe is, and hence what an answer to it means.
package enum Technique: Hashable, Sendable {
    /// SYN: a handshake that is begun and never ended.
    case synchronize
    /// ACK: tells whether a firewall keeps state, not whether a port is open.
    case acknowledge
    /// ACK, of whose resets some stacks give an open port away by a window that is not 0.
    case window
    /// FIN alone, none at all, FIN, PSH and URG: RFC 9293 lets a closed port answer and an open one keep silent.
    case finish, null, christmas
    /// FIN and ACK, which old BSD stacks drop where a port is open (Uriel Maimon, Phrack 49, 15).
    case maimon
    /// Flags of the user's own, read as a SYN's answers are.
    case flags(TCPHeader.Flags)
    /// UDP, with what the port's protocol answers.
    case udp
    /// SCTP INIT (RFC 9260).
    case sctpInit
    /// An IP packet of each protocol; what is called a port is the protocol's number.
    case ipProtocol
    /// ICMP, or ICMPv6, echo request.
    case echo
    /// ICMP timestamp and address mask requests (RFC 792, RFC 950).
    case timestamp, mask
    /// Who has the address on this link: ARP (RFC 826), or a neighbor solicitation (RFC 4861).
    case neighbor

    /// The TCP flags; nil if the probe is not of TCP.
    package var flags: TCPHeader.Flags? {
        switch self {
        case .synchronize: .synchronize
        case .acknowledge, .window: .acknowledgment
        case .finish: .finish
        case .null: []
        case .christmas: [.finish, .push, .urgent]
        case .maimon: [.finish, .acknowledgment]
        case .flags(let flags): flags
        case .udp, .sctpInit, .ipProtocol, .echo, .timestamp, .mask, .neighbor: nil
        }
    }

    /// Whether the probe is of TCP.
    package var isTCP: Bool { flags != nil }

    /// Whether silence leaves it open whether a port is open: then an answer that a rate limit held back is missed.
    package var readsSilence: Bool {
        switch self {
        case .finish, .null, .christmas, .maimon, .udp, .ipProtocol: true
        default: false
        }
    }
}
