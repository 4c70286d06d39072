package import Linux
package import Logging
import Reactor
import ServiceLifecycle
import Synchronization
package import Telemetry

/// A running load balancer: its threads, health checks and access log, as one service of a run group.
///
/// Making it opens everything that can fail to open (listeners, log, TLS settings), so that nothing runs half.
package final class Runtime: Service, StatusSource {
    /// Why the load balancer cannot start.
    package enum Failure: Error, Sendable {
        case cannotListen(String, SocketAddress, SystemError)
        case cannotLog(LogError)
        case tls(String, TLSContext.Failure)
        case system(SystemError)
    }

    /// What is listened on, with the ports that the system chose where the configuration says 0.
    package let addresses: [(listener: String, address: SocketAddress)]

    private let shared: Shared
    private let workers: [WorkerThread]
    private let writer: LogWriter?
    private let checker: HealthChecker
    private let version: String
    private let started = Int64(Clock.real)
    private let isDraining = Atomic(false)
    private let ended: AsyncStream<Void>
    private let logger: Logger

    package init(_ configuration: Configuration, version: String, logger: Logger) throws(Failure) {
        self.version = version
        self.logger = logger
        let threads = configuration.process.threads
        let table = ServerTable(pools: configuration.pools, workers: threads, now: Int64(Clock.real))
        let shared: Shared
        do throws(TLSContext.Failure) { shared = try Shared(configuration, table: table) } catch {
            throw .tls("tls", error)
        }
        self.shared = shared
        var opened: [[(descriptor: Int32, index: Int)]] = []
        var addresses: [(listener: String, address: SocketAddress)] = []
        do throws(Failure) {
            for _ in 0..<threads { opened.append([]) }
            try Self.listen(configuration, into: &opened, &addresses)
        } catch {
            for listener in opened.joined() { Socket.close(listener.descriptor) }
            throw error
        }
        self.addresses = addresses
        var parts = Parts()
        do throws(Failure) {
            try Self.start(configuration, shared, opened, logger, &parts)
        } catch {
            parts.end()
            // The others are those threads' own.
            for listener in opened.dropFirst(parts.workers.count).joined() { Socket.close(listener.descriptor) }
            throw error
        }
        guard let checker = parts.checker, let ended = parts.ended else { preconditionFailure("all parts are there") }
        (writer, self.checker, workers, self.ended) = (parts.writer, checker, parts.workers, ended)
    }

    /// What has been started, so that it can be ended when the rest cannot.
    private struct Parts {
        var writer: LogWriter?
        var checker: HealthChecker?
        var workers: [WorkerThread] = []
        var ended: AsyncStream<Void>?

        func end() {
            for worker in workers { worker.cut() }
            for worker in workers { worker.join() }
            checker?.stop()
            writer?.stop()
        }
    }

    private static func start(
        _ configuration: Configuration, _ shared: Shared, _ opened: [[(descriptor: Int32, index: Int)]],
        _ logger: Logger, _ parts: inout Parts
    ) throws(Failure) {
        let rings: [LogRing]
        (rings, parts.writer) = try openLog(configuration, logger)
        do throws(SystemError) {
            parts.checker = try HealthChecker(
                pools: configuration.pools, contexts: shared.tls, table: shared.table
            ) { event in
                logger.log(level: event.isUp ? .notice : .warning, "\(event)")
            }
            let cores = Thread.allowedCores
            let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
            parts.ended = ended
            let threads = configuration.process.threads
            let running = Guarded(threads)
            for number in 0..<threads {
                let core = configuration.process.isPinned && !cores.isEmpty ? cores[number % cores.count] : nil
                parts.workers.append(
                    try WorkerThread(
                        shared: shared, number: number, core: core, listeners: opened[number],
                        log: rings.isEmpty ? nil : rings[number]
                    ) {
                        let left = running.withLock { count in
                            count -= 1
                            return count
                        }
                        if left == 0 { continuation.finish() }
                    })
            }
        } catch {
            throw .system(error)
        }
    }

    /// Opens each thread's own sockets for all addresses (`SO_REUSEPORT`).
    private static func listen(
        _ configuration: Configuration, into opened: inout [[(descriptor: Int32, index: Int)]],
        _ addresses: inout [(listener: String, address: SocketAddress)]
    ) throws(Failure) {
        for (index, listener) in configuration.listeners.enumerated() {
            for wanted in listener.addresses {
                var address = wanted
                do throws(SystemError) {
                    // Two processes of one user could share a port unawares; a first socket that shares nothing
                    // finds out whether the port is free.
                    if wanted.port != 0 { Socket.close(try Socket.listening(on: wanted, isShared: false)) }
                    for thread in opened.indices {
                        let descriptor = try Socket.listening(on: address)
                        // A buffer for a client that does not read grows to megabytes otherwise, and what the kernel
                        // has for all connections is soon used up.
                        Socket.limitUnsent(descriptor, to: 256 << 10)
                        opened[thread].append((descriptor, index))
                        // Threads share one port, so it must be known.
                        if address.port == 0 { address = try Socket.boundAddress(of: descriptor) }
                    }
                } catch {
                    throw .cannotListen(listener.name, wanted, error)
                }
                addresses.append((listener.name, address))
            }
        }
    }

    private static func openLog(
        _ configuration: Configuration, _ logger: Logger
    ) throws(Failure) -> ([LogRing], LogWriter?) {
        guard let settings = configuration.accessLog else { return ([], nil) }
        let alarm: LogAlarm
        do throws(SystemError) { alarm = try LogAlarm() } catch { throw .system(error) }
        let rings = (0..<configuration.process.threads).map { _ in LogRing(capacity: 4 << 20, alarm: alarm) }
        do throws(LogError) {
            return (
                rings,
                try LogWriter(path: settings.path, rings: rings, alarm: alarm) { event in
                    switch event {
                    case .recovered: logger.notice("\(event)")
                    default: logger.error("\(event)")
                    }
                }
            )
        } catch {
            throw .cannotLog(error)
        }
    }

    /// Runs until the group is told to stop, and then until all connections have ended or the time for that is over.
    package func run() async throws {
        let cutter = Guarded<Task<Void, Never>?>(nil)
        await withGracefulShutdownHandler {
            for await _ in ended {}
        } onGracefulShutdown: { [self] in
            isDraining.store(true, ordering: .releasing)
            for worker in workers { worker.drain() }
            let drain = shared.configuration.process.drain
            let task = Task { [workers] in
                guard (try? await Task.sleep(for: drain)) != nil else { return }
                for worker in workers { worker.cut() }
            }
            cutter.withLock { $0 = task }
        }
        cutter.withLock { $0?.cancel() }
        for worker in workers { worker.join() }
        checker.stop()
        writer?.stop()
    }

    /// Has the access log opened anew, as after a rotation.
    package func reopenLog() { writer?.reopen() }

    package func snapshot() -> Snapshot {
        let configuration = shared.configuration
        var snapshot = Snapshot(version: version, started: started, configuration: configuration, table: shared.table)
        snapshot.isDraining = isDraining.load(ordering: .acquiring)
        for index in snapshot.listeners.indices {
            func sum(_ counter: WorkerMetrics.ListenerCounter) -> UInt64 {
                workers.reduce(0) { $0 &+ $1.metrics.value(counter, index) }
            }
            snapshot.listeners[index].accepted = sum(.accepted)
            // Closings are read after openings by others, so a moment's difference may be negative.
            let open = Int64(bitPattern: sum(.accepted) &- sum(.closed))
            snapshot.listeners[index].active = UInt64(max(0, open))
            snapshot.listeners[index].requests = sum(.requests)
            snapshot.listeners[index].responses = [
                sum(.interim), sum(.success), sum(.redirection), sum(.clientError), sum(.serverError),
            ]
            snapshot.listeners[index].received = sum(.received)
            snapshot.listeners[index].sent = sum(.sent)
            for worker in workers {
                snapshot.listeners[index].durations.merge(worker.metrics.durations[index].snapshot())
            }
        }
        for pool in snapshot.pools.indices {
            for server in snapshot.pools[pool].servers.indices {
                let index = shared.table.index(pool: pool, server: server)
                func sum(_ counter: WorkerMetrics.ServerCounter) -> UInt64 {
                    workers.reduce(0) { $0 &+ $1.metrics.value(counter, index) }
                }
                snapshot.pools[pool].servers[server].requests = sum(.dispatched)
                snapshot.pools[pool].servers[server].failures = sum(.failures)
            }
        }
        snapshot.reasons = Reason.allCases.filter { $0 != .none }.map { reason in
            Snapshot.Reason(code: "\(reason.code)", count: workers.reduce(0) { $0 &+ $1.metrics.value(reason) })
        }
        if let writer {
            snapshot.accessLog = Snapshot.AccessLog(
                written: writer.written, dropped: writer.dropped, isFailing: writer.isFailing)
        }
        return snapshot
    }
}
