import Glibc

/// The process's limit on open descriptors (`RLIMIT_NOFILE`, `getrlimit(2)`).
package enum DescriptorLimit {
    /// Raises the limit to the most that the process may have, and returns it.
    package static func raise() -> Int {
        var limit = rlimit()
        // The calls fill and read the structure, which is on our stack.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
