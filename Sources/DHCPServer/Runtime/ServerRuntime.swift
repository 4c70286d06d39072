package import DHCP
package import Link
package import Linux
package import Logging
import Reactor
import Wire
import ServiceLifecycle
import Synchronization

/// Why a server cannot start.
package enum ServerFailure: Error, Sendable {
    case system(SystemError)
    case link(LinkError)
    case store(LeaseStoreError)
    case metrics(SocketAddress, SystemError)
}

/// A running DHCP server: its loop on a thread of its own, as one service of a run group.
///
/// Making it opens everything that can fail to open, and loads the leases; it lends addresses while it runs.
package final class ServerRuntime: Service {
    private let handle: LoopHandle
    private let metrics: MetricsService?
    private let loop: Held

    /// What operators ask it.
    package var control: ServerControl { ServerControl(handle: handle) }

    package init(_ written: ServerConfiguration, store: any LeaseStore, logger: Logger) throws(ServerFailure) {
        do throws(SystemError) { handle = try LoopHandle() } catch { throw .system(error) }
        let reserved: [StoredReservation]
        do throws(LeaseStoreError) { reserved = try store.reservations() } catch { throw .store(error) }
        let configuration = ServerLoop.merged(written, reserved)
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
        loop = Held(
            try ServerLoop(
                configuration, written: written, reserved: reserved, conduct: conduct, conduct6: conduct6, store: store,
                clock: clock, mailbox: handle.mailbox, logger: logger))
        if let address = written.metrics {
            do throws(SystemError) {
                metrics = try MetricsService(address: address, loop: handle)
            } catch {
                throw .metrics(address, error)
            }
        } else {
            metrics = nil
        }
    }

    /// Runs until the group is told to stop, and what has come till then is answered.
    package func run() async throws {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        let thread = Thread(name: "dhcp") { [loop] in
            loop.loop.run()
            continuation.finish()
        }
        await withGracefulShutdownHandler {
            for await _ in ended {}
        } onGracefulShutdown: { [handle] in
            handle.mailbox.post { $0.isDraining = true }
        }
        thread.join()
        metrics?.stop()
    }

    /// Serves another configuration from now on; leases and sockets stay.
    package func reload(_ configuration: ServerConfiguration) {
        handle.mailbox.post { $0.reload(configuration) }
    }

    /// Carries the loop into the thread that alone uses it: whoever made it does not touch it again.
    private final class Held: @unchecked Sendable {
        let loop: ServerLoop
        init(_ loop: ServerLoop) { self.loop = loop }
    }
}
