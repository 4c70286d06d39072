package import OpenFlow

/// A flow, and what became of it.
package struct FlowReport: Hashable, Sendable {
    package enum State: String, Hashable, Sendable { case installed, pending, rejected, waiting, foreign }

    package var owner: UInt16 = 0
    package var object: UInt32 = 0
    package var text = ""
    package var state = State.waiting
    package var reason = ""
    /// As the switch has it; nil if it does not.
    package var statistics: FlowStatistics?
}

/// How many flows of an owner are how.
package struct OwnerReport: Hashable, Sendable {
    package var owner: UInt16
    package var generation: UInt64
    package var flows = 0
    package var installed = 0
    package var pending = 0
    package var rejected = 0
    package var meters = 0
    package var groups = 0
}

/// A port, as the switch and its database tell of it.
package struct PortReport: Hashable, Sendable {
    package var name: String
    package var number: UInt32
    package var address: String
    package var isUp: Bool
    package var identifiers: [String: String]
    package var error: String
    package var flows: Int
}

extension FlowEngine {
    /// What became of a wanted flow.
    private func state(_ flow: DesiredFlow) -> (FlowReport.State, String) {
        if !flow.missing.isEmpty {
            let reasons = flow.missing.map { name in ports.error(of: name).map { "\(name) (\($0))" } ?? name }
            return (.pending, "no port " + reasons.joined(separator: ", "))
        }
        if let rejection = flow.rejection { return (.rejected, rejection) }
        guard isConnected, let place = flow.place, let there = installed[place] else { return (.waiting, "") }
        guard isOurs(there.cookie) else { return (.rejected, Self.foreign(there.cookie)) }
        return (.installed, "")
    }

    /// The wanted flows, with the switch's statistics if there are any.
    package func reports(
        owner only: UInt16?, objects: Set<UInt32>, foreign: Bool, statistics: [FlowStatistics]
    ) -> [FlowReport] {
        var read: [FlowKey: FlowStatistics] = [:]
        read.reserveCapacity(statistics.count)
        for flow in statistics { read[FlowKey(flow)] = flow }
        var reports: [FlowReport] = []
        for (number, owner) in owners.sorted(by: { $0.key < $1.key }) where only == nil || only == number {
            for flow in owner.flows.values where objects.isEmpty || objects.contains(flow.object) {
                let (state, reason) = state(flow)
                var report = FlowReport(
                    owner: number, object: flow.object, text: flow.text, state: state, reason: reason)
                if state == .installed, let place = flow.place { report.statistics = read[place] }
                reports.append(report)
            }
        }
        reports.sort { ($0.owner, $0.object, $0.text) < ($1.owner, $1.object, $1.text) }
        if foreign {
            for flow in statistics where !isOurs(flow.cookie) {
                reports.append(FlowReport(text: flow.text(statistics: false), state: .foreign, statistics: flow))
            }
        }
        return reports
    }

    /// The owners, by their numbers.
    package var ownerReports: [OwnerReport] {
        owners.sorted { $0.key < $1.key }.map { number, owner in
            var report = OwnerReport(owner: number, generation: owner.generation)
            report.flows = owner.flows.count
            report.meters = owner.meters.count
            report.groups = owner.groups.count
            for flow in owner.flows.values {
                switch state(flow).0 {
                case .installed: report.installed += 1
                case .pending: report.pending += 1
                case .rejected: report.rejected += 1
                case .waiting, .foreign: break
                }
            }
            return report
        }
    }

    /// How many flows of the switch are not ours.
    package var foreignCount: Int { installed.values.count { !isOurs($0.cookie) } }

    /// The ports, by their names.
    package var portReports: [PortReport] {
        ports.names.sorted().map { name in
            let described = ports.described[name]
            let port = ports.database?[name]
            return PortReport(
                name: name, number: ports.number(of: name)?.rawValue ?? 0,
                address: described.map { "\($0.address)" } ?? "", isUp: described?.isUp ?? false,
                identifiers: port?.externalIdentifiers ?? [:], error: port?.error ?? "",
                flows: naming[name]?.count ?? 0)
        }
    }
}
