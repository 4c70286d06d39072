/// What a run at a fixed rate brought, as `h2load --log-file` tells it: a request's time counts from when it was sent.
package struct FixedRate: Equatable, Sendable {
    /// Requests that were answered, by status.
    package let statuses: [Int: Int]
    /// Microseconds of each answered request, in ascending order.
    private let durations: [Int]

    /// Reads a log, of which each line has the begin in microseconds, the status and the duration; nil if one has not.
    ///
    /// Requests that begin within `warmUp` microseconds of the first one do not count.
    package init?(_ log: String, warmUp: Int = 0) {
        var statuses: [Int: Int] = [:]
        var rows: [(start: Int, duration: Int)] = []
        for line in log.split(separator: "\n") {
            let columns = line.split(separator: "\t")
            guard columns.count >= 3, let start = Int(columns[0]), let status = Int(columns[1]),
                let duration = Int(columns[2])
            else { return nil }
            statuses[status, default: 0] += 1
            rows.append((start, duration))
        }
        guard let first = rows.map(\.start).min() else { return nil }
        self.statuses = statuses
        durations = rows.filter { $0.start >= first + warmUp }.map(\.duration).sorted()
        if durations.isEmpty { return nil }
    }

    /// Requests that count.
    package var count: Int { durations.count }

    /// Microseconds that a share (0 to 1) of the requests took at most.
    package func quantile(_ share: Double) -> Int {
        precondition((0...1).contains(share), "a share lies between nothing and all")
        return durations[min(durations.count - 1, Int((Double(durations.count) * share).rounded(.up)) - 1)]
    }

    /// Arguments of `h2load` for HTTP/1.1 at `rate` requests a second over `connections`, of which it is a multiple.
    package static func arguments(
        url: String, rate: Int, connections: Int, seconds: Int, log: String
    ) -> [String] {
        precondition(rate % connections == 0, "each connection has the same rate")
        return [
            "--h1", "-t1", "-c\(connections)", "--rps=\(rate / connections)", "-D\(seconds)", "--log-file=\(log)", url,
        ]
    }
}
