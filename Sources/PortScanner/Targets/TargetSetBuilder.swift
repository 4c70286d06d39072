public import Wire

/// Puts a set of targets together; the order of calls does not matter, and what is excluded stays out.
public struct TargetSetBuilder: Sendable {
    /// A pattern of more runs than that stays a pattern.
    static let maximumRuns = 1 << 12

    private var runs: [AddressRun<UInt32>] = []
    private var patterns: [OctetPattern] = []
    private var runs6: [UInt32: [AddressRun<UInt128>]] = [:]
    private var holes: [AddressRun<UInt32>] = []
    private var holePatterns: [OctetPattern] = []
    private var holes6: [(run: AddressRun<UInt128>, zone: UInt32)] = []

    public init() {}

    /// Adds one address.
    public mutating func include(_ address: TargetAddress) { include(address...address) }

    /// Adds a run of addresses of one family, and one zone.
    public mutating func include(_ range: ClosedRange<TargetAddress>) {
        switch (range.lowerBound, range.upperBound) {
        case (.ipv4(let first), .ipv4(let last)): runs.append(AddressRun(first.rawValue, last.rawValue))
        case (.ipv6(let first, let zone), .ipv6(let last, let other)) where zone == other:
            runs6[zone, default: []].append(AddressRun(first.rawValue, last.rawValue))
        default: preconditionFailure("a run of addresses is of one family and zone")
        }
    }

    /// Adds a network.
    public mutating func include(_ prefix: IPv4Prefix) { include(.ipv4(prefix.address)...(.ipv4(prefix.last))) }

    /// Adds a network in a zone.
    public mutating func include(_ prefix: IPv6Prefix, zone: UInt32 = 0) {
        include(.ipv6(prefix.address, zone: zone)...(.ipv6(prefix.last, zone: zone)))
    }

    /// Keeps a run of addresses out; without a zone, IPv6 ones of every zone.
    public mutating func exclude(_ range: ClosedRange<TargetAddress>) {
        switch (range.lowerBound, range.upperBound) {
        case (.ipv4(let first), .ipv4(let last)): holes.append(AddressRun(first.rawValue, last.rawValue))
        case (.ipv6(let first, let zone), .ipv6(let last, let other)) where zone == other:
            holes6.append((AddressRun(first.rawValue, last.rawValue), zone))
        default: preconditionFailure("a run of addresses is of one family and zone")
        }
    }

    /// Keeps a network out.
    public mutating func exclude(_ prefix: IPv4Prefix) { exclude(.ipv4(prefix.address)...(.ipv4(prefix.last))) }

    /// Keeps a network out, in every zone unless one is given.
    public mutating func exclude(_ prefix: IPv6Prefix, zone: UInt32 = 0) {
        exclude(.ipv6(prefix.address, zone: zone)...(.ipv6(prefix.last, zone: zone)))
    }

    mutating func include(_ pattern: OctetPattern) {
        if pattern.runCount <= Self.maximumRuns { runs += pattern.runs } else { patterns.append(pattern) }
    }

    mutating func exclude(_ pattern: OctetPattern) {
        if pattern.runCount <= Self.maximumRuns { holes += pattern.runs } else { holePatterns.append(pattern) }
    }

    /// The set.
    public func finish() -> TargetSet {
        let holes = [AddressRun<UInt32>].merging(holes)
        var runs = [AddressRun<UInt32>].merging(self.runs).subtracting(holes)
        // Runs know no patterns: what a great pattern excludes from them is asked of it, and such a set becomes slices.
        var slices: [PatternSlice] = []
        var taken = holePatterns
        if !holePatterns.isEmpty {
            let pieces = runs.flatMap { OctetPattern.covering($0) }
            runs = []
            for piece in pieces {
                for left in Self.subtract(taken, from: piece) { slices.append(PatternSlice(left, without: [])) }
            }
        }
        let covered = [AddressRun<UInt32>].merging(holes + [AddressRun<UInt32>].merging(self.runs))
        for pattern in patterns {
            for piece in Self.subtract(taken, from: pattern) {
                let slice = PatternSlice(piece, without: covered)
                if slice.count > 0 { slices.append(slice) }
            }
            taken.append(pattern)
        }
        var zoned: [ZonedRun] = []
        for (zone, runs) in runs6.sorted(by: { $0.key < $1.key }) {
            let holes = [AddressRun<UInt128>].merging(
                holes6.filter { $0.zone == 0 || $0.zone == zone }.map { $0.run })
            zoned += [AddressRun<UInt128>].merging(runs).subtracting(holes).map { ZonedRun(run: $0, zone: zone) }
        }
        return TargetSet(runs: runs, patterns: slices, runs6: zoned)
    }

    private static func subtract(_ holes: [OctetPattern], from pattern: OctetPattern) -> [OctetPattern] {
        holes.reduce([pattern]) { pieces, hole in pieces.flatMap { $0.subtracting(hole) } }
    }
}

extension OctetPattern {
    /// A run as patterns: at most seven, since only its ends need octets of their own.
    static func covering(_ run: AddressRun<UInt32>) -> [OctetPattern] {
        covering(run.first, run.last, fixed: [])
    }

    private static let all = Array(UInt8.min...UInt8.max)

    private static func covering(_ first: UInt32, _ last: UInt32, fixed: [[UInt8]]) -> [OctetPattern] {
        let place = fixed.count
        let shift = UInt32(24 - 8 * place)
        let low = UInt8(truncatingIfNeeded: first >> shift)
        let high = UInt8(truncatingIfNeeded: last >> shift)
        if place == 3 { return [OctetPattern(fixed + [Array(low...high)])] }
        let mask = UInt32.max >> (32 - shift)
        if first & mask == 0, last & mask == mask {
            let rest = [[UInt8]](repeating: all, count: 3 - place)
            return [OctetPattern(fixed + [Array(low...high)] + rest)]
        }
        if low == high { return covering(first, last, fixed: fixed + [[low]]) }
        var pieces: [OctetPattern] = []
        var (start, end) = (Int(low), Int(high))
        if first & mask != 0 {
            pieces += covering(first, first | mask, fixed: fixed + [[low]])
            start += 1
        }
        if last & mask != mask {
            pieces += covering(last & ~mask, last, fixed: fixed + [[high]])
            end -= 1
        }
        if start <= end {
            let rest = [[UInt8]](repeating: all, count: 3 - place)
            pieces.append(OctetPattern(fixed + [(start...end).map { UInt8($0) }] + rest))
        }
        return pieces
    }
}
