import Synchronization

/// The events of late, for those who watch: each may begin where it ended before.
package final class EventLog: Sendable {
    /// An event, and its number.
    package struct Entry: Sendable {
        package let number: UInt64
        /// Seconds since 1970.
        package let time: Double
        package let event: FlowEvent
    }

    private struct State {
        var entries: [Entry] = []
        /// Of the first entry that is kept.
        var first: UInt64 = 1
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        var isEnded = false

        /// Of the next entry.
        var next: UInt64 { first + UInt64(entries.count) }

        mutating func wake() {
            let sleepers = waiting.values
            waiting = [:]
            for sleeper in sleepers { sleeper.resume() }
        }
    }

    /// How many are kept.
    package static let limit = 8192

    private let state = Mutex(State())
    /// Tells the tokens of this process from those of one before.
    private let epoch: UInt64

    /// Makes an empty log; the epoch is different for each.
    package init(epoch: UInt64) { self.epoch = epoch }

    package func append(_ event: FlowEvent, time: Double) {
        state.withLock { state in
            state.entries.append(Entry(number: state.next, time: time, event: event))
            // In halves, so that the array seldom moves.
            if state.entries.count >= 2 * Self.limit {
                state.entries.removeFirst(Self.limit)
                state.first += UInt64(Self.limit)
            }
            state.wake()
        }
    }

    /// Ends those who watch.
    package func end() {
        state.withLock { state in
            state.isEnded = true
            state.wake()
        }
    }

    /// What to say to resume behind an entry.
    package func token(behind number: UInt64) -> String { "\(String(epoch, radix: 16)):\(number)" }

    /// The entry to begin with, and whether some before it are lost; nil for a token that is none.
    package func start(_ token: String) -> (number: UInt64, missed: Bool)? {
        let (first, next) = state.withLock { ($0.first, $0.next) }
        guard !token.isEmpty else { return (next, false) }
        let parts = token.split(separator: ":")
        guard parts.count == 2, let epoch = UInt64(parts[0], radix: 16), let number = UInt64(parts[1]) else {
            return nil
        }
        guard epoch == self.epoch, number < next else { return (next, true) }
        return number + 1 >= first ? (number + 1, false) : (first, true)
    }

    /// The entries from a number on, as many as there are now; waits if there is none.
    ///
    /// Nil at the end. Where the reader was too slow they begin later, and it is told how many are lost.
    package func entries(from number: UInt64) async -> (entries: [Entry], lost: UInt64)? {
        while !Task.isCancelled {
            let found: (entries: [Entry], lost: UInt64)?? = state.withLock { state in
                if number < state.next {
                    let start = max(number, state.first)
                    return .some((Array(state.entries[Int(start - state.first)...].prefix(256)), start - number))
                }
                return state.isEnded ? .some(nil) : nil
            }
            if let found { return found }
            await wait(for: number)
        }
        return nil
    }

    private func wait(for number: UInt64) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard number >= state.next, !state.isEnded, !Task.isCancelled else { return true }
                    state.waiting[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// The number behind the last entry.
    package var next: UInt64 { state.withLock { $0.next } }
}
