import Linux
import Glibc

/// A child between its start and the moment it is waited for.
final class Life: Sendable {
    private struct State {
        var exit: Exit?
        var waiters: [CheckedContinuation<Exit, Never>] = []
    }

    private let identifier: pid_t
    private let state = Guarded(State())

    /// Begins to wait for a child of ours, on a thread of its own.
    init(_ identifier: pid_t) {
        self.identifier = identifier
        Threads.start { [self] in reap() }
    }

    /// How it ended; nil as long as it runs.
    var exit: Exit? { state.withLock(\.exit) }

    /// Sends a signal to the process, if it has not ended.
    func signal(_ number: Int32) {
        state.withLock { if $0.exit == nil { _ = Glibc.kill(identifier, number) } }
    }

    /// Sends a signal to the process group, if the process has not ended; if it has, the group has gone with it.
    func signalGroup(_ number: Int32) {
        state.withLock { if $0.exit == nil { _ = Glibc.kill(-identifier, number) } }
    }

    /// Waits for the end.
    func wait() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiters.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    private func reap() {
        var information = unsafe siginfo_t()
        // The child stays a zombie for now, so that its number still means it and its group.
        while unsafe waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0 {
            precondition(errno == EINTR, "only this thread waits for the child")
        }
        let waiters = state.withLock { state in
            _ = Glibc.kill(-identifier, SIGKILL)
            waitpid(identifier, nil, 0)
            state.exit = unsafe Exit(information)
            defer { state.waiters = [] }
            return state.waiters
        }
        Warden.shared.release(.group, "\(identifier)")
        if let exit { waiters.forEach { $0.resume(returning: exit) } }
    }
}
