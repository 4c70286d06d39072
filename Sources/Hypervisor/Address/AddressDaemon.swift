import DHCP
import GRPCCore
package import Linux
package import Logging
import ServiceLifecycle
import ServiceAPI
import SwiftProtobuf
import Synchronization
package import Wire

/// hvaddrd, put together: the store, the loop that answers, the services, and what has flows programmed.
package final class AddressDaemon: Service {
    /// How it is to run.
    package struct Settings: Sendable {
        /// The bridge's port that questions come by.
        package var port = "addr0"
        /// The database that droplets are kept in.
        package var store = "/var/lib/apus/hvaddrd.sqlite"
        /// Where it serves.
        package var listeners: [ServiceServer.Listener] = []
        /// Where hvflowd serves; nil if flows are somebody else's business.
        package var flows: Endpoint?
        /// Who we are to hvflowd over TCP; not used on a unix socket.
        package var flowsTLS: ServingTLS?
        /// The gateway's hardware address, the same on every hypervisor.
        package var gateway = MACAddress(0x02, 0, 0, 0, 0, 0x01)
        /// The bridge's port to the world outside; nil for none.
        package var uplink: String?
        /// Where metrics are served; nil for nowhere.
        package var metrics: SocketAddress?
        /// How many frames may wait.
        package var queue = 8192
        /// What it is called when asked.
        package var version = ""

        package init() {}
    }

    private let store: DropletStore
    private let keeper: AddressKeeper
    private let loop: AddressLoopHandle
    private let programmer: FlowProgrammer?
    private let server: ServiceServer
    private let metrics: AddressMetrics?
    private let logger: Logger

    /// Opens all that can fail to open, and serves what the store holds: from here on droplets are answered.
    package init(_ settings: Settings, logger: Logger) async throws {
        self.logger = logger
        store = try DropletStore(path: settings.store)
        let (book, bad) = try store.load(gateway: settings.gateway)
        for droplet in bad {
            logger.error(
                "a droplet cannot be served, and was set aside",
                metadata: ["droplet": "\(droplet.identifier)", "reason": "\(droplet.reason)"])
        }
        var conduct = AddressConduct(as: HypervisorIdentity(hardwareAddress: settings.gateway))
        for record in book.records.values { conduct.set(record.parameters, tag: record.tag, at: AddressClock().now) }
        loop = try AddressLoopHandle(port: settings.port, conduct: conduct, queue: settings.queue, logger: logger)
        keeper = AddressKeeper(book: book, store: store, loop: loop, logger: logger)
        var plan = BridgePlan(gateway: settings.gateway)
        (plan.addressPort, plan.uplink) = (settings.port, settings.uplink)
        programmer = settings.flows.map { [keeper] in
            FlowProgrammer(endpoint: $0, tls: settings.flowsTLS, plan: plan, keeper: keeper, logger: logger)
        }
        let state = StateReader(
            settings: settings, begin: Clock.monotonic, setAside: bad.count, keeper: keeper, loop: loop,
            programmer: programmer)
        do {
            server = try ServiceServer(
                settings.listeners,
                services: [HVAddrService(keeper: keeper, loop: loop, state: { await state.read() })], logger: logger)
            metrics = try settings.metrics.map { [loop] address in
                try AddressMetrics(address: address, loop: loop, state: { await state.read() })
            }
        } catch {
            loop.stop()
            store.close()
            throw error
        }
        if let programmer { await keeper.use(programmer) }
        logger.notice("droplets are answered", metadata: ["droplets": "\(book.records.count)"])
    }

    package func run() async throws {
        defer {
            loop.stop()
            store.close()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try await server.run() }
            if let programmer { group.addTask { try await programmer.run() } }
            if let metrics { group.addTask { await metrics.run() } }
            // The server ends when it is told to, or cannot serve: either way the rest has no purpose.
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// Says how the daemon is.
private struct StateReader: Sendable {
    let settings: AddressDaemon.Settings
    let begin: UInt64
    let setAside: Int
    let keeper: AddressKeeper
    let loop: AddressLoopHandle
    let programmer: FlowProgrammer?

    func read() async -> Apus_Hvaddr_V1_DaemonState {
        let summary = await keeper.summary
        let (isOpen, openings) = await loop.ask { ($0.isOpen, $0.openings) }
        return .with {
            $0.version = settings.version
            $0.uptimeSeconds = (Clock.monotonic &- begin) / 1_000_000_000
            $0.droplets = UInt32(summary.droplets)
            $0.programmed = UInt32(summary.programmed)
            $0.syncedGeneration = summary.synced
            $0.port = settings.port
            $0.portOpen = isOpen
            $0.portOpenings = openings
            if let condition = programmer?.condition {
                ($0.flowsReachable, $0.flowsError) = condition
            } else {
                $0.flowsError = "no hvflowd is configured"
            }
            $0.rowsSetAside = UInt32(setAside)
        }
    }
}
