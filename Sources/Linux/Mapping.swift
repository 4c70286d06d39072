import Glibc

/// Zeroed memory of the process's own, whose pages cost nothing until they are touched (`mmap(2)`).
@safe
package struct Mapping: ~Copyable {
    package let bytes: UnsafeMutableRawBufferPointer

    package init(byteCount: Int) throws(SystemError) {
        precondition(byteCount > 0, "a mapping has at least one octet")
        var base: UnsafeMutableRawPointer?
        try require(.mmap) {
            unsafe base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            return unsafe base == MAP_FAILED ? -1 : 0
        }
        unsafe bytes = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    }

    deinit { unsafe munmap(bytes.baseAddress, bytes.count) }

    /// Gives the pages of a range back to the system; they read as zero afterwards (`MADV_DONTNEED`).
    package borrowing func forget(_ range: Range<Int>) {
        unsafe precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies in the mapping")
        _ = unsafe madvise(bytes.baseAddress.map { unsafe $0 + range.lowerBound }, range.count, MADV_DONTNEED)
    }
}
