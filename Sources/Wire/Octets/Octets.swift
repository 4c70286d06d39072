/// Loads from octets and stores to them, in network order.
///
/// All that is unsafe in this module is in this file.

extension Span<UInt8> {
    /// The same memory as raw octets, which is what readers take.
    public var octets: RawSpan {
        @_lifetime(copy self)
        @inlinable
        get {
            // An octet has no padding and no invalid value: its bytes are itself.
            unsafe bytes
        }
    }
}

extension RawSpan {
    /// Takes the first `count` octets off, for `layer`, and leaves the rest.
    ///
    /// Throws `truncated`, and leaves all, if there are fewer. A negative `count` traps.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    public mutating func take(_ count: Int, for layer: @autoclosure () -> Layer) throws(WireError) -> RawSpan {
        precondition(count >= 0, "a count of octets is not negative")
        guard count <= byteCount else {
            throw .truncated(layer(), needed: count, available: byteCount)
        }
        let front = extracting(first: count)
        self = extracting(droppingFirst: count)
        return front
    }

    /// The octet at `offset`, which must be inside.
    @inlinable @inline(__always)
    public func uint8(at offset: Int) -> UInt8 {
        // The load is checked against the bounds, and every pattern of bits is an integer.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The 16-bit integer at `offset`, which must end inside.
    @inlinable @inline(__always)
    public func uint16(at offset: Int) -> UInt16 {
        // As for an octet; the load allows any alignment.
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32-bit integer at `offset`, which must end inside.
    @inlinable @inline(__always)
    public func uint32(at offset: Int) -> UInt32 {
        // As for an octet; the load allows any alignment.
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The 64-bit integer at `offset`, which must end inside.
    @inlinable @inline(__always)
    public func uint64(at offset: Int) -> UInt64 {
        // As for an octet; the load allows any alignment.
        unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The 128-bit integer at `offset`, which must end inside.
    @inlinable @inline(__always)
    public func uint128(at offset: Int) -> UInt128 {
        UInt128(uint64(at: offset)) << 64 | UInt128(uint64(at: offset + 8))
    }

    /// The 48-bit integer at `offset`, which must end inside.
    @inlinable @inline(__always)
    public func uint48(at offset: Int) -> UInt64 {
        UInt64(uint32(at: offset)) << 16 | UInt64(uint16(at: offset + 4))
    }

    /// The sum of as many 32-bit words in network order as there are, modulo 2^32 - 1, and how many octets they are.
    ///
    /// Sums in the machine's order, which a swap at the end puts right (RFC 1071, 2 B), so that the loop can use
    /// vectors.
    func sumOfWords() -> (sum: UInt64, octets: Int) {
        let count = byteCount / 4
        var sum: UInt64 = 0
        // Each load ends inside, as `count` says; a sum of fewer than 2^32 words of 32 bits does not overflow.
        unsafe withUnsafeBytes { buffer in
            for index in 0..<count {
                unsafe sum &+= UInt64(buffer.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
            }
        }
        var folded = (sum >> 32) + (sum & 0xFFFF_FFFF)
        folded = (folded >> 32) + (folded & 0xFFFF_FFFF)
        return (UInt64(UInt32(truncatingIfNeeded: folded).bigEndian), count * 4)
    }

    /// Whether the same octets are in both.
    @inlinable
    public func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for offset in 0..<byteCount where uint8(at: offset) != other.uint8(at: offset) { return false }
        return true
    }
}

extension MutableSpan<UInt8> {
    /// Puts a copy of `octets` in the place of those from `offset`; traps if it does not fit.
    ///
    /// By words of four octets, which is what options are padded to: for so few, a call of memcpy costs more.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    mutating func replace(copying octets: RawSpan, at offset: Int) {
        let size = octets.byteCount
        precondition(offset >= 0 && size <= count - offset, "what is copied fits")
        // Every load and store ends before `offset + size`, as was checked; the source is lent by a live span, which
        // cannot overlap memory that is lent exclusively.
        unsafe withUnsafeMutableBytes { target in
            unsafe octets.withUnsafeBytes { source in
                var index = 0
                while index &+ 4 <= size {
                    let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt32.self)
                    unsafe target.storeBytes(of: word, toByteOffset: offset &+ index, as: UInt32.self)
                    index &+= 4
                }
                while index < size {
                    unsafe target[offset &+ index] = unsafe source[index]
                    index &+= 1
                }
            }
        }
    }
}

extension OutputSpan<UInt8> {
    /// Appends 16 bits in network order; traps if they do not fit.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(uint16 value: UInt16) {
        store(value.bigEndian)
    }

    /// Appends 32 bits in network order; traps if they do not fit.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(uint32 value: UInt32) {
        store(value.bigEndian)
    }

    /// Appends the low 48 bits in network order; traps if they do not fit.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(uint48 value: UInt64) {
        append(uint16: UInt16(truncatingIfNeeded: value >> 32))
        append(uint32: UInt32(truncatingIfNeeded: value))
    }

    /// Appends 64 bits in network order; traps if they do not fit.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(uint64 value: UInt64) {
        store(value.bigEndian)
    }

    /// Appends 128 bits in network order; traps if they do not fit.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(uint128 value: UInt128) {
        store(value.bigEndian)
    }

    /// Appends a copy of `octets`; traps if they do not fit.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(copying octets: RawSpan) {
        let size = octets.byteCount
        precondition(size <= freeCapacity, "what is appended fits")
        guard size > 0 else { return }
        // The free part has at least `size` octets, as was checked, and the source is lent by a live span, which cannot
        // overlap memory that is lent exclusively.
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            let free = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
            unsafe octets.withUnsafeBytes { unsafe free.copyMemory(from: $0) }
            count += size
        }
    }

    /// Replaces the 16 bits at `offset`, which were appended before, such as a checksum known only afterwards.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func replace(uint16 value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    /// Appends an integer as it lies in memory.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let size = MemoryLayout<Value>.size
        precondition(size <= freeCapacity, "what is appended fits")
        // The free part has at least `size` octets, as was checked.
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            unsafe UnsafeMutableRawBufferPointer(buffer).storeBytes(of: value, toByteOffset: count, as: Value.self)
            count += size
        }
    }
}
