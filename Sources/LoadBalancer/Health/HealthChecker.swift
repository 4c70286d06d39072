package import Linux
import Reactor
import Synchronization

/// Checks the servers of all pools that ask for it, on a thread of its own, and enters the results into a `ServerTable`.
package final class HealthChecker: Sendable {
    /// A server that went down or came back.
    package struct Event: Sendable, Equatable, CustomStringConvertible {
        package var pool: String
        package var server: String
        package var isUp: Bool
        /// Why it went down.
        package var failure: String?

        package init(pool: String, server: String, isUp: Bool, failure: String?) {
            (self.pool, self.server, self.isUp, self.failure) = (pool, server, isUp, failure)
        }

        package var description: String {
            isUp
                ? "server \(server) of pool \(pool) is up"
                : "server \(server) of pool \(pool) is down: \(failure ?? "")"
        }
    }

    private let isStopping = Atomic(false)
    private let wakeUp: EventDescriptor
    private let thread = Guarded<Thread?>(nil)

    /// Starts checking, until `stop`.
    ///
    /// - Parameters:
    ///   - pools: Those of the configuration that `table` was made for.
    ///   - contexts: The pools' TLS, by pool.
    ///   - table: Where results are entered.
    ///   - report: Called on the checker's thread.
    /// - Throws: What the system refused to the checker's loop.
    package init(
        pools: [Configuration.Pool], contexts: [TLSContext?], table: ServerTable,
        report: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        precondition(contexts.count == pools.count, "there is a context, or none, for each pool")
        wakeUp = try EventDescriptor()
        let targets = pools.indices.flatMap { place -> [HealthTarget] in
            guard let check = pools[place].health else { return [] }
            return pools[place].servers.indices.map { number in
                HealthTarget(
                    check, of: pools[place].servers[number], at: table.index(pool: place, server: number),
                    in: pools[place], context: contexts[place])
            }
        }
        guard !targets.isEmpty else { return }
        var poller = try EpollPoller(batch: 128)
        try poller.addListener(wakeUp.descriptor, token: .max)
        let loop = Guarded(HealthLoop(targets: targets, poller: poller, table: table, report: report))
        let worker = Thread(name: "health") { [self] in
            // The thread has the loop to itself: the lock only proves it.
            loop.withLock { loop in while !isStopping.load(ordering: .acquiring) { loop.turn() } }
        }
        thread.withLock { $0 = worker }
    }

    /// Ends checking; every server keeps the state that it has.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
        let worker = thread.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }
}
