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
    case control(String, SystemError)
    case metrics(SocketAddress, SystemError)
}

/// A running DHCP server: its loop on a thread of its own, as one service of a run group.
///
/// Making it opens everything that can fail to open, and loads the leases.
package final class ServerRuntime: Service {
    private let handle: LoopHandle
    private let control: ControlService?
    private let metrics: MetricsService?
    private let ended: AsyncStream<Void>
    private let thread: Thread

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
        let loop = Held(
            try ServerLoop(
                configuration, written: written, reserved: reserved, conduct: conduct, conduct6: conduct6, store: store,
                clock: clock, mailbox: handle.mailbox, logger: logger))
        (control, metrics) = try Self.serve(written, handle)
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        self.ended = ended
        thread = Thread(name: "dhcp") {
            loop.loop.run()
            continuation.finish()
        }
    }

    private static func serve(
        _ configuration: ServerConfiguration, _ handle: LoopHandle
    ) throws(ServerFailure) -> (ControlService?, MetricsService?) {
        var (control, metrics): (ControlService?, MetricsService?)
        if let path = configuration.control {
            File.makeFolder(of: path)
            do throws(SystemError) {
                control = try ControlService(path: path, loop: handle)
            } catch {
                throw .control(path, error)
            }
        }
        if let address = configuration.metrics {
            do throws(SystemError) {
                metrics = try MetricsService(address: address, loop: handle)
            } catch {
                control?.stop()
                throw .metrics(address, error)
            }
        }
        return (control, metrics)
    }

    /// Runs until the group is told to stop, and what has come till then is answered.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in ended {}
        } onGracefulShutdown: { [handle] in
            handle.mailbox.post { $0.isDraining = true }
        }
        thread.join()
        control?.stop()
        metrics?.stop()
    }

    /// Serves another configuration from now on; leases and sockets stay.
    package func reload(_ configuration: ServerConfiguration) {
        handle.mailbox.post { $0.reload(configuration) }
    }

    /// Carries the loop into the thread that alone uses it: nobody else has a reference once the thread has begun.
    private final class Held: @unchecked Sendable {
        let loop: ServerLoop
        init(_ loop: ServerLoop) { self.loop = loop }
    }
}
