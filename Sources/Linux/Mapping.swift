import Glibc
import SystemPackage

/// Zeroed memory of the process's own, whose pages cost nothing until they are touched (`mmap(2)`).
@safe
package struct Mapping: ~Copyable {
    /// Where the memory begins, at a page's border.
    package let base: UnsafeMutableRawPointer

    /// The memory's octets.
    package let byteCount: Int

    package init(byteCount: Int) throws(SystemError) {
        precondition(byteCount > 0, "a mapping has at least one octet")
        var start: UnsafeMutableRawPointer?
        try require(.mmap) {
            // The kernel chooses a place that is nobody else's, of the length asked for.
            unsafe start = mmap(
                nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            return unsafe start == MAP_FAILED ? -1 : 0
        }
        guard let base = unsafe start else { throw SystemError(call: "mmap", code: .noMemory) }
        unsafe self.base = base
        self.byteCount = byteCount
    }

    deinit {
        // The very range that was mapped; nothing lent of it outlives its owner.
        unsafe munmap(base, byteCount)
    }

    /// The whole memory.
    package var bytes: UnsafeMutableRawBufferPointer {
        // The range that was mapped, which stays until deinit.
        unsafe UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    }

    /// Gives the pages of a range back to the system; they read as zero afterwards (`MADV_DONTNEED`).
    package borrowing func forget(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "the range lies in the mapping")
        // The precondition keeps the range inside of the mapping.
        _ = unsafe madvise(base + range.lowerBound, range.count, MADV_DONTNEED)
    }
}
