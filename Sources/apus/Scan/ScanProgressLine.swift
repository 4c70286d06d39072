import Glibc
import Linux
import PortScanner

/// One line on the terminal that tells how far the scan is; nothing where standard error is no terminal.
final class ScanProgressLine: Sendable {
    private let isShown: Bool
    private let control: ScanControl
    private let last = Guarded((sent: UInt64(0), time: Clock.monotonic, width: 0))

    init(isShown: Bool, control: ScanControl) {
        self.isShown = isShown && isatty(2) == 1
        self.control = control
    }

    /// Shows the present state in the place of the last.
    func show() {
        guard isShown else { return }
        let progress = control.progress
        let now = Clock.monotonic
        let rate = last.withLock { last in
            let span = Double(max(now - last.time, 1)) / 1e9
            let sent = progress.sent >= last.sent ? progress.sent - last.sent : progress.sent
            (last.sent, last.time) = (progress.sent, now)
            return Double(sent) / span
        }
        var line = "\(progress.phase): \(progress.sent) sent, \(progress.answered) answered, \(progress.lost) lost"
        if progress.dropped > 0 { line += ", \(progress.dropped) dropped here" }
        line += ", \(Int(rate))/s"
        if progress.planned > progress.sent, rate > 0 {
            line += ", \(Self.time(Double(progress.planned - progress.sent) / rate)) left"
        }
        last.withLock { $0.width = line.utf8.count }
        Stream.standardError.write("\r\(line)\u{1B}[K")
    }

    /// Takes the line away, for other text.
    func clear() {
        guard isShown, last.withLock({ $0.width }) > 0 else { return }
        last.withLock { $0.width = 0 }
        Stream.standardError.write("\r\u{1B}[K")
    }

    private static func time(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 1e8))
        if seconds >= 3600 { return "\(seconds / 3600)h\(seconds % 3600 / 60)m" }
        return seconds >= 60 ? "\(seconds / 60)m\(seconds % 60)s" : "\(seconds)s"
    }
}
