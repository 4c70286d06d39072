import NIOCore
import OpenFlow

/// What services ask.
extension FlowController {
    /// Changes what an owner wants.
    package func change(_ change: FlowChange) async throws(FlowFailure) -> FlowChangeSummary {
        let (number, actions) = engine.submit(change, at: MonotonicTime.now)
        perform(actions)
        if let result = early.removeValue(forKey: number) { return try result.get() }
        return try await withCheckedContinuation { waiting[number] = $0 }.get()
    }

    package func difference(_ change: FlowChange) throws(FlowFailure) -> (
        added: [String], changed: [String], removed: [String], unchanged: Int, missingPorts: [String], needsForce: Bool
    ) { try engine.difference(change) }

    /// The wanted flows, with what the switch counts now.
    package func list(owner: UInt16?, objects: Set<UInt32>, foreign: Bool) async -> [FlowReport] {
        var request = FlowRequest()
        if let owner, !foreign { (request.cookie, request.cookieMask) = (UInt64(owner) << 48, 0xFFFF << 48) }
        var statistics: [FlowStatistics]?
        if engine.isConnected {
            statistics = await withCheckedContinuation { continuation in
                guard let (ticket, actions) = session?.ask(.multipartRequest(.flows(request)), at: MonotonicTime.now)
                else {
                    return continuation.resume(returning: nil)
                }
                purposes[ticket] = .list(continuation)
                take(actions)
            }
        }
        return engine.reports(owner: owner, objects: objects, foreign: foreign, statistics: statistics ?? [])
    }

    package func ports() -> [PortReport] { engine.portReports }

    /// How everything is.
    package func status() -> FlowStatus {
        FlowStatus(
            bridge: configuration.bridge, isConnected: engine.isConnected, reason: engine.isConnected ? "" : reason,
            datapath: features?.datapath ?? 0, revision: engine.revision, programmedRevision: engine.programmedRevision,
            owners: engine.ownerReports, foreignFlows: engine.foreignCount, reconciliations: engine.reconciliations,
            repaired: engine.repaired, isDatabaseConnected: isDatabaseConnected)
    }

    /// What the switch would do with a packet.
    package func trace(_ flow: String) async throws -> String {
        try await SwitchControl(path: configuration.control).ask("ofproto/trace", [configuration.bridge, flow])
    }
}
