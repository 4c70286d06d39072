/// What the demo shows: one page on a terminal, or one line each second.
struct DemoView {
    private static let width = 40

    private(set) var total = Traffic.Tally()
    private var rates: [Double] = []
    private var medians: [Double] = []
    private var tails: [Double] = []
    private var last = Traffic.Tally()
    private var news: [String] = []

    /// Takes what happened in a second.
    mutating func add(_ second: Traffic.Tally) {
        last = second
        rates.append(Double(second.answered))
        medians.append(second.latency(0.5))
        tails.append(second.latency(0.99))
        total.answers.merge(second.answers) { $0 + $1 }
        total.failures.merge(second.failures) { $0 + $1 }
    }

    /// Notes what happened to a server.
    mutating func tell(_ event: String) { news = (news + [event]).suffix(5) }

    /// The page.
    func page(_ servers: DemoServers, url: String, admin: String?, seconds: Int, style: Style) -> [String] {
        var lines = [
            style.bold("Apus") + "  a load balancer before \(servers.all.count) servers, \(seconds) s",
            "", "  Try it:   curl \(url)",
        ]
        if let admin { lines.append("  See it:   http://\(admin)/") }
        lines.append("")
        for server in servers.all {
            let count = last.answers[server.name] ?? 0
            let state = server.process == nil ? style.red("● gone   ") : style.green("● running")
            let bar = String(repeating: "█", count: min(Self.width, count * Self.width / max(1, last.answered)))
            lines.append("  \(server.name)  \(state)  \("\(count)".aligned(to: 5)) req/s  \(style.cyan(bar))")
        }
        lines += [
            "",
            row("requests/s", rates, unit: ""), row("median", medians, unit: " ms"), row("p99", tails, unit: " ms"),
            "", "  answered \(total.answered), failed \(failures(style))", "",
        ]
        lines += news.map { "  " + style.dim($0) }
        return lines + ["", style.dim("  Ctrl-C ends it.")]
    }

    /// The line of one second.
    func line(_ servers: DemoServers, seconds: Int) -> String {
        let shares = servers.all.map { server in
            "\(server.name) \(server.process == nil ? "gone" : "\(last.answers[server.name] ?? 0)")"
        }
        let latency = "median \((medians.last ?? 0).brief) ms, p99 \((tails.last ?? 0).brief) ms"
        return
            "\(seconds) s: \(last.answered) req/s (\(shares.joined(separator: ", "))), \(latency), \(last.failed) failed"
    }

    private func row(_ name: String, _ values: [Double], unit: String) -> String {
        let newest = (values.last ?? 0).brief + unit
        return "  " + name.padded(to: 12) + newest.aligned(to: 10) + "  " + Sparkline.line(values, width: Self.width)
    }

    private func failures(_ style: Style) -> String {
        guard total.failed > 0 else { return style.green("0") }
        let kinds = total.failures.sorted { $0.key < $1.key }.map {
            "\($0.key == 0 ? "no answer" : "\($0.key)") × \($0.value)"
        }
        return style.red("\(total.failed)") + " (\(kinds.joined(separator: ", ")))"
    }
}
