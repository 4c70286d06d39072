package import Linux

/// A fixed number of places for trivial values, taken and given back in constant time and never moved.
///
/// The memory is reserved at the start and touched only as far as places were ever in use. Each place counts its uses,
/// so that a reference which outlived its use (an event still queued for a closed connection) is told from a live one.
@safe
package struct Slab<Element: BitwiseCopyable>: ~Copyable {
    /// Places in all.
    package let capacity: Int

    /// Places in use.
    package private(set) var count = 0

    private let memory: Mapping
    private let bookkeeping: Mapping
    /// The places' memory, for a module that wraps a slab of a type of its own.
    package let elements: UnsafeMutablePointer<Element>
    /// A place in use has an odd generation.
    @usableFromInline let generations: UnsafeMutablePointer<UInt32>
    /// Places that were given back, the last first, as a stack.
    private let free: UnsafeMutablePointer<Int32>
    private var freeCount = 0
    private var touched = 0

    package init(capacity: Int) throws(SystemError) {
        precondition(capacity > 0 && capacity < Int32.max, "a slab's places are numbered by Int32")
        let memory = try Mapping(byteCount: capacity * MemoryLayout<Element>.stride)
        let bookkeeping = try Mapping(byteCount: capacity * 8)
        self.capacity = capacity
        // The mappings are page-aligned, larger than what is bound here, and live as long as self.
        unsafe elements = memory.base.assumingMemoryBound(to: Element.self)
        unsafe generations = bookkeeping.base.assumingMemoryBound(to: UInt32.self)
        unsafe free = (bookkeeping.base + capacity * 4).assumingMemoryBound(to: Int32.self)
        self.memory = memory
        self.bookkeeping = bookkeeping
    }

    /// Takes a place and fills it; nil when all are in use.
    package mutating func take(_ element: Element) -> Int32? {
        let place: Int32
        if freeCount > 0 {
            freeCount -= 1
            place = unsafe free[freeCount]
        } else if touched < capacity {
            place = Int32(touched)
            touched += 1
        } else {
            return nil
        }
        unsafe (elements + Int(place)).initialize(to: element)
        // Read and written apart, for the reason given at the subscript.
        let uses = unsafe generations[Int(place)]
        unsafe generations[Int(place)] = uses &+ 1
        count += 1
        return place
    }

    /// Gives a place back.
    package mutating func give(_ place: Int32) {
        precondition(isLive(place), "a place is given back once")
        let uses = unsafe generations[Int(place)]
        unsafe generations[Int(place)] = uses &+ 1
        unsafe free[freeCount] = place
        freeCount += 1
        count -= 1
    }

    /// Whether a place is in use.
    @inlinable @inline(__always)
    package func isLive(_ place: Int32) -> Bool {
        unsafe UInt32(bitPattern: place) < UInt32(capacity) && generations[Int(place)] & 1 == 1
    }

    /// The place with its use, for events to carry.
    @inlinable
    package func token(for place: Int32) -> UInt64 {
        precondition(isLive(place), "a token names a place in use")
        return UInt64(unsafe generations[Int(place)]) << 32 | UInt64(UInt32(bitPattern: place))
    }

    /// The place that a token names; nil when its use is over.
    @inlinable @inline(__always)
    package func place(for token: UInt64) -> Int32? {
        let place = Int32(truncatingIfNeeded: token)
        guard isLive(place), unsafe generations[Int(place)] == UInt32(truncatingIfNeeded: token >> 32) else {
            return nil
        }
        return place
    }

    /// The value in a place, which must be in use.
    @inlinable
    package subscript(place: Int32) -> Element {
        unsafeAddress {
            precondition(UInt32(bitPattern: place) < UInt32(capacity), "a place lies in the slab")
            return unsafe UnsafePointer(elements + Int(place))
        }
        // Mutating: of a non-copyable value, ThreadSanitizer's build takes the first word for the address of what a
        // nonmutating accessor changes, and is refused (Swift 6.3.1).
        unsafeMutableAddress {
            precondition(UInt32(bitPattern: place) < UInt32(capacity), "a place lies in the slab")
            return unsafe elements + Int(place)
        }
    }
}
