import Linux
import Synchronization
package import Telemetry

/// What is known of every server while the load balancer runs: whether it is up, why not, and how busy it is.
///
/// Workers read states and write their own cells; health checking writes states. Servers have one index over all
/// pools, in the configuration's order. Nothing is allocated after `init` except texts of failures.
package final class ServerTable: Sendable {
    /// Whether a server gets traffic.
    package enum State: UInt64, Sendable, CaseIterable {
        /// No check has finished, or none is configured; it gets traffic.
        case unchecked
        /// The checks succeed.
        case up
        /// The checks fail; it gets no traffic.
        case down
    }

    /// What health checking knows of one server.
    package struct Health: Sendable, Equatable {
        package var state = State.unchecked
        /// When `state` was entered, in nanoseconds of real time.
        package var since: Int64 = 0
        /// Why the newest failed check failed; nil if none has.
        package var failure: String?
        /// Checks that have finished.
        package var checks: UInt64 = 0
        /// Checks that have failed.
        package var failures: UInt64 = 0

        package init(
            state: State = .unchecked, since: Int64 = 0, failure: String? = nil, checks: UInt64 = 0,
            failures: UInt64 = 0
        ) {
            (self.state, self.since, self.failure) = (state, since, failure)
            (self.checks, self.failures) = (checks, failures)
        }
    }

    /// How many servers there are over all pools.
    package let count: Int

    /// How many threads have cells of their own.
    package let workers: Int

    // The first index of each pool, and behind them the count.
    private let starts: [Int]
    private let states: Counters
    private let connections: [Counters]
    private let health: Guarded<[Health]>
    private let changes = Atomic<UInt64>(0)

    /// Makes a table of all servers of `pools`, none of them checked, for threads numbered from 0.
    package init(pools: [Configuration.Pool], workers: Int, now: Int64) {
        precondition(workers > 0, "there is at least one worker")
        starts = pools.reduce(into: [0]) { starts, pool in
            starts.append(starts[starts.count - 1] + pool.servers.count)
        }
        let count = starts[starts.count - 1]
        (self.count, self.workers) = (count, workers)
        states = Counters(count: max(1, count))
        connections = (0..<workers).map { _ in Counters(count: max(1, count)) }
        health = Guarded([Health](repeating: Health(since: now), count: count))
    }

    /// The index of a pool's server, both by their place in the configuration.
    package func index(pool: Int, server: Int) -> Int {
        let index = starts[pool] + server
        precondition(server >= 0 && index < starts[pool + 1], "a server's place is below its pool's count")
        return index
    }

    /// The indices of a pool's servers.
    package func servers(ofPool pool: Int) -> Range<Int> { starts[pool]..<starts[pool + 1] }

    /// Whether a server gets traffic; one load.
    @inline(__always)
    package func isUp(_ server: Int) -> Bool { states.value(at: server) != State.down.rawValue }

    /// A number that changes whenever a server goes up or down, so that a worker may keep a list of those that are up.
    package var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The worker's own cells, one for each server: it adds on connecting or sending, and subtracts at the end.
    package func inFlight(worker: Int) -> Counters { connections[worker] }

    /// What all workers have in flight to a server.
    package func inFlight(of server: Int) -> UInt64 {
        var sum: UInt64 = 0
        for worker in 0..<workers { sum &+= connections[worker].value(at: server) }
        return sum
    }

    /// What health checking knows of a server; takes a lock, so not for workers.
    package func health(of server: Int) -> Health { health.withLock { $0[server] } }

    /// Enters the result of one check, and the state it led to; only for the one thread or task that checks.
    package func enter(_ state: State, failure: String?, of server: Int, now: Int64) {
        health.withLock { table in
            table[server].checks &+= 1
            if let failure {
                table[server].failures &+= 1
                table[server].failure = failure
            }
            guard table[server].state != state else { return }
            (table[server].state, table[server].since) = (state, now)
            states.set(state.rawValue, at: server)
            changes.add(1, ordering: .releasing)
        }
    }
}
