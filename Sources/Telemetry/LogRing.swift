import Synchronization

/// A queue of log lines from one data-plane thread to the log's writer, which never makes the thread wait.
///
/// It is a ring of octets in fixed memory with one producer and one consumer. A line goes in whole or, when the writer
/// is behind (slow or full disk), not at all, and is then counted in `dropped`.
@safe package final class LogRing: Sendable {
    /// How many octets fit, a power of two.
    package let capacity: Int

    // Positions only grow; a position's low bits are its place in `memory`. The producer owns `[written, read +
    // capacity)` of the memory and the consumer `[read, written)`; each hands octets over by a releasing store to its
    // position. Hence Sendable. Every position has a pair of cache lines to itself.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer
    private nonisolated(unsafe) let written = unsafe UnsafeMutablePointer<Atomic<UInt64>>.cacheAligned(count: 2)
    private nonisolated(unsafe) let read = unsafe UnsafeMutablePointer<Atomic<UInt64>>.cacheAligned(count: 1)
    private nonisolated(unsafe) let drops = unsafe UnsafeMutablePointer<Atomic<UInt64>>.cacheAligned(count: 1)
    private let alarm: LogAlarm

    /// Makes a ring of at least `capacity` octets, which wakes the writer behind `alarm` when it is half full.
    package init(capacity: Int, alarm: LogAlarm) {
        precondition((1...1 << 30).contains(capacity), "a ring holds 1 octet to 1 GiB")
        self.capacity = 1 << (Int.bitWidth - (capacity - 1).leadingZeroBitCount)
        self.alarm = alarm
        unsafe memory = .allocate(byteCount: self.capacity, alignment: 4096)
    }

    deinit {
        unsafe memory.deallocate()
        unsafe written.deallocate()
        unsafe read.deallocate()
        unsafe drops.deallocate()
    }

    /// Queues one line, or counts it as dropped and returns false when there is no room for all of it.
    ///
    /// Only for the producing thread. The line ends in a newline and has no other.
    @discardableResult
    package func append(_ line: UnsafeRawBufferPointer) -> Bool {
        let size = UInt64(line.count)
        guard size > 0, let source = line.baseAddress else { return true }
        let start = unsafe written[0].load(ordering: .relaxed)
        // What the consumer had read when last looked, kept beside the producer's own position so that the consumer's
        // cache line is only fetched when the ring seems full. Only the producer touches it.
        var end = unsafe written[1].load(ordering: .relaxed) &+ UInt64(capacity)
        if end &- start < size {
            let position = unsafe read[0].load(ordering: .acquiring)
            unsafe written[1].store(position, ordering: .relaxed)
            end = position &+ UInt64(capacity)
            if end &- start < size {
                unsafe drops[0].store(drops[0].load(ordering: .relaxed) &+ 1, ordering: .relaxed)
                alarm.raise()
                return false
            }
        }
        let offset = Int(truncatingIfNeeded: start) & (capacity - 1)
        let first = min(line.count, capacity - offset)
        unsafe memory.advanced(by: offset).copyMemory(from: source, byteCount: first)
        if first < line.count {
            unsafe memory.copyMemory(from: source.advanced(by: first), byteCount: line.count - first)
        }
        unsafe written[0].store(start &+ size, ordering: .releasing)
        // By the position last seen: too early at times, never too late.
        if end &- start &- size < UInt64(capacity / 2) {
            unsafe written[1].store(read[0].load(ordering: .relaxed), ordering: .relaxed)
            if unsafe start &+ size &- written[1].load(ordering: .relaxed) > UInt64(capacity / 2) { alarm.raise() }
        }
        return true
    }

    /// Lines that found no room, for any thread.
    package var dropped: UInt64 { unsafe drops[0].load(ordering: .relaxed) }

    /// Octets that wait to be written, for any thread.
    package var pending: Int {
        let start = unsafe read[0].load(ordering: .acquiring)
        return unsafe Int(truncatingIfNeeded: written[0].load(ordering: .acquiring) &- start)
    }

    /// Lends the waiting octets, in one or two pieces, until they are consumed.
    ///
    /// Only for the consuming thread.
    package func withPending<R>(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> R) -> R {
        let start = unsafe read[0].load(ordering: .relaxed)
        let count = unsafe Int(truncatingIfNeeded: written[0].load(ordering: .acquiring) &- start)
        let offset = Int(truncatingIfNeeded: start) & (capacity - 1)
        let first = min(count, capacity - offset)
        return unsafe body(
            UnsafeRawBufferPointer(start: memory + offset, count: first),
            UnsafeRawBufferPointer(start: memory, count: count - first))
    }

    /// Gives the memory of the first waiting octets back to the producer; only for the consuming thread.
    package func consume(_ count: Int) {
        precondition(count >= 0 && count <= pending, "only what waits can be consumed")
        unsafe read[0].store(read[0].load(ordering: .relaxed) &+ UInt64(count), ordering: .releasing)
    }
}
