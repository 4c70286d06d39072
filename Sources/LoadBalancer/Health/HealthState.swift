/// Whether one server is up, judged by its checks in a row.
///
/// The first check decides at once, so that a server which is dead from the start gets traffic for no longer than one
/// check takes. From then on it takes `fall` failures in a row to go down, and `rise` successes to come back.
package struct HealthState: Equatable {
    /// A change that an operator should know of.
    package enum Event: Equatable { case cameUp, wentDown }

    package private(set) var state = ServerTable.State.unchecked

    private let rise: Int
    private let fall: Int
    // Checks in a row that spoke against `state`.
    private var against = 0

    package init(rise: Int, fall: Int) {
        precondition(rise > 0 && fall > 0, "at least one check changes a state")
        (self.rise, self.fall) = (rise, fall)
    }

    /// Takes in a check's result; what it changed.
    package mutating func receive(isHealthy: Bool) -> Event? {
        switch state {
        case .unchecked:
            state = isHealthy ? .up : .down
            // That a server is up was assumed until now, so it is no news.
            return isHealthy ? nil : .wentDown
        case .up:
            against = isHealthy ? 0 : against + 1
            guard against >= fall else { return nil }
            (state, against) = (.down, 0)
            return .wentDown
        case .down:
            against = isHealthy ? against + 1 : 0
            guard against >= rise else { return nil }
            (state, against) = (.up, 0)
            return .cameUp
        }
    }
}
