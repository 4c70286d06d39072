internal import Linux
internal import Settings

/// What a configuration file says, value for value, before names are resolved and values compared with each other.
///
/// A property that a file must give is nil only if a mistake was reported.
struct Draft: Sendable {
    var version: Int?
    /// No threads: one for each core.
    var process: Configuration.Process = {
        var process = Configuration.Process()
        process.threads = 0
        return process
    }()
    var admin: Placed<SocketAddress>?
    var accessLog: AccessLog?
    var limits = Placed(Configuration.Limits(), at: Place(line: 1, column: 1))
    var timeouts = Configuration.Timeouts()
    var listeners: [Named<Listener>]?
    var routes: [Placed<Route>] = []
    var pools: [Named<Pool>]?

    struct AccessLog: Sendable {
        var path: String?
        var format = Configuration.AccessLog.Format.json
    }

    struct Listener: Sendable {
        var addresses: [Placed<SocketAddress>]?
        var transport = Configuration.Listener.Transport.http
        var pool: Placed<String>?
        var trusted: Placed<[AddressPrefix]>?
    }

    struct Route: Sendable {
        var listener: Placed<String>?
        var host: String?
        var path: String?
        var pool: Placed<String>?
    }

    struct Pool: Sendable {
        var servers: [Server]?
        var balance = Configuration.Pool.Balance.roundRobin
        var health: Placed<Health>?
        var tls: UpstreamTLS?
        var idleConnections = 64
        var idleTimeout = Placed(Duration.seconds(4), at: Place(line: 1, column: 1))
        var retries = 2
    }

    struct Server: Sendable {
        var address: Placed<Endpoint>?
        var weight = 1
    }

    struct Health: Sendable {
        enum Kind: String, Sendable, CaseIterable { case http, tcp }
        var kind: Kind?
        var path: Placed<String>?
        var host: Placed<String>?
        var expect: Placed<ClosedRange<Int>>?
        var interval = Duration.seconds(2)
        var timeout: Placed<Duration>?
        var rise = 2
        var fall = 3
    }

    struct UpstreamTLS: Sendable {
        var isEnabled = true
        var isVerified = true
        var authorities: Placed<String>?
        var name: String?
    }
}
