/// Octets that wait in a block of a `BufferPool`.
///
/// It is trivial, so that a slab may hold it; without a block it is free.
package struct Buffer: BitwiseCopyable, Sendable {
    /// The block's class and number in one; -1 without a block.
    @usableFromInline var block: Int32 = -1

    /// Where the first waiting octet lies in the block.
    package internal(set) var start: Int32 = 0

    /// Where the octets end.
    package internal(set) var end: Int32 = 0

    @inlinable
    package init() {}

    /// Octets waiting.
    package var count: Int { Int(end - start) }

    package var isEmpty: Bool { start == end }

    /// Whether a block is held.
    package var hasBlock: Bool { block >= 0 }
}
