package import Linux
import Synchronization

/// Wakes the log's writer out of its sleep, from any thread, at the cost of one system call per nap.
package final class LogAlarm: Sendable {
    private let event: EventDescriptor
    private let isRaised = Atomic(false)

    package init() throws(SystemError) {
        event = try EventDescriptor()
    }

    /// Wakes the sleeper, or keeps it from falling asleep.
    ///
    /// Calls after the first cost one load until it has woken.
    package func raise() {
        guard !isRaised.load(ordering: .relaxed) else { return }
        guard !isRaised.exchange(true, ordering: .acquiringAndReleasing) else { return }
        event.signal()
    }

    /// Sleeps until the alarm is raised or the time is over; only for one thread.
    package func sleep(milliseconds: Int32) {
        guard File.wait(for: event.descriptor, toWrite: false, milliseconds: milliseconds) else { return }
        event.clear()
        // A raise between these two lines is lost as an alarm, not as work: the sleeper looks at every queue next, and
        // sleeps for no longer than its timer says.
        isRaised.store(false, ordering: .sequentiallyConsistent)
    }
}
