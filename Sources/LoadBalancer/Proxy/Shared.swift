import Linux
import Telemetry
import Synchronization

/// What all threads of the data plane look at and none changes.
package final class Shared: Sendable {
    package let configuration: Configuration
    package let table: ServerTable
    let routes: RouteTable
    let deadlines: Deadlines
    /// For each server how many idle connections a thread keeps to it, and for how many nanoseconds.
    let idle: [(count: Int, nanoseconds: UInt64)]
    /// For each pool; nil for plain connections.
    let tls: [TLSContext?]
    /// For each server over all pools: its address, its name for TLS, and its pool.
    let servers: [(address: SocketAddress, name: String, pool: Int)]
    let logFormat: Configuration.AccessLog.Format
    /// For each server the part of a log line that names it, ready to be copied.
    let logNames: [(json: [UInt8], text: [UInt8])]
    let listenerNames: [(json: [UInt8], text: [UInt8])]
    /// Octets of a body that must move within `timeouts.body`, and one at least.
    let bodyQuota: Int

    package init(_ configuration: Configuration, table: ServerTable) throws(TLSContext.Failure) {
        self.configuration = configuration
        self.table = table
        routes = RouteTable(configuration)
        logFormat = configuration.accessLog?.format ?? .json
        deadlines = Deadlines(configuration.timeouts)
        idle = configuration.pools.flatMap { pool in
            pool.servers.map { _ in (pool.idleConnections, pool.idleTimeout.nanoseconds) }
        }
        var tls: [TLSContext?] = []
        for pool in configuration.pools {
            if let settings = pool.tls { tls.append(try TLSContext(settings)) } else { tls.append(nil) }
        }
        self.tls = tls
        servers = configuration.pools.enumerated().flatMap { place, pool in
            pool.servers.map { ($0.address, Self.host(of: $0.name), place) }
        }
        logNames = configuration.pools.flatMap { pool in
            pool.servers.map { server in
                (
                    Array("\"pool\":\(Self.quoted(pool.name)),\"server\":\(Self.quoted(server.name))".utf8),
                    Array("\(pool.name)/\(server.name)".utf8)
                )
            }
        }
        let window = configuration.timeouts.body / .milliseconds(1)
        bodyQuota = max(1, Int(Double(configuration.limits.bodyRate) * window / 1000))
        listenerNames = configuration.listeners.map { (Array(Self.quoted($0.name).utf8), Array($0.name.utf8)) }
    }

    /// The name in `name:port`, as certificates have it.
    private static func host(of name: String) -> String {
        guard let colon = name.lastIndex(of: ":") else { return name }
        let host = name[..<colon]
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
    }

    private static func quoted(_ text: String) -> String {
        var line = LineBuilder(capacity: 6 * 256 + 2)
        line.append(json: text, limit: 256)
        return unsafe String(decoding: line.octets, as: UTF8.self)
    }
}
