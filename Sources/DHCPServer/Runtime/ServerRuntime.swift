package import DHCP
package import Link
package import Linux
package import Logging
import Reactor
import ServiceLifecycle
import Synchronization

/// Why a server cannot start.
package enum ServerFailure: Error, Sendable {
    case system(SystemError)
    case link(LinkError)
    case store(LeaseStoreError)
}

/// A running DHCP server: its loop on a thread of its own, as one service of a run group.
///
/// Making it opens everything that can fail to open, and loads the leases.
package final class ServerRuntime: Service {
    private let mailbox: Mailbox<@Sendable (ServerLoop) -> Void>
    private let ended: AsyncStream<Void>
    private let thread: Thread

    package init(_ configuration: ServerConfiguration, store: any LeaseStore, logger: Logger) throws(ServerFailure) {
        do throws(SystemError) { mailbox = try Mailbox() } catch { throw .system(error) }
        // The clock begins behind every time that the store knows of, which only the leases tell.
        let early = LeaseClock(offset: store.clockOffset, latest: .distantPast).now
        var conduct = DHCPv4.Server(configuration.v4, random: ConductRandom())
        var conduct6 = DHCPv6.Server(ServerLoop.named(configuration, []), random: ConductRandom())
        var latest = Instant.distantPast
        let bad: [BadRow]
        do throws(LeaseStoreError) {
            bad = try store.load { lease in
                conduct.restore(lease, at: early)
                conduct6.restore(lease, at: early)
                latest = max(latest, lease.lastContact)
            }
        } catch {
            throw .store(error)
        }
        for row in bad {
            logger.error(
                "a lease could not be understood, and was set aside",
                metadata: ["row": "\(row.row)", "reason": "\(row.reason)"])
        }
        let clock = LeaseClock(offset: store.clockOffset, latest: latest)
        let loop = Held(
            try ServerLoop(
                configuration, conduct: conduct, conduct6: conduct6, store: store, clock: clock, mailbox: mailbox,
                logger: logger))
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        self.ended = ended
        thread = Thread(name: "dhcp") {
            loop.loop.run()
            continuation.finish()
        }
    }

    /// Runs until the group is told to stop, and what has come till then is answered.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in ended {}
        } onGracefulShutdown: { [mailbox] in
            mailbox.post { $0.isDraining = true }
        }
        thread.join()
    }

    /// Serves another configuration from now on; leases and sockets stay.
    package func reload(_ configuration: ServerConfiguration) {
        mailbox.post { $0.reload(configuration) }
    }

    /// Carries the loop into the thread that alone uses it: nobody else has a reference once the thread has begun.
    private final class Held: @unchecked Sendable {
        let loop: ServerLoop
        init(_ loop: ServerLoop) { self.loop = loop }
    }
}
