package import Synchronization

/// Numbers that one thread counts up and every thread may read, such as a worker's requests.
///
/// Only one thread may write to an instance: an update is a plain load and a plain store, not a locked instruction,
/// so a second writer would lose counts (but never tear one). Readers are never blocked and see each number whole,
/// though not all numbers of one instant. Nothing is allocated after `init`.
@safe package final class Counters: Sendable {
    /// How many counters there are; indices run from 0 to one less.
    package let count: Int

    // Sendable holds because the memory is only reached through atomics and lives exactly as long as `self`.
    @usableFromInline nonisolated(unsafe) package let cells: UnsafeMutablePointer<Atomic<UInt64>>

    /// Makes `count` counters that read 0.
    package init(count: Int) {
        precondition(count > 0, "there is at least one counter")
        self.count = count
        unsafe cells = .cacheAligned(count: count)
    }

    deinit {
        unsafe cells.deallocate()
    }

    /// Adds `amount` to one counter, wrapping past the largest; only for the writing thread.
    @inlinable @inline(__always)
    package func add(_ amount: UInt64 = 1, at index: Int) {
        precondition(index >= 0 && index < count, "a counter's index is below the count")
        let cell = unsafe cells + index
        unsafe cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Takes `amount` from one counter, as a gauge needs it; only for the writing thread.
    @inlinable @inline(__always)
    package func subtract(_ amount: UInt64 = 1, at index: Int) {
        add(0 &- amount, at: index)
    }

    /// Replaces one counter's value; only for the writing thread.
    @inlinable @inline(__always)
    package func set(_ value: UInt64, at index: Int) {
        precondition(index >= 0 && index < count, "a counter's index is below the count")
        unsafe cells[index].store(value, ordering: .relaxed)
    }

    /// One counter's value, for any thread.
    @inlinable @inline(__always)
    package func value(at index: Int) -> UInt64 {
        precondition(index >= 0 && index < count, "a counter's index is below the count")
        return unsafe cells[index].load(ordering: .relaxed)
    }

    /// All values in order, for any thread, in an array.
    package var values: [UInt64] { (0..<count).map { value(at: $0) } }
}

extension UnsafeMutablePointer where Pointee == Atomic<UInt64> {
    /// Allocates cells that read 0 and share no cache line with anything else.
    ///
    /// 128 octets because processors fetch lines of 64 in pairs.
    static func cacheAligned(count: Int) -> Self {
        let size = (count * MemoryLayout<Atomic<UInt64>>.stride + 127) & ~127
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 128)
        let cells = unsafe memory.bindMemory(to: Atomic<UInt64>.self, capacity: count)
        for index in 0..<count { unsafe (cells + index).initialize(to: Atomic(0)) }
        return unsafe cells
    }
}
