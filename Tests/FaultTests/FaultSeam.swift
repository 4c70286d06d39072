import Linux
import SystemPackage

/// Counts calls, and makes the n-th of one kind fail.
final class FaultSeam: Sendable {
    private struct State {
        var counts: [SystemCall: Int] = [:]
        var hasFired = false
    }

    // Not a Mutex, which ThreadSanitizer cannot see.
    private let state = Guarded(State())
    private let call: SystemCall?
    private let number: Int
    private let code: Errno

    /// Fails nothing without a call.
    init(failing call: SystemCall? = nil, number: Int = 0, with code: Errno = .ioError) {
        (self.call, self.number, self.code) = (call, number, code)
    }

    func install() {
        Seam.install { [self] call, _ in
            state.withLock { state in
                let count = state.counts[call, default: 0] + 1
                state.counts[call] = count
                guard call == self.call, count == number else { return nil }
                state.hasFired = true
                return code
            }
        }
    }

    func remove() { Seam.install(nil) }

    var hasFired: Bool { state.withLock { $0.hasFired } }
    var counts: [SystemCall: Int] { state.withLock { $0.counts } }
}
