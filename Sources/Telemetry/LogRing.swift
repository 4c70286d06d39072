import Synchronization

/// A queue of log lines from one data-plane thread to the log's writer, which never makes the thread wait.
///
/// It is a ring of octets in fixed memory with one producer and one consumer. A line goes in whole or, when the writer
/// is behind (slow or full disk), not at all, and is then counted in `dropped`. Whenever all is written the ring goes on
/// at its beginning, so that it takes no more memory than once waited in it.
@safe package final class LogRing: Sendable {
    /// How many octets fit, a power of two.
    package let capacity: Int

    // Positions only grow; a position's low bits are its place in `memory`. The producer owns `[written, read +
    // capacity)` of the memory and the consumer `[read, written)`; each hands octets over by a releasing store to its
    // position. Hence Sendable. Every position has a pair of cache lines to itself.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer
    private nonisolated(unsafe) let written = unsafe UnsafeMutablePointer<Atomic<UInt64>>.cacheAligned(count: 4)
    private nonisolated(unsafe) let read = unsafe UnsafeMutablePointer<Atomic<UInt64>>.cacheAligned(count: 1)
    private nonisolated(unsafe) let drops = unsafe UnsafeMutablePointer<Atomic<UInt64>>.cacheAligned(count: 1)
    private let alarm: LogAlarm
    /// The place behind which the ring goes on at its beginning when it can.
    private let rewindsFrom: UInt64

    /// Makes a ring of at least `capacity` octets, which wakes the writer behind `alarm` when it is half full.
    package init(capacity: Int, alarm: LogAlarm) {
        precondition((1...1 << 30).contains(capacity), "a ring holds 1 octet to 1 GiB")
        self.capacity = 1 << (Int.bitWidth - (capacity - 1).leadingZeroBitCount)
        self.alarm = alarm
        rewindsFrom = UInt64(min(64 << 10, self.capacity / 4))
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
        var start = unsafe written[0].load(ordering: .relaxed)
        if start & UInt64(capacity - 1) > rewindsFrom, unsafe read[0].load(ordering: .acquiring) == start {
            start = rewind(from: start)
        }
        // What the consumer had read when last looked, kept beside the producer's own position so that the consumer's
        // cache line is only fetched when the ring seems full. Only the producer touches it.
        var end = unsafe written[1].load(ordering: .relaxed) &+ UInt64(capacity)
        if end &- start < size {
            let position = consumed
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
            unsafe written[1].store(consumed, ordering: .relaxed)
            if unsafe start &+ size &- written[1].load(ordering: .relaxed) > UInt64(capacity / 2) { alarm.raise() }
        }
        return true
    }

    /// Nothing waits: goes on where the memory begins, which the octets skipped until there are void of.
    ///
    /// The consumer learns of it with the next line: `written[2]` is where the skip begins and `written[3]` where it ends.
    /// They are overwritten only when it has read all, and so has passed them.
    private func rewind(from start: UInt64) -> UInt64 {
        let beginning = (start | UInt64(capacity - 1)) &+ 1
        unsafe written[2].store(start, ordering: .relaxed)
        unsafe written[3].store(beginning, ordering: .relaxed)
        unsafe written[1].store(beginning, ordering: .relaxed)
        return beginning
    }

    /// How far the consumer is, for the producer, to whom what was skipped counts as read.
    private var consumed: UInt64 {
        unsafe max(read[0].load(ordering: .acquiring), written[3].load(ordering: .relaxed))
    }

    /// Where the waiting octets begin and end, for the consumer.
    private var waiting: (start: UInt64, end: UInt64) {
        let start = unsafe read[0].load(ordering: .acquiring)
        let end = unsafe written[0].load(ordering: .acquiring)
        let skip = unsafe (written[2].load(ordering: .relaxed), written[3].load(ordering: .relaxed))
        return end > start && start == skip.0 && skip.0 < skip.1 ? (skip.1, end) : (start, end)
    }

    /// Lines that found no room, for any thread.
    package var dropped: UInt64 { unsafe drops[0].load(ordering: .relaxed) }

    /// Octets that wait to be written, for any thread.
    package var pending: Int {
        let (start, end) = waiting
        // Another thread than the consumer may see a skip begin, but not yet that it is over.
        return end > start ? Int(truncatingIfNeeded: end &- start) : 0
    }

    /// Lends the waiting octets, in one or two pieces, until they are consumed.
    ///
    /// Only for the consuming thread.
    package func withPending<R>(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> R) -> R {
        let (start, end) = waiting
        let count = Int(truncatingIfNeeded: end &- start)
        let offset = Int(truncatingIfNeeded: start) & (capacity - 1)
        let first = min(count, capacity - offset)
        return unsafe body(
            UnsafeRawBufferPointer(start: memory + offset, count: first),
            UnsafeRawBufferPointer(start: memory, count: count - first))
    }

    /// Gives the memory of the first waiting octets back to the producer; only for the consuming thread.
    package func consume(_ count: Int) {
        precondition(count >= 0 && count <= pending, "only what waits can be consumed")
        unsafe read[0].store(waiting.start &+ UInt64(count), ordering: .releasing)
    }
}
