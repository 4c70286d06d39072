import DHCP
import Linux

/// Makes changes durable on a thread of its own, one batch at a time, while the loop goes on to decide.
///
/// A sync may take some milliseconds, and now and then some dozens: a loop that waited for it would answer nobody meanwhile, and then
/// all at once, more than the buffers of relay agents hold.
final class Committer: Sendable {
    /// How a batch ended.
    struct Result: Sendable {
        let error: LeaseStoreError?
        /// Addresses that another server has changed meanwhile, if several share the store; nothing was done of them.
        let refused: [LeaseAddress]
        let nanoseconds: UInt64
    }

    private struct State: Sendable {
        var changes: [LeaseChange]?
        var result: Result?
        var isStopped = false
    }

    private let state = Guarded(State())
    private let work: EventDescriptor
    private let done: EventDescriptor
    private let thread = Guarded<Thread?>(nil)

    /// What becomes readable when a batch has ended.
    var descriptor: Int32 { done.descriptor }

    init(_ store: any LeaseStore) throws(SystemError) {
        work = try EventDescriptor()
        done = try EventDescriptor()
        let store = Held(store)
        let started = Thread(name: "commits") { [self] in run(store.store) }
        thread.withLock { $0 = started }
    }

    /// Begins a batch; the one before must have been taken back.
    func begin(_ changes: [LeaseChange]) {
        state.withLock { state in
            precondition(state.changes == nil && state.result == nil, "one batch is under way at a time")
            state.changes = changes
        }
        work.signal()
    }

    /// How the batch ended that is under way; nil if it has not.
    ///
    /// Waits for it if told to.
    func result(waits: Bool) -> Result? {
        while true {
            done.clear()
            let result = state.withLock { state in
                defer { state.result = nil }
                return state.result
            }
            guard result == nil, waits else { return result }
            _ = Socket.wait(for: done.descriptor, or: done.descriptor, nanoseconds: 1_000_000_000)
        }
    }

    /// Ends the thread; a batch that is under way is ended first.
    func stop() {
        state.withLock { $0.isStopped = true }
        work.signal()
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
    }

    private func run(_ store: any LeaseStore) {
        while true {
            _ = Socket.wait(for: work.descriptor, or: work.descriptor, nanoseconds: -1)
            work.clear()
            let (changes, isStopped) = state.withLock { state in
                defer { state.changes = nil }
                return (state.changes, state.isStopped)
            }
            if let changes {
                let begin = Clock.monotonic
                var failure: LeaseStoreError?
                var refused: [LeaseAddress] = []
                do throws(LeaseStoreError) {
                    if let shared = store as? any SharedLeaseStore {
                        refused = try shared.commitShared(changes)
                    } else {
                        try store.commit(changes)
                    }
                } catch {
                    failure = error
                }
                let result = Result(error: failure, refused: refused, nanoseconds: Clock.monotonic &- begin)
                state.withLock { $0.result = result }
                done.signal()
            }
            if isStopped { return }
        }
    }

    /// Carries the store to the thread: the loop calls it only while no batch is under way, so that it is used by one at a time.
    private final class Held: @unchecked Sendable {
        let store: any LeaseStore
        init(_ store: any LeaseStore) { self.store = store }
    }
}
