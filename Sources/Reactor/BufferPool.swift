package import Linux

/// Blocks of 4, 16, 64 and 256 KiB that a loop lends to those connections which have octets waiting.
///
/// An idle connection holds no block, so memory follows the octets that are really in flight, up to `limit`.
/// Blocks lie in memory that was only reserved: pages are touched as they are used, the last given back first.
@safe
package struct BufferPool: ~Copyable {
    /// Octets of all blocks together that may be lent at one time.
    package let limit: Int

    /// Octets of the blocks that are lent.
    package private(set) var lent = 0

    private static let classes = 4
    private let perClass: [Int]
    private let regions: [Region]
    private var free: [[Int32]]
    private var touched: [Int32]

    private final class Region {
        let mapping: Mapping
        init(_ mapping: consuming Mapping) { self.mapping = mapping }
    }

    package init(limit: Int) throws(SystemError) {
        self.limit = limit
        var regions: [Region] = []
        var counts: [Int] = []
        for size in 0..<Self.classes {
            let count = max(1, limit / Self.byteCount(size))
            counts.append(count)
            regions.append(Region(try Mapping(byteCount: count * Self.byteCount(size))))
        }
        perClass = counts
        self.regions = regions
        free = counts.map { count in
            var stack: [Int32] = []
            stack.reserveCapacity(min(count, 1024))
            return stack
        }
        touched = Array(repeating: 0, count: Self.classes)
    }

    /// The largest block's octets.
    package static var largest: Int { byteCount(classes - 1) }

    private static func byteCount(_ size: Int) -> Int { 4096 << (2 * size) }

    /// Takes the smallest block that holds `count` octets; nil when the limit is reached or none is so large.
    package mutating func take(atLeast count: Int) -> Buffer? {
        guard let size = (0..<Self.classes).first(where: { Self.byteCount($0) >= count }),
            lent + Self.byteCount(size) <= limit
        else { return nil }
        let number: Int32
        if let last = free[size].popLast() {
            number = last
        } else if Int(touched[size]) < perClass[size] {
            number = touched[size]
            touched[size] += 1
        } else {
            return nil
        }
        lent += Self.byteCount(size)
        var buffer = Buffer()
        buffer.block = Int32(size) << 28 | number
        return buffer
    }

    /// Gives the block back, if there is one, with whatever waits in it.
    package mutating func give(_ buffer: inout Buffer) {
        guard buffer.hasBlock else { return }
        let size = Int(buffer.block >> 28)
        free[size].append(buffer.block & 0x0FFF_FFFF)
        lent -= Self.byteCount(size)
        buffer = Buffer()
    }

    /// Octets of the buffer's block.
    package func capacity(of buffer: Buffer) -> Int { buffer.hasBlock ? Self.byteCount(Int(buffer.block >> 28)) : 0 }

    /// The octets that wait.
    package func octets(of buffer: Buffer) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: memory(of: buffer)[Int(buffer.start)..<Int(buffer.end)])
    }

    /// Adds octets behind those that wait, in a larger block where they need one; false when there is none to be had.
    package mutating func append(_ octets: UnsafeRawBufferPointer, to buffer: inout Buffer) -> Bool {
        guard unsafe !octets.isEmpty else { return true }
        if Int(buffer.end) + octets.count > capacity(of: buffer) {
            guard makeRoom(for: octets.count, in: &buffer) else { return false }
        }
        unsafe UnsafeMutableRawBufferPointer(rebasing: memory(of: buffer)[Int(buffer.end)...]).copyMemory(from: octets)
        buffer.end += Int32(octets.count)
        return true
    }

    /// Takes octets off the front; the block goes back when none is left.
    package mutating func consume(_ count: Int, from buffer: inout Buffer) {
        precondition(count >= 0 && count <= buffer.count, "no more is taken than waits")
        buffer.start += Int32(count)
        if buffer.isEmpty { give(&buffer) }
    }

    private mutating func makeRoom(for more: Int, in buffer: inout Buffer) -> Bool {
        let waiting = buffer.count
        if waiting + more <= capacity(of: buffer) {
            let block = unsafe memory(of: buffer)
            unsafe block.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[Int(buffer.start)..<Int(buffer.end)]))
            (buffer.start, buffer.end) = (0, Int32(waiting))
            return true
        }
        guard var larger = take(atLeast: waiting + more) else { return false }
        unsafe memory(of: larger).copyMemory(from: octets(of: buffer))
        larger.end = Int32(waiting)
        give(&buffer)
        buffer = larger
        return true
    }

    private func memory(of buffer: Buffer) -> UnsafeMutableRawBufferPointer {
        guard buffer.hasBlock else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        let size = Int(buffer.block >> 28)
        let offset = Int(buffer.block & 0x0FFF_FFFF) * Self.byteCount(size)
        // A block's number was given out by `take`, so that the block lies in its region.
        return unsafe UnsafeMutableRawBufferPointer(
            rebasing: regions[size].mapping.bytes[offset..<offset + Self.byteCount(size)])
    }
}
