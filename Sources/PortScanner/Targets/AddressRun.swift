/// Neighbouring addresses, as their integers, from the first to the last.
struct AddressRun<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Hashable, Sendable {
    let first: Number
    let last: Number

    init(_ first: Number, _ last: Number) {
        precondition(first <= last, "a run has an address")
        (self.first, self.last) = (first, last)
    }

    /// How many there are, or `Int.max` if that is less.
    var count: Int {
        let distance = Int(clamping: last - first)
        return distance == Int.max ? distance : distance + 1
    }
}

/// A run of IPv6 addresses in a zone.
struct ZonedRun: Hashable, Sendable {
    let run: AddressRun<UInt128>
    let zone: UInt32
}

extension Array {
    /// Runs in any order, overlapping or not, as disjoint ones in order; neighbours become one.
    static func merging<Number>(_ runs: [AddressRun<Number>]) -> [AddressRun<Number>]
    where Element == AddressRun<Number> {
        var merged: [AddressRun<Number>] = []
        for run in runs.sorted(by: { $0.first < $1.first }) {
            guard let last = merged.last, run.first <= last.last || run.first - last.last == 1 else {
                merged.append(run)
                continue
            }
            if run.last > last.last { merged[merged.count - 1] = AddressRun(last.first, run.last) }
        }
        return merged
    }

    /// What is left of disjoint runs in order without `holes`, which are disjoint and in order, too.
    func subtracting<Number>(_ holes: [AddressRun<Number>]) -> [AddressRun<Number>]
    where Element == AddressRun<Number> {
        var left: [AddressRun<Number>] = []
        var next = 0
        for run in self {
            while next < holes.count, holes[next].last < run.first { next += 1 }
            var first = run.first
            var hole = next
            var isCovered = false
            while hole < holes.count, holes[hole].first <= run.last {
                if holes[hole].first > first { left.append(AddressRun(first, holes[hole].first - 1)) }
                guard holes[hole].last < run.last else {
                    isCovered = true
                    break
                }
                first = Swift.max(first, holes[hole].last + 1)
                hole += 1
            }
            if !isCovered { left.append(AddressRun(first, run.last)) }
        }
        return left
    }
}
