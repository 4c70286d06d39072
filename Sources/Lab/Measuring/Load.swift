/// What a run of the load generator `wrk` brought.
package struct Load: Equatable, Sendable, Codable {
    /// Responses that came whole.
    package var requests: Int
    /// How long it ran.
    package var microseconds: Int
    /// Octets received, heads included.
    package var octets: Int
    /// Connections that failed, reads and writes that failed, responses other than 2xx and 3xx, and timeouts, by name.
    package var errors: [String: Int]
    /// Microseconds that half of the requests took at most.
    package var p50: Int
    /// Microseconds that 99 % of the requests took at most.
    package var p99: Int

    package var requestsPerSecond: Double { Double(requests) * 1e6 / Double(microseconds) }

    /// All errors together.
    package var failures: Int { errors.values.reduce(0, +) }

    /// Reads the line that `Benchmarks/load.lua` prints; nil if there is none.
    package init?(_ output: String) {
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("load ") }) else { return nil }
        var values: [Substring: Int] = [:]
        for word in line.split(separator: " ") {
            let parts = word.split(separator: "=")
            if parts.count == 2, let value = Int(parts[1]) { values[parts[0]] = value }
        }
        guard let requests = values["requests"], let microseconds = values["microseconds"], microseconds > 0,
            let octets = values["octets"], let p50 = values["p50"], let p99 = values["p99"]
        else { return nil }
        let names = ["connect", "read", "write", "status", "timeout"]
        guard names.allSatisfy({ values[Substring($0)] != nil }) else { return nil }
        (self.requests, self.microseconds, self.octets) = (requests, microseconds, octets)
        (self.p50, self.p99) = (p50, p99)
        errors = Dictionary(uniqueKeysWithValues: names.map { ($0, values[Substring($0)] ?? 0) })
    }

    /// The arguments of `wrk` for a run of one thread.
    package static func arguments(url: String, connections: Int, seconds: Int, isClosing: Bool) -> [String] {
        ["-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "-s", Repository.path("Benchmarks/load.lua")]
            + (isClosing ? ["-H", "Connection: close"] : []) + [url]
    }
}
