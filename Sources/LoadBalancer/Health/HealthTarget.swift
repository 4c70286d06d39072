import Linux

/// What is checked of one server, and how: worked out once from the configuration.
struct HealthTarget {
    let server: Int
    let poolName: String
    let serverName: String
    let address: SocketAddress
    /// Nanoseconds.
    let interval: UInt64
    let timeout: UInt64
    let rise: Int
    let fall: Int
    /// Statuses that are good.
    let expect: ClosedRange<Int>
    /// Octets of the GET; empty for a check that only connects.
    let request: [UInt8]
    let context: TLSContext?
    /// What TLS asks for by default.
    let name: String

    init(
        _ check: Configuration.HealthCheck, of server: Configuration.Server, at index: Int, in pool: Configuration.Pool,
        context: TLSContext?
    ) {
        (self.server, poolName, serverName, address) = (index, pool.name, server.name, server.address)
        (interval, timeout) = (check.interval.nanoseconds, check.timeout.nanoseconds)
        (rise, fall) = (check.rise, check.fall)
        self.context = context
        name = Self.host(of: server.name)
        switch check.kind {
        case .tcp: (request, expect) = ([], 0...0)
        case .http(let path, let host, let expect):
            self.expect = expect
            // Connection: close, because a check must find out whether a *new* connection is served.
            let lines = [
                "GET \(path) HTTP/1.1", "Host: \(host ?? server.name)", "User-Agent: apus-health-check", "Accept: */*",
                "Connection: close", "", "",
            ]
            precondition(lines.allSatisfy { !$0.utf8.contains { $0 < 0x20 } }, "a path and a host have no controls")
            request = Array(lines.joined(separator: "\r\n").utf8)
        }
    }

    /// The name without its port: `[::1]:80`, `localhost:80`, `localhost`.
    private static func host(of name: String) -> String {
        guard let colon = name.lastIndex(of: ":"), name[name.index(after: colon)...].utf8.allSatisfy({ $0 < 0x3A }),
            !name[..<colon].contains(":") || name[..<colon].hasSuffix("]")
        else { return name }
        return name[..<colon].filter { $0 != "[" && $0 != "]" }
    }
}

extension Duration {
    /// Whole nanoseconds; 0 for negative durations.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return seconds < 0 ? 0 : UInt64(seconds) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
