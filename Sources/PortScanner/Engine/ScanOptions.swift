import Wire

/// How a scan is made.
public struct ScanOptions: Sendable {
    /// What is asked of ports.
    public enum Kind: Hashable, Sendable {
        /// The kernel's connections, which need no privilege.
        case connect
        /// Raw probes, which need CAP_NET_RAW.
        case synchronize, acknowledge, window, finish, null, christmas, maimon
        /// TCP with the flags of this octet (and the three bits above).
        case flags(UInt16)
        case udp, sctpInit, ipProtocol
    }

    /// How hosts are found before their ports are asked.
    public enum Discovery: Hashable, Sendable {
        /// They are not: every target is taken for one that is up.
        case none
        /// By these probes, or by ARP and neighbor solicitations where a host is on the link.
        case probes([DiscoveryProbe])
    }

    /// The kinds of scan, in order; nil is SYN with the privilege, connect without.
    public var kinds: [Kind]?
    public var ports: PortSelection
    /// Nil is what the privilege allows.
    public var discovery: Discovery?
    /// Whether ports are left alone: hosts are found, and no more.
    public var findsHostsOnly = false
    /// Whether addresses are looked up in the DNS.
    public var resolvesNames = false
    /// The name server, with its port; nil is the system's.
    public var nameServer: String?
    /// Probes per second at most; nil is what the targets allow: as fast as answers come in private networks, else
    /// `politeRate`.
    public var rate: Double?
    /// Probes per second at least, also where fewer answers come back for it.
    public var leastRate: Double?
    /// Tries at a silent port, at least and at most.
    public var tries = 2...8
    /// The bounds of the time that an answer is waited for, and the first wait.
    public var initialTimeout = Duration.milliseconds(500)
    public var timeout = (least: Duration.milliseconds(100), most: Duration.seconds(10))
    /// How long a host's rate limit on its answers may hold up the scan; what is open then is undecided.
    public var patience: Duration?
    /// After so long a group of hosts is given up.
    public var hostTimeout: Duration?
    /// Hosts are reported only if a port of theirs is, or may be, open, and of their ports those alone are listed.
    public var reportsOpenOnly = false
    /// The interface to send on; nil is what the routes say.
    public var interface: String?
    /// What looks closer at hosts before they are reported.
    public var examiners: [any HostExaminer] = []
    /// Whether TCP probes go through a ring that is shared with the kernel (PACKET_TX_RING), which costs less on many links.
    public var usesTransmitRing = true
    /// Sockets that a connect scan may have at a time.
    public var concurrency = 4096

    /// Probes per second outside of private networks, unless a rate is given.
    public static let politeRate = 1000.0

    public init(ports: PortSelection) { self.ports = ports }
}

/// A way to find out whether a host is there.
public enum DiscoveryProbe: Hashable, Sendable {
    case echo, timestamp, mask
    case synchronize(ports: [UInt16])
    case acknowledge(ports: [UInt16])
    case udp(ports: [UInt16])
    /// `connect`, which needs no privilege.
    case connect(ports: [UInt16])

    /// What finds most hosts: an echo request, a SYN to HTTPS, an ACK to HTTP, a timestamp request.
    public static let privileged: [DiscoveryProbe] = [
        .echo, .synchronize(ports: [443]), .acknowledge(ports: [80]), .timestamp,
    ]
    public static let unprivileged: [DiscoveryProbe] = [.connect(ports: [80, 443])]
}

extension ScanOptions.Kind {
    /// The raw technique; nil for `connect`.
    package var technique: Technique? {
        switch self {
        case .connect: nil
        case .synchronize: .synchronize
        case .acknowledge: .acknowledge
        case .window: .window
        case .finish: .finish
        case .null: .null
        case .christmas: .christmas
        case .maimon: .maimon
        case .flags(let bits): .flags(TCPHeader.Flags(rawValue: bits))
        case .udp: .udp
        case .sctpInit: .sctpInit
        case .ipProtocol: .ipProtocol
        }
    }

    /// What its ports are ports of.
    public var `protocol`: ProbeProtocol {
        switch self {
        case .udp: .udp
        case .sctpInit: .sctp
        case .ipProtocol: .ip
        default: .tcp
        }
    }

    /// nmap's word for it.
    public var name: String {
        switch self {
        case .connect: "connect"
        case .synchronize, .flags: "syn"
        case .acknowledge: "ack"
        case .window: "window"
        case .finish: "fin"
        case .null: "null"
        case .christmas: "xmas"
        case .maimon: "maimon"
        case .udp: "udp"
        case .sctpInit: "sctpinit"
        case .ipProtocol: "ipproto"
        }
    }
}
