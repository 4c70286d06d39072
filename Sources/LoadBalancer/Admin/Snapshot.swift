import Linux
package import Telemetry

/// Where the admin endpoint gets what it shows; the running load balancer is one.
package protocol StatusSource: Sendable {
    /// The totals of this moment. Called about once a second and for each scrape, on any thread.
    func snapshot() -> Snapshot
}

/// Everything that the load balancer counts, at one moment: totals since the start, and gauges.
///
/// Rates and quantiles are worked out of these by whoever shows them.
package struct Snapshot: Sendable {
    /// Apus's version.
    package var version: String
    /// When the process started, in nanoseconds of real time.
    package var started: Int64
    /// Whether the load balancer has been told to end and only finishes what is under way.
    package var isDraining = false
    /// Threads of the data plane.
    package var workers = 0
    /// The most client connections there may be at one time.
    package var connectionLimit = 0
    package var listeners: [Listener] = []
    package var routes: [Route] = []
    package var pools: [Pool] = []
    /// How often the proxy itself answered or gave up, by reason code, in a stable order.
    package var reasons: [Reason] = []
    /// Nil without an access log.
    package var accessLog: AccessLog?

    package init(version: String, started: Int64) { (self.version, self.started) = (version, started) }

    package struct Listener: Sendable {
        package var name: String
        package var addresses: [String]
        package var transport: Configuration.Listener.Transport
        /// Connections taken since the start.
        package var accepted: UInt64 = 0
        /// Connections open now.
        package var active: UInt64 = 0
        package var requests: UInt64 = 0
        /// Responses by the first digit of their status: element 0 is 1xx.
        package var responses: [5 of UInt64] = .init(repeating: 0)
        /// Octets from clients, and to them.
        package var received: UInt64 = 0
        package var sent: UInt64 = 0
        /// From a request's first octet to its response's last; connections' durations for TCP.
        package var durations = HistogramSnapshot()

        package init(name: String, addresses: [String], transport: Configuration.Listener.Transport) {
            (self.name, self.addresses, self.transport) = (name, addresses, transport)
        }
    }

    package struct Route: Sendable {
        /// Nil for all HTTP listeners.
        package var listener: String?
        package var host: String?
        package var path: String?
        package var pool: String
        package init(listener: String?, host: String?, path: String?, pool: String) {
            (self.listener, self.host, self.path, self.pool) = (listener, host, path, pool)
        }
    }

    package struct Pool: Sendable {
        package var name: String
        package var balance: Configuration.Pool.Balance
        package var servers: [Server]
        package init(name: String, balance: Configuration.Pool.Balance, servers: [Server]) {
            (self.name, self.balance, self.servers) = (name, balance, servers)
        }
    }

    package struct Server: Sendable {
        package var name: String
        package var address: String
        package var weight: Int
        package var health: ServerTable.Health
        /// Requests (or TCP connections) under way.
        package var inFlight: UInt64 = 0
        package var requests: UInt64 = 0
        /// Connections that could not be made, or broke before a response.
        package var failures: UInt64 = 0
        package init(name: String, address: String, weight: Int, health: ServerTable.Health) {
            (self.name, self.address, self.weight, self.health) = (name, address, weight, health)
        }
    }

    package struct Reason: Sendable {
        package var code: String
        package var count: UInt64
        package init(code: String, count: UInt64) { (self.code, self.count) = (code, count) }
    }

    package struct AccessLog: Sendable {
        package var written: UInt64
        package var dropped: UInt64
        package var isFailing: Bool
        package init(written: UInt64, dropped: UInt64, isFailing: Bool) {
            (self.written, self.dropped, self.isFailing) = (written, dropped, isFailing)
        }
    }
}

extension Snapshot {
    /// The parts that the configuration and the server table already say; counts are to be filled in.
    package init(version: String, started: Int64, configuration: Configuration, table: ServerTable) {
        self.init(version: version, started: started)
        workers = configuration.process.threads
        connectionLimit = configuration.process.connections
        listeners = configuration.listeners.map { listener in
            Listener(
                name: listener.name, addresses: listener.addresses.map(\.description), transport: listener.transport)
        }
        routes = configuration.routes.map { route in
            Route(
                listener: route.listener.map { configuration.listeners[$0].name }, host: route.host, path: route.path,
                pool: configuration.pools[route.pool].name)
        }
        pools = configuration.pools.enumerated().map { place, pool in
            let servers = pool.servers.enumerated().map { number, server in
                let index = table.index(pool: place, server: number)
                var shown = Server(
                    name: server.name, address: server.address.description, weight: server.weight,
                    health: table.health(of: index))
                shown.inFlight = table.inFlight(of: index)
                return shown
            }
            return Pool(name: pool.name, balance: pool.balance, servers: servers)
        }
    }
}
