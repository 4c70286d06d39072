import Glibc

/// The process's limit on open descriptors (`RLIMIT_NOFILE`, `getrlimit(2)`).
package enum DescriptorLimit {
    /// Raises the limit to the most that the process may have, and returns it.
    ///
    /// If that is less than `wanted`, that is asked for; an administrator gets it (`CAP_SYS_RESOURCE`).
    package static func raise(to wanted: Int = 0) -> Int {
        var limit = rlimit()
        // The calls fill and read the structure, which is on our stack.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_max < wanted {
            var more = rlimit(rlim_cur: rlim_t(wanted), rlim_max: rlim_t(wanted))
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &more) == 0 { return wanted }
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
