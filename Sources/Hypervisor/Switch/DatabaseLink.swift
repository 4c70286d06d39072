import Logging
import NIOCore
import OpenFlow
import Synchronization

/// Keeps a connection to Open vSwitch's database, and tells of a bridge's ports whenever they change.
struct DatabaseLink: Sendable {
    let peer: Peer
    let tls: ServingTLS?
    let bridge: String
    let logger: Logger

    /// Runs until it is cancelled.
    func run(
        _ told: @escaping @Sendable ([BridgePort]) async -> Void, connected: @escaping @Sendable (Bool) async -> Void
    )
        async
    {
        var reconnection = Reconnection(seed: UInt64.random(in: 0 ... .max))
        var isTold = false
        while !Task.isCancelled {
            do {
                try await serve(told, connected)
            } catch {
                if !isTold, !Task.isCancelled {
                    logger.warning("the database is away", metadata: ["error": "\(error)"])
                }
                isTold = true
            }
            guard !Task.isCancelled else { return }
            await connected(false)
            try? await Task.sleep(for: reconnection.failed())
        }
    }

    private func serve(
        _ told: @escaping @Sendable ([BridgePort]) async -> Void, _ connected: @escaping @Sendable (Bool) async -> Void
    ) async throws {
        try await peer.connect(tls: tls) { inbound, channel in
            let state = Mutex(
                (
                    session: OVSDBSession(at: MonotonicTime.now), tables: OVSDBTables(sets: BridgePort.sets),
                    isOver: false
                ))
            let send: @Sendable ([OVSDBSession.Action]) -> Bool = { actions in
                var hasChanged = false
                for action in actions {
                    switch action {
                    case .send(let octets): channel.writeAndFlush(ByteBuffer(bytes: octets), promise: nil)
                    case .update(_, let update):
                        state.withLock { $0.tables.apply(update) }
                        hasChanged = true
                    case .answered(_, .error(let error)):
                        logger.error(
                            "the database refused to be watched",
                            metadata: ["error": "\(String(decoding: error.octets, as: UTF8.self))"])
                        channel.close(promise: nil)
                    case .answered: break
                    case .cancelled, .close: channel.close(promise: nil)
                    }
                }
                return hasChanged
            }
            _ = send(state.withLock { $0.session.monitor(BridgePort.columns, named: "ports", at: MonotonicTime.now).1 })
            // Echoes are sent, and silence is seen, on a clock of their own.
            let ticker = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(1))
                    _ = send(state.withLock { $0.session.tick(at: MonotonicTime.now) })
                }
            }
            defer { ticker.cancel() }
            var isFirst = true
            for try await buffer in inbound {
                let octets = Array(buffer.readableBytesView)
                guard send(state.withLock { $0.session.receive(octets, at: MonotonicTime.now) }) else { continue }
                if isFirst { await connected(true) }
                isFirst = false
                await told(state.withLock { $0.tables.ports(of: bridge) })
            }
        }
    }
}

/// The time that sessions and the engine count in.
enum MonotonicTime {
    private static let start = ContinuousClock.now

    /// Since the process began.
    static var now: Duration { ContinuousClock.now - start }
}
