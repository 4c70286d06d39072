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
        text += "Proxies run on core 0, `wrk` and the responder behind them on core 1.\n"
        let rounds = Set(results.measurements.map(\.round)).count
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
        var text = "## \(job.title)\n\n"
        let rate = job.isBulk ? "MiB/s" : job.isClosing ? "connections/s" : "requests/s"
        text += "| | CPU µs per \(job.unit) | user | \(rate) | p50 ms | p99 ms | errors | CPU: ratio | rate: ratio |\n"
        text += "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        let ours = results.measurements(job, results.reference)
        let control = results.entrants.first(where: \.isControl).map { results.measurements(job, $0.name) } ?? []
        for entrant in results.entrants {
            let theirs = results.measurements(job, entrant.name)
            guard !theirs.isEmpty else {
                let failed = results.failedRounds(job, entrant.name)
                let reason = failed > 0 ? "failed in all of \(failed) rounds" : "takes no part"
                text += "| \(entrant.name) | \(reason) | | | | | | | |\n"
                continue
            }
            let costs = theirs.map { $0.cost(job) }
            var cells = [entrant.name]
            cells.append(
                "\(digits(Statistics.median(costs))) [\(digits(costs.min() ?? 0))–\(digits(costs.max() ?? 0))]")
            cells.append("\((median(theirs) { $0.userShare } * 100).rounded(0)) %")
            cells.append(grouped(median(theirs) { $0.rate(job) }))
            cells.append((median(theirs) { Double($0.load.p50) / 1000 }).rounded(2))
            cells.append((median(theirs) { Double($0.load.p99) / 1000 }).rounded(2))
            let failed = results.failedRounds(job, entrant.name)
            let errors = theirs.map(\.load.failures).reduce(0, +)
            cells.append(failed > 0 ? "\(errors); \(failed) rounds failed" : "\(errors)")
            for (aim, value) in [
                (.small, { $0.cost(job) }), (.large, { $0.rate(job) }),
            ] as [(Comparison.Aim, (Results.Measurement) -> Double)] {
                cells.append(compare(ours, theirs, control, entrant, aim, value))
            }
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        return text
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
        text += "\nConfigurations are those of `Benchmarks/Peers`; each process is one of its own on core 0.\n"
        text += "The load, with the contender's port:\n\n"
        for job in results.jobs {
            let arguments = Load.arguments(
                url: "http://127.0.0.1:PORT/\(job.path)", connections: job.connections, seconds: results.seconds,
                isClosing: job.isClosing)
            text +=
                "- \(job.name): `wrk \(shown(arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")))`\n"
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
