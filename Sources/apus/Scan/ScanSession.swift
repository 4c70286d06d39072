import Link
import Linux
import PortScanner
import SystemPackage

/// One run of the command: targets in, results to standard output, all else to standard error.
struct ScanSession {
    private let command: ScanCommand
    private let targets: ScanTargets
    private let options: ScanOptions

    init(_ command: ScanCommand) async throws {
        self.command = command
        targets = try ScanTargets.read(command)
        var options = try ScanPlan.options(command)
        // A name costs a question; of thousands of hosts nobody asked for names.
        options.resolvesNames = !command.hasNoNames && (command.hasNames || targets.set.count <= 4096)
        self.options = options
        for name in targets.unknown { Stream.standardError.write("apus: no address is known for '\(name)'\n") }
        guard !targets.set.isEmpty else {
            throw Failure(.usage, "there is nothing to scan: every target is excluded, or unknown")
        }
    }

    func run() async throws {
        if command.listsOnly { return list() }
        let began = Clock.monotonic
        var scan = Scan(targets.set, options)
        let checkpoint = command.output.checkpoint.map { ScanCheckpoint(path: $0) }
        if let checkpoint, let place = try checkpoint.read(targets: targets.set.count) { scan.start = place }
        var report = PlainReport(command, names: targets.names)
        Interruption.observe()
        let progress = ScanProgressLine(isShown: !command.output.hasNoProgress, control: scan.control)
        let ticker = Task { await Self.watch(scan.control, progress, checkpoint) }
        defer { ticker.cancel() }
        do {
            for try await host in scan.results() {
                progress.clear()
                report.add(host)
            }
        } catch let error as ScanError {
            progress.clear()
            throw Self.failure(error)
        }
        ticker.cancel()
        await ticker.value
        progress.clear()
        try conclude(scan, report, checkpoint, seconds: Double(Clock.monotonic - began) / 1e9)
    }

    /// Says how it went, and throws what the exit code is to tell.
    private func conclude(
        _ scan: Scan, _ report: PlainReport, _ checkpoint: ScanCheckpoint?, seconds: Double
    ) throws {
        let totals = scan.control.progress.totals
        let isInterrupted = scan.control.isStopped
        let pace = seconds > 0 ? Int(Double(totals.sent) / seconds) : 0
        var line = "\(totals.up.counted("host")) up of \(totals.up + totals.down) in \(Self.text(seconds)) s; "
        line += "\(totals.sent) probes sent (\(pace)/s), \(totals.answered) answered"
        if totals.lost > 0 { line += ", \(totals.lost) answered only when tried again" }
        if totals.dropped > 0 { line += ", \(totals.dropped) replies lost here and asked for again" }
        if totals.refused > 0 { line += ", \(totals.refused) sends put off for want of room" }
        if totals.strangers > 0 { line += ", \(totals.strangers) false answers ignored" }
        Stream.standardError.write(line + "\n")
        if isInterrupted {
            try checkpoint?.write(scan.control.progress.done, of: targets.set.count)
            throw Failure(.incomplete, "ended before its time; \(scan.control.progress.done) targets are done")
        }
        checkpoint?.remove()
        if report.isIncomplete { throw Failure(.incomplete, "time ran out for some hosts") }
        if totals.undecided > 0 {
            throw Failure(
                .undecided, "\(totals.undecided) ports are undecided: answers are rate-limited, or lost on the way")
        }
    }

    /// Hands the user's wish to end on, and shows how far the scan is.
    private static func watch(
        _ control: ScanControl, _ progress: ScanProgressLine, _ checkpoint: ScanCheckpoint?
    ) async {
        var done = -1
        var count = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            if Interruption.isAsked { control.stop() }
            count += 1
            if count % 5 == 0 { progress.show() }
            let now = control.progress.done
            if let checkpoint, now != done, now > 0 {
                done = now
                try? checkpoint.write(now, of: nil)
            }
        }
    }

    private func list() {
        var text = ""
        for address in targets.set {
            text += "\(address)\(targets.names[address].map { " (\($0))" } ?? "")\n"
            if text.utf8.count > 1 << 16 {
                Stream.standardOutput.write(text)
                text = ""
            }
        }
        Stream.standardOutput.write(text)
        Stream.standardError.write("\(targets.set.count) targets\n")
    }

    private static func failure(_ error: ScanError) -> Failure {
        switch error {
        case .notPermitted: Failure(.notPermitted, "\(error)")
        case .link(.call(_, _, let code)) where code == .notPermitted || code == .permissionDenied:
            Failure(.notPermitted, "\(error)")
        case .link(.noInterface): Failure(.usage, "\(error)")
        case .link, .system: Failure(.system, "\(error)")
        }
    }

    static func text(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
