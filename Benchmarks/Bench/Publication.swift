import FoundationEssentials
import Lab

/// A benchmark's report: what it found in words, as a plot, and as data.
struct Publication {
    let results: Results

    /// Writes `path` with `.md`, `.svg` and `.json` added.
    func write(to path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !folder.isEmpty {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try Files.write(String(decoding: encoder.encode(results), as: UTF8.self) + "\n", to: path + ".json")
        let plot = Plot(results: results)
        try Files.write(plot.drawing, to: path + ".svg")
        let name = path.split(separator: "/").last ?? ""
        try Files.write(markdown + "\n![\(plot.title)](\(name).svg)\n", to: path + ".md")
    }

    /// The report as Markdown.
    var markdown: String {
        var text = "# Benchmark of \(results.date.prefix(10))\n\n"
        text += "Linux \(results.machine.kernel), \(results.machine.processor), \(results.machine.cores) cores.\n"
        text +=
            results.threads == 1
            ? "Proxies run on core 0 with one thread, the load and the responder behind them on core 1.\n"
            : "Proxies run with \(results.threads) threads on cores 0 and 1, beside the load and the responder.\n"
        let counts = results.jobs.map { job in
            Set(results.measurements.filter { $0.job == job.name }.map(\.round)).count
        }
        let rounds = Set([counts.min() ?? 0, counts.max() ?? 0]).sorted().map(String.init).joined(separator: " to ")
        text += "\(rounds) rounds of \(results.seconds) s, every round in an order of its own.\n"
        text += "Values are medians. Ratios are \(results.reference)'s value divided by the other's of the same round, "
        text += "with the median's 95 % interval; a ratio inside the control's spread, which is "
        text +=
            "\(results.reference) divided by itself, or whose interval holds 1, is a tie. A round fails when more than 1 % of its requests do.\n"
        for (name, reason) in results.missing.sorted(by: { $0.key < $1.key }) {
            text += "\n**\(name) is missing:** \(reason)\n"
        }
        for job in results.jobs { text += "\n" + section(job) }
        text += "\n" + circumstances
        return text
    }

    private func section(_ job: Job) -> String {
        job.kind == .idle ? idleSection(job) : loadSection(job)
    }

    private func loadSection(_ job: Job) -> String {
        let rate =
            switch job.kind {
            case .bulk: "MiB/s"
            case .connections: "connections/s"
            case .requests, .rate, .idle: "requests/s"
            }
        // With a constant rate it is the delay that tells them apart.
        let second = job.kind == .rate ? "p99" : "rate"
        let head = [
            "", "CPU µs per \(job.unit)", "user", rate, "p50 ms", "p99 ms", "p99.9 ms", "errors", "CPU: ratio",
            "\(second): ratio",
        ]
        return table(job, head) { theirs, pair in
            let costs = theirs.map { $0.cost(job) }
            return [
                spread(costs),
                "\((median(theirs) { $0.userShare } * 100).rounded(0)) %",
                grouped(median(theirs) { $0.rate(job) }),
                median(theirs) { Double($0.load.p50) / 1000 }.rounded(2),
                median(theirs) { Double($0.load.p99) / 1000 }.rounded(2),
                median(theirs) { Double($0.load.p999 ?? 0) / 1000 }.rounded(2),
                "\(theirs.map(\.load.failures).reduce(0, +))",
                pair(.small) { $0.cost(job) },
                job.kind == .rate ? pair(.small) { Double($0.load.p99) } : pair(.large) { $0.rate(job) },
            ]
        }
    }

    private func idleSection(_ job: Job) -> String {
        let head = [
            "", "MiB without a connection", "MiB with them", "of which its own", "KiB for each", "kernel, KiB for each",
            "errors",
            "with them: ratio", "for each: ratio",
        ]
        func each(_ octets: Int) -> Double { Double(octets) / 1024 / Double(job.connections) }
        func own(_ one: Results.Measurement) -> Double { each((one.memory?.after ?? 0) - (one.memory?.before ?? 0)) }
        let text = table(job, head) { theirs, pair in
            [
                median(theirs) { Double($0.memory?.before ?? 0) / 1_048_576 }.rounded(1),
                median(theirs) { Double($0.memory?.after ?? 0) / 1_048_576 }.rounded(1),
                median(theirs) { Double($0.memory?.anonymous ?? 0) / 1_048_576 }.rounded(1),
                median(theirs, own).rounded(2),
                median(theirs) { each($0.memory?.kernel ?? 0) }.rounded(1),
                "\(theirs.map(\.load.failures).reduce(0, +))",
                pair(.small) { Double($0.memory?.after ?? 0) },
                pair(.small, own),
            ]
        }
        return text + """

            Each connection has carried one request or more; each contender was started for the round. Resident memory is that
            of the process with its children; its own is what no file holds, such as a program's code. The kernel's is what its slabs and socket buffers grew by, for the sockets of
            both ends and the proxy's few to its backends.

            """
    }

    /// A row of cells for each contender; `pair` compares the reference with it.
    private func table(
        _ job: Job, _ head: [String],
        _ cells: ([Results.Measurement], (Comparison.Aim, (Results.Measurement) -> Double) -> String) -> [String]
    ) -> String {
        var text = "## \(job.title)\n\n"
        text += "| " + head.joined(separator: " | ") + " |\n"
        text += "|" + head.map { _ in " --- |" }.joined() + "\n"
        let ours = results.measurements(job, results.reference)
        let control = results.entrants.first(where: \.isControl).map { results.measurements(job, $0.name) } ?? []
        for entrant in results.entrants {
            let theirs = results.measurements(job, entrant.name)
            let failed = results.failedRounds(job, entrant.name)
            guard !theirs.isEmpty else {
                let reason = failed > 0 ? "failed in all of \(failed) rounds" : "takes no part"
                text += "| \(entrant.name) | \(reason) |" + head.dropFirst(2).map { _ in " |" }.joined() + "\n"
                continue
            }
            let name = failed > 0 ? "\(entrant.name) (\(failed) rounds failed)" : entrant.name
            let row = cells(theirs) { aim, value in compare(ours, theirs, control, entrant, aim, value) }
            text += "| " + ([name] + row).joined(separator: " | ") + " |\n"
        }
        return text
    }

    /// The median with the least and the most.
    private func spread(_ values: [Double]) -> String {
        "\(digits(Statistics.median(values))) [\(digits(values.min() ?? 0))–\(digits(values.max() ?? 0))]"
    }

    private func compare(
        _ ours: [Results.Measurement], _ theirs: [Results.Measurement], _ control: [Results.Measurement],
        _ entrant: Results.Entrant, _ aim: Comparison.Aim, _ value: (Results.Measurement) -> Double
    ) -> String {
        if entrant.name == results.reference { return "" }
        // Rounds in which neither failed.
        func pairs(_ others: [Results.Measurement]) -> ([Double], [Double]) {
            let pairs = ours.compactMap { one in others.first { $0.round == one.round }.map { (one, $0) } }
            return (pairs.map { value($0.0) }, pairs.map { value($0.1) })
        }
        let selves = pairs(control)
        let both = pairs(theirs)
        guard !selves.0.isEmpty, !both.0.isEmpty else { return "no pairs" }
        let noise = Comparison.noise(selves.0, selves.1)
        if entrant.isControl {
            return "control: \(noise.lowerBound.rounded(2))–\(noise.upperBound.rounded(2))"
        }
        // Two rounds can agree by chance, and their bootstrapped interval would not show it.
        guard both.0.count > 2, selves.0.count > 2 else { return "too few rounds" }
        let comparison = Comparison(both.0, to: both.1, aim: aim, noise: noise)
        let interval = "\(comparison.interval.lowerBound.rounded(2))–\(comparison.interval.upperBound.rounded(2))"
        return "\(comparison.median.rounded(2)) [\(interval)] \(comparison.verdict.rawValue)"
    }

    private var circumstances: String {
        var text =
            "## Circumstances\n\n| | version | resident memory afterwards, MiB | command |\n| --- | --- | --- | --- |\n"
        for entrant in results.entrants {
            let memory = (Double(entrant.memory) / 1_048_576).rounded(1)
            text += "| \(entrant.name) | \(entrant.version) | \(memory) | `\(shown(entrant.command))` |\n"
        }
        text += "\nConfigurations are those of `Benchmarks/Peers`; each is a process of its own.\n"
        text += "The load, with the contender's port:\n\n"
        for job in results.jobs {
            let words =
                job.kind == .rate || job.kind == .idle
                ? ["apus-bench"] + Field.question(job, port: "PORT", seconds: job.kind == .idle ? 3 : results.seconds)
                : ["wrk"]
                    + Load.arguments(
                        url: "http://127.0.0.1:PORT/\(job.path)", connections: job.connections,
                        seconds: results.seconds, isClosing: job.kind == .connections)
            let line = words.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
            text += "- \(job.name): `\(shown(line))`\n"
        }
        let noisy = results.measurements.count { $0.foreign > 0.1 }
        let most = ((results.measurements.map(\.foreign).max() ?? 0) * 100).rounded(0)
        text += "\nThe benchmark: `\(shown(results.command))`.\n"
        text += "Others' work during a measurement: at most \(most) % of a core; "
        text += "above 10 % in \(noisy) of \(results.measurements.count) measurements, after repeating.\n"
        return text
    }

    /// A command line without this machine's folders.
    private func shown(_ command: String) -> String {
        command.split(separator: " ", omittingEmptySubsequences: false).map(shown).joined(separator: " ")
    }

    private func shown(_ word: Substring) -> String {
        // Of executables and temporary files the name says enough.
        guard let slash = word.lastIndex(of: "/"), !word.contains("://") else { return String(word) }
        let folder = Repository.root + "/"
        if word.hasPrefix(folder) { return String(word.dropFirst(folder.count)) }
        let name = word[word.index(after: slash)...]
        if let equals = word.firstIndex(of: "=") { return "\(word[...equals])\(name)" }
        return word.hasPrefix("/") ? String(name) : String(word)
    }

    private func median(_ measurements: [Results.Measurement], _ value: (Results.Measurement) -> Double) -> Double {
        Statistics.median(measurements.map(value))
    }

    /// Three digits or so.
    private func digits(_ value: Double) -> String { value.rounded(value < 100 ? 1 : 0) }

    private func grouped(_ value: Double) -> String {
        var text = value.rounded(0)
        var index = text.count - 3
        while index > 0 {
            text.insert(" ", at: text.index(text.startIndex, offsetBy: index))
            index -= 3
        }
        return text
    }
}
