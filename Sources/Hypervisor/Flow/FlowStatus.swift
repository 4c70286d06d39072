/// How hvflowd and the bridge are.
package struct FlowStatus: Sendable {
    package var bridge: String
    package var isConnected: Bool
    package var reason: String
    package var datapath: UInt64
    package var revision: UInt64
    package var programmedRevision: UInt64
    package var owners: [OwnerReport]
    package var foreignFlows: Int
    package var reconciliations: UInt64
    package var repaired: UInt64
    package var isDatabaseConnected: Bool
}

/// What is counted for Prometheus beside the status.
package struct FlowCounters: Sendable {
    package var readings: UInt64 = 0
    package var disconnections: UInt64 = 0
    package var failedStores: UInt64 = 0
    package var commits: UInt64 = 0
    package var commitSeconds = 0.0
    package var reconcileSeconds = 0.0
    package var reconciled: [String: UInt64] = [:]

    mutating func commit(_ time: Duration) {
        commits += 1
        commitSeconds += time.seconds
    }
}

extension Duration {
    /// In seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
