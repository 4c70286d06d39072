import Linux
import Synchronization
package import SystemPackage

/// Writes the lines of any number of rings into one log, on a thread of its own, so that no producer ever waits.
///
/// When the log cannot be written (full disk, failing disk, reader gone) it says so once, keeps trying, and says when
/// it works again and how many lines were lost. A renamed or removed file is opened anew within a second.
package final class LogWriter: Sendable {
    /// Something an operator should know; `description` is the sentence.
    package enum Event: Equatable, Sendable, CustomStringConvertible {
        case failing(path: String, code: Errno)
        case recovered(path: String, dropped: UInt64)
        case behind(path: String, dropped: UInt64)
        case cannotReopen(path: String, code: Errno)
        case unwritten(path: String)

        package var description: String {
            switch self {
            case .failing(let path, let code):
                "cannot write the log \(path): \(code); lines will be lost until it works again"
            case .recovered(let path, let dropped):
                "the log \(path) is written again; lines lost meanwhile: \(dropped)"
            case .behind(let path, let dropped): "the log \(path) is too slow; lines lost so far: \(dropped)"
            case .cannotReopen(let path, let code): "cannot reopen the log \(path): \(code); still writing the old file"
            case .unwritten(let path): "the log \(path) could not be written to its end"
            }
        }
    }

    /// How many lines were written, read by any thread.
    package var written: UInt64 { lines.value(at: 0) }

    /// How many lines were lost because their ring was full.
    package var dropped: UInt64 { rings.reduce(0) { $0 &+ $1.dropped } }

    /// Whether the last attempt to write failed.
    package var isFailing: Bool { lines.value(at: 1) != 0 }

    private let rings: [LogRing]
    private let alarm: LogAlarm
    private let lines = Counters(count: 2)
    private let isStopping = Atomic(false)
    private let isReopening = Atomic(false)
    private let loop: Guarded<LogLoop>
    private let thread = Guarded<Thread?>(nil)

    /// Opens the log, `-` for standard output, and starts writing the rings' lines into it, until `stop`.
    ///
    /// - Parameters:
    ///   - path: A file's path, or `-`.
    ///   - rings: The producers' rings, at least one.
    ///   - alarm: The one that all `rings` were made with.
    ///   - tick: Milliseconds for which a line may wait while its ring is less than half full.
    ///   - report: Called on the writer's thread.
    /// - Throws: Why the log cannot be opened.
    package init(
        path: String, rings: [LogRing], alarm: LogAlarm, tick: Int32 = 50,
        report: @escaping @Sendable (Event) -> Void
    ) throws(LogError) {
        (self.rings, self.alarm) = (rings, alarm)
        loop = Guarded(
            LogLoop(file: try LogFile(path: path), drain: LogDrain(rings: rings), tick: tick, report: report))
        // The thread keeps the writer, and the loop's lock, until `stop`.
        let worker = Thread(name: "log") { [self] in loop.withLock { $0.run(for: self) } }
        thread.withLock { $0 = worker }
    }

    /// Has the log opened anew soon, even if it has not been renamed (as on SIGUSR1 or SIGHUP).
    package func reopen() {
        isReopening.store(true, ordering: .releasing)
        alarm.raise()
    }

    /// Writes what is queued, for at most two seconds if nobody reads it, and ends the thread.
    ///
    /// Blocks until then. Every writer is stopped, once; it is not released before.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        alarm.raise()
        let worker = thread.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }
}

extension LogWriter {
    // What the loop on the writer's thread asks and tells.
    var isStopped: Bool { isStopping.load(ordering: .acquiring) }

    func takeReopenRequest() -> Bool { isReopening.exchange(false, ordering: .acquiringAndReleasing) }

    func sleep(milliseconds: Int32) { alarm.sleep(milliseconds: milliseconds) }

    func publish(written: UInt64, isFailing: Bool) {
        lines.set(written, at: 0)
        lines.set(isFailing ? 1 : 0, at: 1)
    }
}
