import Glibc
import Linux

/// Moves lines from rings into a file, whole line by whole line, whatever fails in between.
struct LogDrain {
    /// How many lines were written since the start.
    private(set) var lines: UInt64 = 0

    private let rings: [LogRing]

    // The ring whose line is being written, and how much of that line the file has. Lines of other rings wait until it
    // is whole. It stays in the ring until then, so that a new file can get it from its beginning.
    private var current = 0
    private var sent = 0

    init(rings: [LogRing]) {
        precondition(!rings.isEmpty, "there is at least one ring")
        self.rings = rings
    }

    /// Whether everything that was queued is written.
    var isEmpty: Bool { rings.allSatisfy { $0.pending == 0 } }

    /// Lines that found no room in their ring, since the start.
    var dropped: UInt64 { rings.reduce(0) { $0 + $1.dropped } }

    /// Starts a line anew that only the former file has the beginning of.
    mutating func restartLine() { sent = 0 }

    /// Writes what waits in every ring as the pass comes by; what stopped it, or nil.
    mutating func pass(into file: borrowing LogFile, patience: Int32) -> Transfer? {
        for _ in rings.indices {
            // Only what waits now: a busy ring must not keep the writer from the others.
            var goal = rings[current].pending
            while goal > 0 || sent > 0 {
                let (outcome, consumed) = step(into: file, patience: patience)
                guard outcome.count != nil else { return outcome }
                goal -= consumed
            }
            current = (current + 1) % rings.count
        }
        return nil
    }

    private mutating func step(into file: borrowing LogFile, patience: Int32) -> (Transfer, consumed: Int) {
        let ring = rings[current]
        let before = sent
        let (outcome, whole, newlines, rest) = unsafe ring.withPending { first, second in
            let skipped = min(before, first.count)
            let outcome = unsafe file.write(
                .init(rebasing: first[skipped...]), .init(rebasing: second[(before - skipped)...]), patience: patience)
            guard let count = outcome.count else { return (outcome, 0, 0, before) }
            let end = before + count
            let (newlines, whole) = unsafe Self.lines(first, second, upTo: end)
            return (outcome, whole, newlines, end - whole)
        }
        sent = rest
        lines &+= UInt64(newlines)
        ring.consume(whole)
        return (outcome, whole)
    }

    /// How many newlines there are, found by the C library's fastest way: every line of the log passes here.
    private static func newlines(in octets: UnsafeRawBufferPointer) -> Int {
        var count = 0
        var index = 0
        while index < octets.count, let base = octets.baseAddress,
            let found = unsafe memchr(base + index, 0x0A, octets.count - index)
        {
            count += 1
            index = unsafe UnsafeRawPointer(found) - base + 1
        }
        return count
    }

    /// How many newlines there are in the first `end` octets, and where the last of them ends.
    private static func lines(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, upTo end: Int
    ) -> (count: Int, whole: Int) {
        let count =
            unsafe newlines(in: UnsafeRawBufferPointer(rebasing: first.prefix(end)))
            + newlines(in: UnsafeRawBufferPointer(rebasing: second.prefix(max(0, end - first.count))))
        var whole = end
        while whole > 0 {
            let octet = unsafe whole > first.count ? second[whole - 1 - first.count] : first[whole - 1]
            if octet == 0x0A { break }
            whole -= 1
        }
        return (count, whole)
    }
}
