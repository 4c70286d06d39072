package import DHCP

/// Answers on their way out: a few at once, the others a little later, in their order.
///
/// Answers wait for a sync together, and so would leave together: hundreds after a sync that took long, which is more than the socket of
/// a relay agent holds, and what it loses its clients ask for again. So only some leave in each slot of time; the more wait,
/// the more, so that this limits no rate.
package struct Departures {
    /// Transmissions of a batch: those that promise something, or those that do not.
    package struct Group {
        package let batch: Outcome
        package let promises: Bool
        /// Which of the batch's transmissions.
        package var range: Range<Int>
    }

    /// How long a slot is, in nanoseconds.
    package static let slot: UInt64 = 500_000

    /// What leaves in a slot at least: 64,000 a second.
    package static let least = 32

    private var line: [Group] = []
    private var head = 0
    private var lastSlot: UInt64 = 0
    /// What may still leave in the present slot.
    private var quota = 0
    /// Whether more waited than might leave.
    private var isBehind = false

    /// How many transmissions are to leave.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Adds those of a batch's transmissions that are promises, or those that are none.
    package mutating func add(_ batch: Outcome, promises: Bool) {
        let number = batch.transmissions.reduce(0) { $0 + ($1.isPromise == promises ? 1 : 0) }
        guard number > 0 else { return }
        count += number
        line.append(Group(batch: batch, promises: promises, range: batch.transmissions.indices))
    }

    /// How long it is until more may leave, in nanoseconds.
    package func delay(at now: UInt64) -> UInt64 {
        let passed = now &- lastSlot
        return isEmpty || passed >= Self.slot ? 0 : Self.slot - passed
    }

    /// How many may leave now.
    package mutating func allowance(at now: UInt64) -> Int {
        let slots = (now &- lastSlot) / Self.slot
        if slots > 0 {
            lastSlot = now
            // A loop that was busy for some slots makes up for them; what was not there yet could not have left.
            quota = max(Self.least, count / 32) * (isBehind ? Int(min(slots, 8)) : 1)
        }
        isBehind = count > quota
        return max(quota, 0)
    }

    /// Notes that so many have left.
    package mutating func note(_ number: Int) { quota -= number }

    /// Takes up to `limit` transmissions that stand behind each other in one batch; nil if there are none.
    package mutating func next(_ limit: Int) -> Group? {
        guard limit > 0, head < line.count else { return nil }
        var group = line[head]
        var (end, number) = (group.range.lowerBound, 0)
        while end < group.range.upperBound, number < limit {
            if group.batch.transmissions[end].isPromise == group.promises { number += 1 }
            end += 1
        }
        let rest = end..<group.range.upperBound
        group.range = group.range.lowerBound..<end
        count -= number
        line[head].range = rest
        if rest.isEmpty { head += 1 }
        if head == line.count || head > 64 {
            line.removeFirst(head)
            head = 0
        }
        return group
    }
}
