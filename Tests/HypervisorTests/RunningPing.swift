import Lab

/// A ping that goes on, twenty times in a second, until it is counted.
struct RunningPing {
    private let process: Lab.Process
    private let path: String

    /// How long it waits from one to the next.
    static let interval = Duration.milliseconds(50)

    init(in namespace: Namespace, to target: String, log: String) throws {
        path = log
        var options = Lab.Process.Options()
        options.namespace = namespace.name
        options.output = .file(path)
        process = try Lab.Process("ping", ["-n", "-i", "0.05", target], options: options)
    }

    /// Ends it: how many were answered, and which were not.
    ///
    /// The one that is under way as it ends is neither.
    func finish() async -> (answered: Int, lost: [Int]) {
        process.signal(2)
        await process.exit()
        let heard = (Files.text(path) ?? "").split(separator: "\n").compactMap { line in
            line.firstMatch(of: /icmp_seq=(\d+) ttl=/).flatMap { Int($0.1) }
        }
        let sent = (Files.text(path) ?? "").firstMatch(of: /(\d+) packets transmitted/).flatMap { Int($0.1) } ?? 0
        let answered = Set(heard)
        guard sent > 1 else { return (answered.count, []) }
        return (answered.count, (1..<sent).filter { !answered.contains($0) })
    }

    /// How long the longest silence was, of pings that were lost.
    static func silence(of lost: [Int]) -> Duration {
        var (longest, run, last) = (0, 0, -1)
        for number in lost {
            run = number == last + 1 ? run + 1 : 1
            (longest, last) = (max(longest, run), number)
        }
        return interval * longest
    }
}
