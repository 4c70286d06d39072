import ArgumentParser
import LoadBalancer
import Settings

/// Says what a reason code means.
struct LBExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a reason code means.",
        discussion: """
            The code is in the Proxy-Status field of an answer that the load balancer makes itself, in the access log, and in the metrics.
            Without a code, all of them are listed.

            EXAMPLES:
              apus lb explain no-route
              apus lb explain --json
            """)

    @Argument(
        help: "A reason code; all if none is given.",
        completion: .list(Reason.allCases.filter { $0 != .none }.map { "\($0.code)" }))
    var reason: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let all = Reason.allCases.filter { $0 != .none }
        let chosen = reason.map { wanted in all.filter { "\($0.code)" == wanted } } ?? all
        if chosen.isEmpty, let reason {
            let similar = all.map { "\($0.code)" }.filter { $0.contains(reason) || reason.contains($0) }
            let hint =
                similar.isEmpty
                ? "'apus lb explain' lists them all" : "did you mean \(similar.joined(separator: ", "))?"
            throw Failure(.usage, "there is no reason '\(reason)'; \(hint)")
        }
        if json {
            print(JSON.array(chosen.map(Self.object)).text())
        } else if reason != nil {
            for one in chosen { print(Self.page(one)) }
        } else {
            let width = all.map { "\($0.code)".count }.max() ?? 0
            for one in all { print("\(one.code)".padded(to: width + 2) + one.explanation) }
        }
    }

    /// What is known of one reason, for people.
    private static func page(_ reason: Reason) -> String {
        let style = Style(of: .standardOutput)
        var lines = [style.bold("\(reason.code)") + ": " + reason.explanation, ""]
        let status = reason.status == 0 ? "none: an answer had begun, and the connection was cut" : "\(reason.status)"
        lines.append("  Status        \(status)")
        lines.append("  Proxy-Status  apus; error=\(reason.errorType); details=\"\(reason.code)\"")
        if !reason.source.isEmpty { lines.append("  Rule          \(reason.source)") }
        return lines.joined(separator: "\n")
    }

    private static func object(_ reason: Reason) -> JSON {
        .object([
            ("reason", .string("\(reason.code)")), ("status", .integer(reason.status)),
            ("error", .string("\(reason.errorType)")), ("explanation", .string(reason.explanation)),
            ("source", .string(reason.source)),
        ])
    }
}
