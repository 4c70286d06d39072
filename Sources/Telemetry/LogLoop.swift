import Glibc
import Linux
import SystemPackage

/// The loop on the log writer's thread: when to write, retry, reopen and tell.
struct LogLoop: ~Copyable {
    private var file: LogFile
    private var drain: LogDrain
    private let tick: Int32
    private let report: @Sendable (LogWriter.Event) -> Void

    private var failure: Errno?
    private var reopenFailure: Errno?
    // Of lines dropped, how many an event has told of already, and when the newest such event was.
    private var toldDrops: UInt64 = 0
    private var toldAt: Int64 = .min
    private var lookedAt: Int64 = .min

    /// How long shutting down waits for a log that nobody reads, in milliseconds.
    private static let patienceAtEnd: Int64 = 2_000

    init(
        file: consuming LogFile, drain: LogDrain, tick: Int32, report: @escaping @Sendable (LogWriter.Event) -> Void
    ) {
        self.file = file
        (self.drain, self.tick, self.report) = (drain, tick, report)
    }

    /// Runs until the writer is stopped and everything is written, or cannot be.
    mutating func run(for writer: borrowing LogWriter) {
        var deadline = Int64.max
        while true {
            let isStopping = writer.isStopped
            if isStopping, deadline == .max { deadline = Self.now() + Self.patienceAtEnd }
            reopenIfNeeded(isRequested: writer.takeReopenRequest())
            let obstacle = drain.pass(into: file, patience: tick)
            tell(of: obstacle)
            writer.publish(written: drain.lines, isFailing: failure != nil)
            if isStopping {
                if drain.isEmpty { return }
                if failure != nil || Self.now() > deadline {
                    report(.unwritten(path: file.path))
                    return
                }
            } else if failure != nil {
                // Not on the alarm: full rings keep raising it, and the disk is still full.
                _ = poll(nil, 0, 100)
            } else if obstacle == nil {
                writer.sleep(milliseconds: tick)
            }
        }
    }

    private mutating func reopenIfNeeded(isRequested: Bool) {
        let now = Self.now()
        guard isRequested || now > lookedAt + 500 else { return }
        lookedAt = now
        guard file.path != "-", isRequested || file.isReplaced else { return }
        do {
            file = try LogFile(path: file.path)
            drain.restartLine()
            reopenFailure = nil
        } catch {
            if reopenFailure != error.code { report(.cannotReopen(path: file.path, code: error.code)) }
            reopenFailure = error.code
        }
    }

    private mutating func tell(of obstacle: Transfer?) {
        let dropped = drain.dropped
        if let code = obstacle?.failure {
            if failure == nil { report(.failing(path: file.path, code: code)) }
            failure = code
            return
        }
        let now = Self.now()
        if failure != nil, obstacle == nil {
            failure = nil
            report(.recovered(path: file.path, dropped: dropped - toldDrops))
            (toldDrops, toldAt) = (dropped, now)
        } else if dropped != toldDrops, now > toldAt &+ 10_000 || toldAt == .min {
            report(.behind(path: file.path, dropped: dropped))
            (toldDrops, toldAt) = (dropped, now)
        }
    }

    /// Milliseconds of a clock that only goes forward.
    private static func now() -> Int64 { Int64(Clock.monotonic / 1_000_000) }
}
