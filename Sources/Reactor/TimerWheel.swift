package import Linux

/// Deadlines for the places of a slab, one for each, set and taken back in constant time.
///
/// Four wheels of 64 slots: a tick is 8 ms, so that they span 37 hours; later deadlines are clipped to that. A deadline is never
/// early, and late by less than two ticks. Moving one later costs a store: the place is looked at when its old
/// slot comes up, and put where it belongs then.
package struct TimerWheel: ~Copyable {
    /// One tick in nanoseconds.
    package static let tick: UInt64 = 8_000_000

    private struct Node: BitwiseCopyable {
        /// Ticks; 0 when nothing is set.
        var deadline: UInt64 = 0
        /// The tick at which the place's slot comes up.
        var turn: UInt64 = 0
        var next: Int32 = -1
        var previous: Int32 = -1
        /// Wheel and slot in one; -1 outside the wheels.
        var slot: Int16 = -1
    }

    private static let levels = 4
    private static let span: UInt64 = 1 << 24
    private static let due = 256

    /// As many as places were ever set, so that no others' memory is touched.
    private var nodes: Slab<Node>
    /// The first place of each slot; the last slot holds what is due.
    private var heads: [257 of Int32] = .init(repeating: -1)
    /// The tick up to which all is done.
    private var current: UInt64
    private var linked = 0

    /// Room for places `0..<capacity`.
    package init(capacity: Int, now: UInt64) throws(SystemError) {
        nodes = try Slab(capacity: capacity)
        current = now / Self.tick
    }

    /// Sets a place's deadline in nanoseconds of the monotonic clock, in place of any that it had.
    package mutating func set(_ place: Int32, to deadline: UInt64) {
        let tick = min(deadline / Self.tick + 1, current + Self.span - 1)
        while nodes.count <= Int(place) { _ = nodes.take(Node()) }
        nodes[place].deadline = tick
        if nodes[place].slot >= 0 {
            // Its slot comes up no later than the new deadline: it moves on then.
            if tick >= nodes[place].turn { return }
            unlink(place)
        }
        link(place, at: max(tick, current + 1))
    }

    /// Takes a place's deadline back; its slot finds nothing to do when it comes up.
    package mutating func cancel(_ place: Int32) {
        if Int(place) < nodes.count { nodes[place].deadline = 0 }
    }

    /// A place whose deadline has passed by `now`; nil when there is none any more.
    ///
    /// Its deadline is taken back.
    package mutating func next(at now: UInt64) -> Int32? {
        let target = now / Self.tick
        while true {
            while heads[Self.due] >= 0 {
                let place = heads[Self.due]
                unlink(place)
                let deadline = nodes[place].deadline
                if deadline == 0 { continue }
                if deadline <= current {
                    nodes[place].deadline = 0
                    return place
                }
                link(place, at: deadline)
            }
            guard current < target else { return nil }
            if linked == 0 {
                current = target
                return nil
            }
            current += 1
            cascade()
        }
    }

    /// Nanoseconds until there may be work, at most `most`.
    package func wait(from now: UInt64, most: UInt64) -> UInt64 {
        guard linked > 0 else { return most }
        var tick = current + 1
        let last = min((now + most) / Self.tick, current + 64)
        while tick <= last {
            if heads[Int(tick & 63)] >= 0 || tick & 63 == 0 { break }
            tick += 1
        }
        let moment = tick * Self.tick
        return moment <= now ? 0 : min(moment - now, most)
    }

    /// Makes the current slot's places due, after bringing down those of higher wheels whose turn has come.
    private mutating func cascade() {
        var level = 1
        while level < Self.levels, current & (1 << (6 * UInt64(level)) - 1) == 0 {
            let slot = level * 64 + Int(current >> (6 * UInt64(level)) & 63)
            while heads[slot] >= 0 {
                let place = heads[slot]
                unlink(place)
                if nodes[place].deadline > 0 { link(place, at: max(nodes[place].deadline, current)) }
            }
            level += 1
        }
        let slot = Int(current & 63)
        while heads[slot] >= 0 {
            let place = heads[slot]
            unlink(place)
            push(place, onto: Self.due)
        }
    }

    private mutating func link(_ place: Int32, at tick: UInt64) {
        let distance = tick - min(tick, current)
        var level = 0
        while level < Self.levels - 1, distance >= 1 << (6 * UInt64(level + 1)) { level += 1 }
        let slot = level * 64 + Int(tick >> (6 * UInt64(level)) & 63)
        nodes[place].turn = tick
        push(place, onto: slot)
    }

    private mutating func push(_ place: Int32, onto slot: Int) {
        let head = heads[slot]
        nodes[place].next = head
        nodes[place].previous = -1
        nodes[place].slot = Int16(slot)
        if head >= 0 { nodes[head].previous = place }
        heads[slot] = place
        linked += 1
    }

    private mutating func unlink(_ place: Int32) {
        let node = nodes[place]
        if node.previous >= 0 {
            nodes[node.previous].next = node.next
        } else {
            heads[Int(node.slot)] = node.next
        }
        if node.next >= 0 { nodes[node.next].previous = node.previous }
        nodes[place].slot = -1
        linked -= 1
    }
}
