import FoundationEssentials
import Glibc
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
        var scan = Scan(targets.set, options)
        let checkpoint = command.output.checkpoint.map { ScanCheckpoint(path: $0) }
        let known = try checkpoint?.read(targets: targets.set.count)
        if let known { (scan.start, scan.memory) = known }
        scan.keepsMemory = checkpoint != nil
        let interval = command.output.watch.flatMap(ScanPace.duration)
        var difference = try command.output.diff.map { path throws(Failure) in try ScanDifference(path) }
        if interval != nil { difference = ScanDifference(since: nil) }
        var reports = try ScanReports(
            command.output, known.map { ScanContinuation(targets.set, from: $0.place) })
        // Who reads standard output may go away: files that are written go on, and what there is becomes whole.
        if interval == nil { _ = signal(SIGPIPE, SIG_IGN) }
        let began = (monotonic: Clock.monotonic, real: Double(Clock.real) / 1e9)
        try reports.begin(description(began.real))
        Interruption.observe()
        let progress = ScanProgressLine(isShown: !command.output.hasNoProgress, control: scan.control)
        let ticker = Task { await Self.watch(scan.control, progress, checkpoint) }
        defer { ticker.cancel() }
        var isLate = false
        var failure: Failure?
        do {
            for try await var group in scan.groups() {
                progress.clear()
                for index in group.indices {
                    group[index].name = targets.names[group[index].address]
                    isLate = isLate || group[index].isLate
                }
                difference?.add(group)
                try reports.add(group)
                if reports.isUnread { break }
            }
            if reports.isUnread { scan.control.stop() }
        } catch let error as ScanError {
            failure = Self.failure(error)
        } catch let error as Failure {
            scan.control.stop()
            failure = error
        }
        ticker.cancel()
        await ticker.value
        progress.clear()
        let summary = summary(scan, failure, seconds: Double(Clock.monotonic - began.monotonic) / 1e9)
        let isUnread = reports.isUnread
        do { try reports.finish(summary) } catch { failure = failure ?? error }
        if let failure { throw failure }
        if isUnread { Self.leaveUnread() }
        if let interval, !scan.control.isStopped {
            do {
                try conclude(
                    scan, isLate: isLate, nil, seconds: Double(Clock.monotonic - began.monotonic) / 1e9)
            } catch let failure as Failure where failure.exit == .undecided || failure.exit == .incomplete {
                failure.report()
            }
            return try await watch(every: interval, since: difference?.new)
        }
        try conclude(scan, isLate: isLate, checkpoint, seconds: Double(Clock.monotonic - began.monotonic) / 1e9)
        try difference?.conclude()
    }

    /// Scans again and again, until somebody ends it; the exit code tells whether anything ever changed.
    private func watch(every interval: Duration, since first: [UInt8]?) async throws {
        var old = first
        var changes = 0
        while await Self.pause(interval) {
            let scan = Scan(targets.set, options)
            let progress = ScanProgressLine(isShown: !command.output.hasNoProgress, control: scan.control)
            let ticker = Task { await Self.watch(scan.control, progress, nil) }
            defer { ticker.cancel() }
            var difference = ScanDifference(since: old)
            do {
                for try await var group in scan.groups() {
                    for index in group.indices { group[index].name = targets.names[group[index].address] }
                    difference.add(group)
                }
            } catch let error as ScanError { throw Self.failure(error) }
            ticker.cancel()
            await ticker.value
            progress.clear()
            // Half a scan would tell of hosts that are gone.
            if scan.control.isStopped { break }
            let found = try difference.difference()
            if !found.changes.isEmpty {
                changes += found.changes.count
                Stream.standardOutput.write("# \(Date().formatted(.iso8601))\n\(found.text)")
            }
            old = difference.new
        }
        if changes > 0 {
            throw Failure(.different, changes == 1 ? "one change was seen" : "\(changes) changes were seen")
        }
    }

    /// Waits; false if somebody asked to end meanwhile.
    private static func pause(_ interval: Duration) async -> Bool {
        let end = ContinuousClock.now + interval
        while ContinuousClock.now < end, !Interruption.isAsked {
            try? await Task.sleep(for: min(.milliseconds(100), end - ContinuousClock.now))
        }
        return !Interruption.isAsked
    }

    private func description(_ moment: Double) -> ScanDescription {
        let arguments = CommandLine.arguments.dropFirst().joined(separator: " ")
        var description = ScanDescription(
            arguments: "apus \(arguments)", version: Version.number, startTime: moment,
            scans: options.findsHostsOnly
                ? [] : (options.kinds ?? []).map { .init($0.name, $0.protocol, options.ports[$0.protocol]) })
        description.verbosity = command.output.verbose
        return description
    }

    private func summary(_ scan: Scan, _ failure: Failure?, seconds: Double) -> ScanSummary {
        let totals = scan.control.progress.totals
        var summary = ScanSummary(
            endTime: Double(Clock.real) / 1e9, elapsed: .seconds(seconds),
            outcome: failure.map { .failed($0.message) } ?? (scan.control.isStopped ? .interrupted : .complete))
        (summary.hostsUp, summary.hostsDown) = (totals.up, totals.down)
        summary.hostsTotal = totals.up + totals.down
        summary.probesSent = Int(clamping: totals.sent)
        summary.answersReceived = Int(clamping: totals.answered)
        summary.answersLost = Int(clamping: totals.dropped)
        summary.undecided = Int(clamping: totals.undecided)
        return summary
    }

    /// Ends as a program ends that writes to a pipe which nobody reads: by the signal, and without a word.
    private static func leaveUnread() -> Never {
        _ = signal(SIGPIPE, SIG_DFL)
        _ = raise(SIGPIPE)
        Exit.incomplete.leave()
    }

    /// Says how it went, and throws what the exit code is to tell.
    private func conclude(_ scan: Scan, isLate: Bool, _ checkpoint: ScanCheckpoint?, seconds: Double) throws {
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
            try checkpoint?.write(scan.control.progress.done, scan.control.memory)
            throw Failure(.incomplete, "ended before its time; \(scan.control.progress.done) targets are done")
        }
        checkpoint?.remove()
        if isLate { throw Failure(.incomplete, "time ran out for some hosts") }
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
            // What is noted as done has been written.
            if let checkpoint, now != done, now > 0, control.isTaken {
                done = now
                try? checkpoint.write(now)
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

    static func failure(_ error: ScanError) -> Failure {
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
