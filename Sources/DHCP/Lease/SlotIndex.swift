/// Finds slots of a table by a hash of what they hold: open addressing over numbers of 32 bits.
///
/// The keys stay where they are, in the table: so an index over 100,000 slots takes 1 MiB instead of ten. Several slots may have
/// the same key. Hashes are the caller's, with its process's seed in them, so nobody can aim at one chain.
package struct SlotIndex: Sendable {
    /// -1 for free, -2 for one that was removed.
    private var slots: [Int32]

    /// Entries, and those with removed ones.
    package private(set) var count = 0
    private var used = 0

    package init() {
        slots = [Int32](repeating: -1, count: 64)
    }

    /// The first slot on the chain of `hash` that `matches`.
    package func first(hash: Int, where matches: (Int) -> Bool) -> Int? {
        let mask = slots.count - 1
        var position = hash & mask
        while slots[position] != -1 {
            let slot = Int(slots[position])
            if slot >= 0, matches(slot) { return slot }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Adds `slot`; `rehash` tells the hashes of others when the index grows.
    package mutating func insert(_ slot: Int, hash: Int, rehash: (Int) -> Int) {
        if (used + 1) * 4 > slots.count * 3 { rebuild(rehash) }
        place(slot, hash: hash)
        count += 1
    }

    /// Removes `slot`, which was inserted with `hash`.
    package mutating func remove(_ slot: Int, hash: Int) {
        let mask = slots.count - 1
        var position = hash & mask
        while slots[position] != Int32(slot) {
            precondition(slots[position] != -1, "a slot is removed with the hash that it was inserted with")
            position = (position + 1) & mask
        }
        // At the end of a chain nothing needs the mark.
        let isLast = slots[(position + 1) & mask] == -1
        slots[position] = isLast ? -1 : -2
        if isLast { used -= 1 }
        count -= 1
    }

    private mutating func place(_ slot: Int, hash: Int) {
        let mask = slots.count - 1
        var position = hash & mask
        while slots[position] >= 0 { position = (position + 1) & mask }
        if slots[position] == -1 { used += 1 }
        slots[position] = Int32(slot)
    }

    private mutating func rebuild(_ rehash: (Int) -> Int) {
        let old = slots
        let size = count * 2 > old.count ? old.count * 2 : old.count
        slots = [Int32](repeating: -1, count: size)
        used = 0
        for slot in old where slot >= 0 { place(Int(slot), hash: rehash(Int(slot))) }
    }
}
