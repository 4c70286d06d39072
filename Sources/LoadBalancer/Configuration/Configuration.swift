public import Linux

/// What one configuration file says, checked and with every reference resolved.
///
/// A value of this type is never changed: a running load balancer holds one, and a reload swaps it for another.
public struct Configuration: Sendable {
    /// Threads of the data plane, and what the process may hold.
    public var process = Process()

    /// Where metrics, status and health of the load balancer itself are served; nil turns the endpoint off.
    public var admin: SocketAddress?

    /// Where requests are logged; nil turns the log off.
    public var accessLog: AccessLog?

    /// The largest a message's parts may be.
    public var limits = Limits()

    /// How long each step may take.
    public var timeouts = Timeouts()

    /// What is listened on, in the file's order.
    public var listeners: [Listener] = []

    /// Which requests go where.
    ///
    /// The most specific route wins; their order means nothing.
    public var routes: [Route] = []

    /// The backends, in the file's order; routes and listeners name them by index.
    public var pools: [Pool] = []

    public init() {}

    public struct Process: Sendable {
        /// Threads of the data plane; one for each core unless said.
        public var threads = 1
        /// Whether each thread stays on one core.
        public var isPinned = true
        /// Client connections at one time over all threads; more wait in the kernel's queue.
        public var connections = 10_000
        /// How long connections may finish after SIGTERM.
        public var drain = Duration.seconds(30)
        public init() {}
    }

    public struct AccessLog: Sendable {
        public enum Format: String, Sendable, CaseIterable { case json, text }
        /// A file's path, or `-` for standard output.
        public var path: String
        public var format = Format.json
        public init(path: String) { self.path = path }
    }

    public struct Limits: Sendable {
        /// Octets of a request's or response's head.
        public var head = 16 << 10
        /// Field lines of one head.
        public var fields = 128
        /// Octets of a request's target.
        public var target = 8 << 10
        /// Octets of a request's body; nil for no limit.
        public var body: Int?
        /// Octets a second at which a client must send a body and take one, on average over `timeouts.body`; 0 for any.
        public var bodyRate = 240
        public init() {}
    }

    public struct Timeouts: Sendable {
        /// From a request's first octet to the end of its head.
        public var head = Duration.seconds(10)
        /// A client connection between two requests.
        public var idle = Duration.seconds(60)
        /// Until a backend accepts a connection, TLS handshake included.
        public var connect = Duration.seconds(5)
        /// From a request's last octet to the first of its response.
        public var response = Duration.seconds(60)
        /// Between two pieces of a body, in either direction.
        public var body = Duration.seconds(30)
        /// From the end of a request's head to the last octet of its response; nil for no limit.
        public var total: Duration?
        /// A tunnel or TCP stream in which neither side sends.
        public var tunnel = Duration.seconds(3600)
        public init() {}
    }

    public struct Listener: Sendable {
        public enum Transport: String, Sendable, CaseIterable { case http, tcp }
        public var name: String
        /// At least one.
        public var addresses: [SocketAddress]
        public var transport = Transport.http
        /// Where everything that no route takes goes (an index into `pools`); always set for TCP.
        public var pool: Int?
        /// Clients whose forwarded fields are believed and extended; those of all others are replaced.
        public var trusted: [AddressPrefix] = []
        public init(name: String, addresses: [SocketAddress]) { (self.name, self.addresses) = (name, addresses) }
    }

    public struct Route: Sendable {
        /// An index into `listeners`; nil for all HTTP listeners.
        public var listener: Int?
        /// In lower case: a host's name, `*.` and a domain for all names below it; nil for every host.
        public var host: String?
        /// Octet for octet: `/api/*` for all below (and `/api` itself), `/status` for only this one; nil for every path.
        public var path: String?
        /// An index into `pools`.
        public var pool: Int
        public init(pool: Int) { self.pool = pool }
    }

    public struct Pool: Sendable {
        public enum Balance: String, Sendable, CaseIterable {
            case random
            case roundRobin = "round_robin"
            case leastConnections = "least_connections"
        }
        public var name: String
        /// At least one.
        public var servers: [Server]
        public var balance = Balance.roundRobin
        public var health: HealthCheck?
        /// How connections to the servers are encrypted; nil for plain ones.
        public var tls: UpstreamTLS?
        /// Idle connections kept to one server by one thread.
        public var idleConnections = 64
        /// How long an idle connection is kept, which must be shorter than the backend's own limit.
        public var idleTimeout = Duration.seconds(4)
        /// Further servers tried when one does not accept a connection.
        public var retries = 2
        public init(name: String, servers: [Server]) { (self.name, self.servers) = (name, servers) }
    }

    public struct Server: Sendable {
        /// As the file wrote it, for people, and for TLS's server name if it is a name.
        public var name: String
        public var address: SocketAddress
        /// 1 to 256: its share relative to the others'.
        public var weight = 1
        public init(name: String, address: SocketAddress) { (self.name, self.address) = (name, address) }
    }

    public struct HealthCheck: Sendable {
        public enum Kind: Sendable, Equatable {
            case tcp
            /// A GET of `path`; healthy if the status lies in `expect`.
            case http(path: String, host: String?, expect: ClosedRange<Int>)
        }
        public var kind: Kind
        public var interval = Duration.seconds(2)
        public var timeout = Duration.seconds(1)
        /// Successes in a row that bring a server back.
        public var rise = 2
        /// Failures in a row that take a server out.
        public var fall = 3
        public init(kind: Kind) { self.kind = kind }
    }

    public struct UpstreamTLS: Sendable {
        /// Whether the certificate's chain and name are checked.
        public var isVerified = true
        /// A PEM file of authorities; nil for the system's.
        public var authorities: String?
        /// The name asked for (SNI) and checked; nil for the server's own.
        public var name: String?
        public init() {}
    }
}

/// Addresses that share their first bits, such as `10.0.0.0/8`.
public struct AddressPrefix: Sendable, Hashable {
    public let address: SocketAddress
    /// 0 to 32 or 128.
    public let length: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; nil if it is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard !text.isEmpty, let address = SocketAddress(host: String(parts[0]), port: 0) else { return nil }
        let most = address.isIPv6 ? 128 : 32
        guard let length = parts.count == 1 ? most : Int(parts[1]), (0...most).contains(length) else { return nil }
        (self.address, self.length) = (address, length)
    }

    /// Whether `candidate` lies in the prefix; an IPv4 address mapped into IPv6 counts as IPv4.
    public func contains(_ candidate: SocketAddress) -> Bool {
        if !address.isIPv6 {
            guard let bits = candidate.unmapped else { return false }
            return length == 0 || (bits ^ UInt32(truncatingIfNeeded: address.bits)) >> (32 - UInt32(length)) == 0
        }
        guard candidate.unmapped == nil else { return false }
        return length == 0 || (candidate.bits ^ address.bits) >> (128 - UInt128(length)) == 0
    }
}
