import Synchronization

/// A descriptor that one thread uses and any may close.
///
/// It is given back as soon as it is closed and no call is under way: whoever leaves last does it. A waiting call wakes.
final class SharedDescriptor: Sendable {
    private static let closedBit = 1 << 32

    let number: Int32
    let wake: Host.Wake
    /// Calls under way, and whether it is closed.
    private let state = Atomic<Int>(0)

    /// Takes the descriptor over; it is closed even where this throws.
    init(_ number: Int32, on interface: String? = nil) throws(LinkError) {
        do throws(LinkError) {
            wake = try Host.Wake(on: interface)
        } catch {
            Host.close(number)
            throw error
        }
        self.number = number
    }

    deinit { close() }

    var isClosed: Bool { state.load(ordering: .acquiring) >= Self.closedBit }

    /// Begins a call; false if the descriptor is closed.
    func enter() -> Bool {
        guard state.add(1, ordering: .acquiringAndReleasing).newValue < Self.closedBit else {
            leave()
            return false
        }
        return true
    }

    /// Ends a call that `enter` began.
    func leave() {
        // The last to leave a closed descriptor sees the closed bit alone, and takes it further so that nobody else does.
        guard state.subtract(1, ordering: .acquiringAndReleasing).newValue == Self.closedBit else { return }
        giveBack()
    }

    /// Closes it, once; later calls do nothing.
    func close() {
        let old = state.bitwiseOr(Self.closedBit, ordering: .acquiringAndReleasing).oldValue
        guard old < Self.closedBit else { return }
        wake.signal()
        if old == 0 { giveBack() }
    }

    private func giveBack() {
        let (isOurs, _) = state.compareExchange(
            expected: Self.closedBit, desired: Self.closedBit << 1, ordering: .acquiringAndReleasing)
        if isOurs { Host.close(number) }
    }

    /// Waits until the descriptor is ready or the deadline is over; throws `closed` when it is closed meanwhile.
    ///
    /// To be called between `enter` and `leave`.
    func wait(toWrite: Bool = false, until deadline: Deadline, slice: Int? = nil) throws(LinkError) -> Bool {
        let left = deadline.nanosecondsLeft
        if left == 0 { throw .timedOut }
        let time = slice.map { left < 0 ? $0 : min($0, left) } ?? left
        switch Host.wait(for: number, toWrite: toWrite, or: wake.descriptor, nanoseconds: time) {
        case .woken: throw .closed
        case .ready: return true
        case .timedOut: return false
        }
    }
}
