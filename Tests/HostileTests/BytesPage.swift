import Hostile
import LoadBalancer

/// `Documentation/how-apus-handles-bytes.md`, from the proxy's reasons and the corpus.
enum BytesPage {
    /// Reasons with a status that no octets of a client or backend cause on a plain listener.
    static let notOfOctets: Set<String> = [
        "no-route", "no-server-up", "connection-limit", "memory-limit", "connect-failed", "connect-timeout",
        "tls-failed", "certificate-refused",
    ]

    static func text(_ cases: [Case]) -> String {
        var text = """
            # How Apus handles bytes

            <!-- Written from the program's reasons and the hostile corpus by their test; the test holds it against them. -->

            Apus reads a message strictly, and writes it anew from what it read: no octet of a client's framing reaches a
            backend. What breaks a rule is refused with the status and the name below, and the connection ends where nobody
            can say where the next request begins. The name stands in the answer's `Proxy-Status` field, in the access log,
            and in the metrics. Each rule has cases in [the corpus](../Tests/Hostile/Cases/README.md), \(cases.count) in all.

            ## What is refused

            | name | status | what happened | rule | cases |
            | --- | --- | --- | --- | ---: |

            """
        for reason in Reason.allCases where reason != .none {
            let code = "\(reason.code)"
            let count = cases.count { self.code(of: $0) == code }
            text += "| `\(code)` | \(reason.status == 0 ? "cut" : "\(reason.status)") | \(reason.explanation) | "
            text += "\(reason.source) | \(count == 0 ? "" : "\(count)") |\n"
        }
        text += "\n## The rules\n\nAs the cases have them; *ours* marks a choice that the RFC leaves.\n"
        for reason in Reason.allCases {
            let rules = rules(cases.filter { code(of: $0) == "\(reason.code)" && reason != .none })
            if !rules.isEmpty { text += "\n### `\(reason.code)`\n\n" + rules }
        }
        text += "\n## What is forwarded\n\n" + rules(cases.filter { $0.outcome == .forwarded })
        text += "\n## What is answered here\n\n" + rules(cases.filter { $0.outcome == .answered })
        text += "\n## What is cut off\n\n" + rules(cases.filter { $0.outcome == .cut || $0.outcome == .dropped })
        return text
    }

    private static func code(of item: Case) -> String? {
        switch item.outcome {
        case .refused(_, let code), .refusedLate(_, let code), .faulted(_, let code): code
        case .forwarded, .answered, .cut, .dropped: nil
        }
    }

    private static func rules(_ cases: [Case]) -> String {
        var lines: [String] = []
        for item in cases {
            let line = "- \(item.source): \(item.rule)\(item.level == .may ? " (*ours*)" : "").\n"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines.joined()
    }
}
