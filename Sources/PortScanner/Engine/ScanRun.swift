import Link
import Linux
import SystemPackage
import Wire

/// A scan under way: group by group, first the neighbors, then who is there, then the ports.
struct ScanRun {
    private let scan: Scan
    private let options: ScanOptions
    private let kinds: [ScanOptions.Kind]
    private let table: RouteTable
    private let hash = KeyedHash()
    private let isPrivileged: Bool
    /// What is known of the group under way since before this scan.
    private var memories: [SweepMemory]
    private var control: ScanControl { scan.control }

    init(_ scan: Scan) throws(ScanError) {
        self.scan = scan
        options = scan.options
        memories = scan.memory.sweeps
        isPrivileged = Scan.isPrivileged
        kinds = scan.options.findsHostsOnly ? [] : scan.options.kinds ?? [isPrivileged ? .synchronize : .connect]
        if !isPrivileged, let raw = kinds.first(where: { $0 != .connect }) {
            throw .notPermitted("a scan of kind '\(raw.name)'")
        }
        table = try Self.linking { () throws(LinkError) in try RouteTable() }
    }

    mutating func run(_ report: ([HostResult]) -> Void) throws(ScanError) {
        let most = kinds.map { options.ports[$0.protocol].count }.max() ?? 1
        let size = Int(min(SweepLimit.hosts, max(1, SweepLimit.probes / UInt64(max(most, 1)))))
        var first = scan.start
        control.update { $0.done = first }
        while first < scan.targets.count, !control.isStopped {
            let end = min(first + size, scan.targets.count)
            try group(first..<end, report)
            guard !control.isStopped else { return }
            first = end
            memories = []
            control.forget()
            control.update { $0.done = end }
        }
    }

    /// One group of targets: hosts that nothing leads to, then those of each path.
    private func group(_ indices: Range<Int>, _ report: ([HostResult]) -> Void) throws(ScanError) {
        struct Way: Hashable {
            var path: Path
            var zone: UInt32
        }
        var ways: [Way: [ClosedRange<UInt128>]] = [:]
        var order: [Way] = []
        for run in scan.targets.ranges(indices) {
            let paths = table.paths(
                to: run.range, isIPv6: run.isIPv6, scope: Int(run.zone), interface: options.interface)
            for (range, path) in paths {
                guard let path else {
                    unreachable(range, run.isIPv6, run.zone, report)
                    continue
                }
                let way = Way(path: path, zone: run.zone)
                if ways[way] == nil { order.append(way) }
                ways[way, default: []].append(range)
            }
        }
        for way in order where !control.isStopped {
            try hosts(ways[way] ?? [], way.path, zone: way.zone, report)
        }
    }

    private func unreachable(
        _ range: ClosedRange<UInt128>, _ isIPv6: Bool, _ zone: UInt32, _ report: ([HostResult]) -> Void
    ) {
        let count = Int(clamping: range.upperBound - range.lowerBound + 1)
        control.update { $0.totals.down += count }
        guard !options.reportsOpenOnly else { return }
        report(
            range.prefix(1 << 16).map {
                HostResult(Self.target($0, isIPv6, zone), .down, StateReason(.networkUnreachable))
            })
    }

    /// The hosts of one path.
    private func hosts(
        _ ranges: [ClosedRange<UInt128>], _ path: Path, zone: UInt32, _ report: ([HostResult]) -> Void
    ) throws(ScanError) {
        let began = Double(Clock.real) / 1e9
        let deadline = options.hostTimeout.map { Clock.monotonic + UInt64(max(0, $0 / .nanoseconds(1))) }
        let space = AddressSpace(isIPv6: path.isIPv6, ranges: ranges)
        let finder = HostFinder(
            options: options, path: path, isPrivileged: isPrivileged, hash: hash, control: control,
            isRaw: kinds.contains { $0 != .connect })
        let found = try finder.find(space)
        let up = found.isAssumed ? space : AddressSpace(isIPv6: path.isIPv6, addresses: found.up)
        control.update {
            $0.totals.up += Int(up.count)
            $0.totals.down += Int(space.count - up.count)
        }
        if let open = OpenHosts(options, kinds, found, hosts: up.count, zone: zone) {
            open.began = began
            return try openPorts(open, up, path, found.stations(up), deadline, report)
        }
        var records = found.records(zone: zone)
        var isLate = false
        if up.count > 0 {
            let stations = found.stations(up)
            for (number, kind) in kinds.enumerated() where !control.isStopped && !isLate {
                isLate = try ports(kind, UInt8(number), up, path, stations, &records, deadline)
            }
        }
        try finish(&records, began: began, isLate: isLate, report)
    }

    /// The only kind of scan, whose open ports alone are reported.
    private func openPorts(
        _ open: OpenHosts, _ up: AddressSpace, _ path: Path, _ stations: SweepRequest.Stations,
        _ deadline: UInt64?, _ report: ([HostResult]) -> Void
    ) throws(ScanError) {
        guard up.count > 0, let kind = kinds.first else { return }
        var limits: [UInt128: RateLimit] = [:]
        let isLate = try sweep(
            kind, up, path, stations, deadline,
            found: { open.hear($0, control, report) }, limits: &limits,
            collect: { open.collect($0, isUndecided: $1) })
        var results = open.finish(report)
        try finish(&results, isLate: isLate, report)
    }

    /// One kind of scan of the hosts that are up; whether time ran out.
    private func ports(
        _ kind: ScanOptions.Kind, _ number: UInt8, _ up: AddressSpace, _ path: Path, _ stations: SweepRequest.Stations,
        _ records: inout [HostRecord], _ deadline: UInt64?
    ) throws(ScanError) -> Bool {
        var place = 0
        var limits: [UInt128: RateLimit] = [:]
        defer {
            if !limits.isEmpty {
                for index in records.indices {
                    if let limit = limits[RouteTable.bits(records[index].address)] {
                        records[index].limits.append(limit)
                    }
                }
            }
        }
        return try sweep(kind, up, path, stations, deadline, limits: &limits) { finding, isUndecided in
            // Records and findings are both in the order of addresses.
            while place < records.count, RouteTable.bits(records[place].address) != finding.address { place += 1 }
            guard place < records.count else { return }
            records[place].ports.append(
                HostRecord.Port(
                    kind: number, port: finding.port, evidence: finding.evidence, timeToLive: finding.timeToLive,
                    isUndecided: isUndecided))
            if let reporter = finding.reporter { records[place].reporter = reporter }
        }
    }

    /// Sweeps the ports of a kind of scan; whether time ran out.
    private func sweep(
        _ kind: ScanOptions.Kind, _ up: AddressSpace, _ path: Path, _ stations: SweepRequest.Stations,
        _ deadline: UInt64?, found: (Finding) -> Void = { _ in }, limits: inout [UInt128: RateLimit],
        collect: (Finding, Bool) -> Void
    ) throws(ScanError) -> Bool {
        let ports = options.ports[kind.protocol]
        guard !ports.isEmpty else { return false }
        var request = SweepRequest(
            technique: kind.technique ?? .synchronize, path: path, addresses: up, ports: ports.ports,
            stations: stations, options: options.sweep(kind.technique ?? .synchronize, range: up), hash: KeyedHash())
        request.usesTransmitRing = options.usesTransmitRing
        if scan.keepsMemory { request.label = kind.name }
        request.memories = memories.filter { $0.label == kind.name }
        var isLate = false
        let counts = try Self.sweep(
            request, isConnect: kind == .connect, concurrency: options.concurrency, phase: kind.name, control,
            found: found, collect: collect
        ) {
            if let deadline, Clock.monotonic > deadline { isLate = true }
            return !isLate
        }
        limits = counts.limits
        return isLate
    }

    /// Makes the results, and hands them over.
    private func finish(
        _ records: inout [HostRecord], began: Double, isLate: Bool, _ report: ([HostResult]) -> Void
    ) throws(ScanError) {
        var results: [HostResult] = []
        for record in records {
            var result = record.result(kinds)
            if options.reportsOpenOnly, !result.ports.contains(where: { $0.state.mayBeOpen }),
                !result.otherPorts.contains(where: { $0.state.mayBeOpen })
            {
                continue
            }
            if options.reportsOpenOnly { result.ports.removeAll { !$0.state.mayBeOpen } }
            result.startTime = began
            result.remarks += Doubts.remarks(about: record, kinds)
            // Silence of all ports tells nothing of a host that was not looked for.
            if result.reason.cause == .userSet, record.ports.contains(where: { $0.evidence != .none }) {
                result.status = .up
            }
            results.append(result)
        }
        records.removeAll()
        try finish(&results, isLate: isLate, report)
    }

    /// Looks closer at results, and hands them over.
    private func finish(
        _ results: inout [HostResult], isLate: Bool, _ report: ([HostResult]) -> Void
    ) throws(ScanError) {
        let ended = Double(Clock.real) / 1e9
        for index in results.indices {
            results[index].endTime = ended
            if isLate { results[index].remarks.append(HostResult.lateRemark) }
        }
        if options.resolvesNames { ReverseLookup.fill(&results, server: options.nameServer, control: control) }
        for examiner in options.examiners where !control.isStopped && !results.isEmpty {
            control.update { $0.phase = examiner.phase }
            try examiner.examine(&results, control)
        }
        // In pieces, so that a slow reader does not have them all at once.
        for first in stride(from: 0, to: results.count, by: 1024) {
            report(Array(results[first..<min(first + 1024, results.count)]))
        }
    }

    static func target(_ bits: UInt128, _ isIPv6: Bool, _ zone: UInt32) -> TargetAddress {
        isIPv6
            ? .ipv6(IPv6Address(rawValue: bits), zone: zone)
            : .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: bits)))
    }

    static func linking<R: ~Copyable>(_ body: () throws(LinkError) -> R) throws(ScanError) -> R {
        do throws(LinkError) { return try body() } catch { throw .link(error) }
    }

    /// Tells what a sweep saw that had come to its end before this scan.
    private static func replay(
        _ memory: SweepMemory, found: (Finding) -> Void, collect: (Finding, Bool) -> Void
    ) -> SweepCounts {
        var counts = SweepCounts()
        memory.collect { finding, isUndecided in
            if finding.evidence != .none { found(finding) }
            if isUndecided { counts.undecided += 1 }
            collect(finding, isUndecided)
        }
        return counts
    }

    /// Makes a sweep, and keeps the scan's counts.
    @discardableResult
    static func sweep(
        _ request: SweepRequest, isConnect: Bool, concurrency: Int, phase: String, _ control: ScanControl,
        found: (Finding) -> Void = { _ in }, collect: (Finding, Bool) -> Void, goesOn: () -> Bool = { true }
    ) throws(ScanError) -> SweepCounts {
        control.update {
            ($0.phase, $0.planned) = (phase, 0)
            ($0.sent, $0.answered, $0.lost, $0.dropped) = (0, 0, 0, 0)
        }
        func watch(_ counts: SweepCounts) -> Bool {
            control.update {
                ($0.planned, $0.sent, $0.answered) = (counts.planned, counts.sent, counts.answered)
                ($0.lost, $0.dropped, $0.rate) = (counts.lost, counts.dropped, counts.rate)
            }
            return !control.isStopped && goesOn()
        }
        let counts: SweepCounts
        if let whole = request.memories.first(where: { $0.settles(request) }) {
            counts = replay(whole, found: found, collect: collect)
            control.remember(whole)
        } else if isConnect {
            let sweep: ConnectSweep
            do throws(SystemError) {
                sweep = try ConnectSweep(request, concurrency: concurrency)
            } catch { throw .system(error.call, code: error.code.rawValue) }
            counts = sweep.run(found: found, collect: collect, remember: control.remember, watch: watch)
        } else {
            counts = try linking { () throws(LinkError) in
                try RawSweep(request).run(
                    found: found, collect: collect, remember: control.remember, watch: watch)
            }
        }
        control.update {
            $0.totals.sent += counts.sent
            $0.totals.answered += counts.answered
            $0.totals.lost += counts.lost
            $0.totals.dropped += counts.dropped
            $0.totals.refused += counts.refused
            $0.totals.duplicates += counts.duplicates
            $0.totals.strangers += counts.strangers
            $0.totals.undecided += counts.undecided
            ($0.sent, $0.answered, $0.lost, $0.dropped, $0.planned) = (0, 0, 0, 0, 0)
        }
        return counts
    }
}

extension RouteTable {
    /// An address of a target as an integer.
    static func bits(_ address: TargetAddress) -> UInt128 {
        switch address {
        case .ipv4(let address): UInt128(address.rawValue)
        case .ipv6(let address, _): address.rawValue
        }
    }
}

extension HostResult {
    fileprivate static let lateRemark = "the time for this host ran out; ports that are missing were not asked"

    /// Whether its time ran out before everything was asked.
    public var isLate: Bool { remarks.contains(Self.lateRemark) }
}

extension TargetSet {
    /// Some of the targets as runs of neighbours.
    func ranges(_ indices: Range<Int>) -> [(isIPv6: Bool, zone: UInt32, range: ClosedRange<UInt128>)] {
        var runs: [(isIPv6: Bool, zone: UInt32, range: ClosedRange<UInt128>)] = []
        for index in indices {
            let address = self[index]
            let bits = RouteTable.bits(address)
            var zone: UInt32 = 0
            if case .ipv6(_, let scope) = address { zone = scope }
            if let last = runs.last, last.isIPv6 == address.isIPv6, last.zone == zone, bits > 0,
                last.range.upperBound == bits - 1
            {
                runs[runs.count - 1].range = last.range.lowerBound...bits
            } else {
                runs.append((address.isIPv6, zone, bits...bits))
            }
        }
        return runs
    }
}
