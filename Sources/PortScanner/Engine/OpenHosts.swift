import Wire

/// Gathers the hosts with an open port of a scan that reports no others, so that nothing is kept of the rest.
///
/// A network of a million hosts costs memory for those that are reported alone. If a host has one port, an answer decides
/// about it for ever: then hosts are handed over while the sweep goes on, in the order in which they answer.
final class OpenHosts {
    /// More hosts than these are handed over as they are found; fewer in the order of their addresses.
    private static let live = 4096
    private static let batch = 512

    private let kinds: [ScanOptions.Kind]
    private let technique: Technique
    private let found: HostFinder.Found
    private let zone: UInt32
    /// Whether answers are reported when they come.
    let isLive: Bool

    private var current: HostRecord?
    private var results: [HostResult] = []
    /// Findings that the reader had no room for so far; those of one sweep at most.
    private var pending: [Finding] = []
    /// Seconds since 1970, of the next results.
    var began = 0.0

    /// Nil if the options want more than hosts with open ports of one kind of scan.
    init?(
        _ options: ScanOptions, _ kinds: [ScanOptions.Kind], _ found: HostFinder.Found, hosts: UInt64, zone: UInt32
    ) {
        guard options.reportsOpenOnly, kinds.count == 1, let kind = kinds.first else { return nil }
        (self.kinds, self.found, self.zone) = (kinds, found, zone)
        technique = kind.technique ?? .synchronize
        isLive =
            hosts > Self.live && options.ports[kind.protocol].count == 1 && !technique.readsSilence
            && options.examiners.isEmpty && !options.resolvesNames
    }

    /// An answer came, which decides about its host.
    func hear(_ finding: Finding, _ control: ScanControl, _ report: ([HostResult]) -> Void) {
        guard isLive, Verdict(technique, finding.evidence).state.mayBeOpen else { return }
        pending.append(finding)
        if pending.count >= Self.batch, pending.count % Self.batch == 0, control.hasRoom { flush(report) }
    }

    /// What a sweep knows of a probe in the end: host by host.
    func collect(_ finding: Finding, isUndecided: Bool) {
        guard !isLive else { return }
        let address = ScanRun.target(finding.address, found.isIPv6, zone)
        if current?.address != address {
            close()
            current = record(finding.address)
        }
        current?.ports.append(
            HostRecord.Port(
                kind: 0, port: finding.port, evidence: finding.evidence, timeToLive: finding.timeToLive,
                isUndecided: isUndecided))
        if let reporter = finding.reporter { current?.reporter = reporter }
    }

    /// Hands over what is left of the answers; the hosts that were collected.
    func finish(_ report: ([HostResult]) -> Void) -> [HostResult] {
        flush(report)
        close()
        return results
    }

    private func record(_ address: UInt128) -> HostRecord {
        var record = HostRecord(
            address: ScanRun.target(address, found.isIPv6, zone), status: found.isAssumed ? .unknown : .up,
            reason: found.reasons[address] ?? StateReason(found.isAssumed ? .userSet : .noResponse))
        record.hardwareAddress = found.hardware[address] ?? 0
        record.sharers = found.sharers[record.hardwareAddress] ?? 0
        return record
    }

    /// The host before is complete.
    private func close() {
        guard let record = current else { return }
        current = nil
        let mayBeOpen = record.ports.contains {
            Verdict(technique, $0.evidence, isUndecided: $0.isUndecided).state.mayBeOpen
        }
        if mayBeOpen { results.append(result(record)) }
    }

    private func result(_ record: HostRecord) -> HostResult {
        var result = record.result(kinds)
        result.ports.removeAll { !$0.state.mayBeOpen }
        result.startTime = began
        result.remarks += Doubts.remarks(about: record, kinds)
        if result.reason.cause == .userSet, record.ports.contains(where: { $0.evidence != .none }) {
            result.status = .up
        }
        return result
    }

    private func flush(_ report: ([HostResult]) -> Void) {
        guard !pending.isEmpty else { return }
        report(
            pending.map { finding in
                var record = record(finding.address)
                record.ports = [
                    HostRecord.Port(
                        kind: 0, port: finding.port, evidence: finding.evidence, timeToLive: finding.timeToLive,
                        isUndecided: false)
                ]
                return result(record)
            })
        pending.removeAll(keepingCapacity: true)
    }
}
