/// What a run of a load generator brought: `wrk`, or `ConstantRate`.
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
    /// Microseconds that 99.9 % of the requests took at most; nil in results from before it was taken.
    package var p999: Int?

    package init(
        requests: Int, microseconds: Int, octets: Int, errors: [String: Int], p50: Int, p99: Int, p999: Int?
    ) {
        (self.requests, self.microseconds, self.octets) = (requests, microseconds, octets)
        (self.errors, self.p50, self.p99, self.p999) = (errors, p50, p99, p999)
    }

    package var requestsPerSecond: Double { Double(requests) * 1e6 / Double(microseconds) }

    /// All errors together.
    package var failures: Int { errors.values.reduce(0, +) }

    /// The line that says all this, as `Benchmarks/load.lua` writes it.
    package var line: String {
        let counts = Self.errorNames.map { "\($0)=\(errors[$0] ?? 0)" }.joined(separator: " ")
        return "load requests=\(requests) microseconds=\(microseconds) octets=\(octets) \(counts) p50=\(p50) p99=\(p99)"
            + (p999.map { " p999=\($0)" } ?? "")
    }

    private static let errorNames = ["connect", "read", "write", "status", "timeout"]

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
        let names = Self.errorNames
        guard names.allSatisfy({ values[Substring($0)] != nil }) else { return nil }
        (self.requests, self.microseconds, self.octets) = (requests, microseconds, octets)
        (self.p50, self.p99, p999) = (p50, p99, values["p999"])
        errors = Dictionary(uniqueKeysWithValues: names.map { ($0, values[Substring($0)] ?? 0) })
    }

    /// The arguments of `wrk` for a run of one thread.
    package static func arguments(url: String, connections: Int, seconds: Int, isClosing: Bool) -> [String] {
        ["-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "-s", Repository.path("Benchmarks/load.lua")]
            + (isClosing ? ["-H", "Connection: close"] : []) + [url]
    }
}
