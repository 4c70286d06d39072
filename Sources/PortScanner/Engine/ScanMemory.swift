/// What the sweeps of a scan's unfinished group knew: handed to a scan of the same targets and options, it goes on from there.
public struct ScanMemory: Equatable, Sendable {
    package var sweeps: [SweepMemory] = []

    package init(_ sweeps: [SweepMemory]) { self.sweeps = sweeps }

    /// Nothing.
    public init() {}

    /// Whether nothing is known.
    public var isEmpty: Bool { sweeps.isEmpty }
}

extension ScanMemory {
    /// As octets, for a file.
    public var octets: [UInt8] {
        var text: [UInt8] = []
        func word(_ value: UInt64) {
            for shift in stride(from: 56, through: 0, by: -8) {
                text.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
            }
        }
        func address(_ value: UInt128) {
            word(UInt64(truncatingIfNeeded: value >> 64))
            word(UInt64(truncatingIfNeeded: value))
        }
        word(UInt64(sweeps.count))
        for sweep in sweeps {
            let label = Array(sweep.label.utf8)
            word(UInt64(label.count))
            text += label
            word((sweep.isWhole ? 1 : 0) | (sweep.leavesUndecided ? 2 : 0) | (sweep.addresses.isIPv6 ? 4 : 0))
            word(sweep.hash.key0)
            word(sweep.hash.key1)
            let ranges = sweep.addresses.ranges
            word(UInt64(ranges.count))
            for range in ranges {
                address(range.lowerBound)
                address(range.upperBound)
            }
            word(UInt64(sweep.ports.count))
            for port in sweep.ports { text += [UInt8(port >> 8), UInt8(port & 255)] }
            word(UInt64(sweep.reporters.count))
            for (host, reporter) in sweep.reporters {
                address(host)
                address(reporter)
            }
            word(UInt64(sweep.asked))
            word(UInt64(sweep.evidence.count))
            text += sweep.evidence
            text += sweep.timesToLive
        }
        return text
    }

    /// Reads what `octets` wrote; nil for anything else.
    public init?(_ octets: [UInt8]) {
        var reader = Reader(octets: octets)
        guard let count = reader.number(most: 1 << 16) else { return nil }
        for _ in 0..<count {
            guard let sweep = reader.sweep() else { return nil }
            sweeps.append(sweep)
        }
        guard reader.isAtEnd else { return nil }
    }

    /// A file may have been changed by anybody: every count is held against what is there.
    private struct Reader {
        let octets: [UInt8]
        var place = 0

        var isAtEnd: Bool { place == octets.count }

        mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, count <= octets.count - place else { return nil }
            defer { place += count }
            return octets[place..<place + count]
        }

        mutating func word() -> UInt64? { take(8)?.reduce(0) { $0 << 8 | UInt64($1) } }

        mutating func number(most: Int) -> Int? { word().flatMap { $0 <= UInt64(most) ? Int($0) : nil } }

        mutating func address(isIPv6: Bool) -> UInt128? {
            guard let high = word(), let low = word() else { return nil }
            let value = UInt128(high) << 64 | UInt128(low)
            return isIPv6 || value <= UInt128(UInt32.max) ? value : nil
        }

        mutating func sweep() -> SweepMemory? {
            guard let length = number(most: 256), let label = take(length), let flags = word(), let key0 = word(),
                let key1 = word(), let rangeCount = number(most: octets.count / 32)
            else { return nil }
            let isIPv6 = flags & 4 != 0
            var ranges: [ClosedRange<UInt128>] = []
            var hosts: UInt128 = 0
            for _ in 0..<rangeCount {
                guard let first = address(isIPv6: isIPv6), let last = address(isIPv6: isIPv6), first <= last,
                    last - first < 1 << 26
                else { return nil }
                hosts += last - first + 1
                ranges.append(first...last)
            }
            guard hosts > 0, hosts <= 1 << 26, let portCount = number(most: 1 << 16), portCount > 0,
                let portOctets = take(2 * portCount).map(Array.init),
                let reporterCount = number(most: octets.count / 32)
            else { return nil }
            let ports = (0..<portCount).map { UInt16(portOctets[2 * $0]) << 8 | UInt16(portOctets[2 * $0 + 1]) }
            var reporters: [UInt128: UInt128] = [:]
            for _ in 0..<reporterCount {
                guard let host = address(isIPv6: isIPv6), let reporter = address(isIPv6: isIPv6) else { return nil }
                reporters[host] = reporter
            }
            let addresses = AddressSpace(isIPv6: isIPv6, ranges: ranges)
            let total = addresses.count * UInt64(portCount)
            guard Set(ports).count == portCount, ports == ports.sorted(), total <= 1 << 26,
                let asked = number(most: Int(total)), number(most: Int(total)) == Int(total),
                let evidence = take(Int(total)), let timesToLive = take(Int(total))
            else { return nil }
            return SweepMemory(
                label: String(decoding: label, as: UTF8.self), addresses: addresses, ports: ports,
                hash: KeyedHash(key: (key0, key1)), asked: asked, flags: flags, evidence: Array(evidence),
                timesToLive: Array(timesToLive), reporters: reporters)
        }
    }
}
