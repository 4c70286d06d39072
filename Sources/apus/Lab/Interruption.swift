import Glibc
import Synchronization

/// Whether somebody asked this process to end, by Ctrl-C or SIGTERM.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// From now on, a request sets `isAsked` instead of ending the process, so that what was changed is put back.
    static func observe() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            _ = signal(number) { _ in Interruption.asked.store(true, ordering: .relaxed) }
        }
    }
}
