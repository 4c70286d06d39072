import Glibc
import Synchronization

/// Wakes the log's writer out of its sleep, from any thread, at the cost of one system call per nap.
package final class LogAlarm: Sendable {
    // A pipe, both ends non-blocking (`pipe(7)`).
    private let source: Int32
    private let target: Int32
    private let isRaised = Atomic(false)

    package init() {
        var ends: [Int32] = [-1, -1]
        let result = unsafe pipe(&ends)
        precondition(result == 0, "descriptors are left for a pipe")
        (source, target) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(source)
        close(target)
    }

    /// Wakes the sleeper, or keeps it from falling asleep. Calls after the first cost one load until it has woken.
    package func raise() {
        guard !isRaised.load(ordering: .relaxed) else { return }
        guard !isRaised.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var signal: UInt8 = 1
        _ = unsafe write(target, &signal, 1)
    }

    /// Sleeps until the alarm is raised or the time is over; only for one thread.
    package func sleep(milliseconds: Int32) {
        var wait = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wait, 1, milliseconds) > 0 else { return }
        var signal: UInt8 = 0
        _ = unsafe read(source, &signal, 1)
        // A raise between these two lines is lost as an alarm, not as work: the sleeper looks at every queue next, and
        // sleeps for no longer than its timer says.
        isRaised.store(false, ordering: .sequentiallyConsistent)
    }
}
