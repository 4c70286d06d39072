internal import Linux
internal import Settings

/// Compares the values of a file with each other, resolves its names, and makes a configuration of them.
///
/// What a value lacks because of an earlier mistake is not reported again.
struct Check {
    var reader: Reader
    let draft: Draft
    let folder: String
    let resolve: Configuration.Resolver

    /// What names were looked up to, so that each is asked for once.
    var resolved: [String: Result<[SocketAddress], ResolutionFailure>] = [:]

    /// The indices of the pools that something leads to.
    var usedPools: Set<Int> = []

    var poolNames: [String] { draft.pools?.map(\.name.value) ?? [] }
    var listenerNames: [String] { draft.listeners?.map(\.name.value) ?? [] }

    init(_ draft: Draft, _ reader: Reader, folder: String, resolve: @escaping Configuration.Resolver) {
        (self.draft, self.reader, self.folder, self.resolve) = (draft, reader, folder, resolve)
    }

    /// The configuration, which may be used only if the reader has counted no errors.
    mutating func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.process = draft.process
        if draft.process.threads == 0 { configuration.process.threads = Configuration.availableCores() }
        configuration.admin = draft.admin?.value
        configuration.accessLog = accessLog()
        configuration.limits = draft.limits.value
        if draft.limits.isSound, configuration.limits.target > configuration.limits.head {
            reader.report(
                .conflict, "limits.target must not be larger than limits.head, of which it is a part",
                at: draft.limits.place)
        }
        configuration.timeouts = draft.timeouts
        configuration.pools = (draft.pools ?? []).map { pool($0) }
        configuration.listeners = (draft.listeners ?? []).map { listener($0) }
        configuration.routes = routes()
        checkBinds()
        checkIdleListeners(configuration)
        checkUnusedPools()
        return configuration
    }

    /// A pool's index; nil if there is no such pool, which is reported unless the pools themselves could not be read.
    mutating func pool(named name: Placed<String>?) -> Int? {
        guard let name, draft.pools != nil else { return nil }
        let index = reader.resolve(name, to: "pool", among: poolNames)
        if let index { usedPools.insert(index) }
        return index
    }

    /// A path of the file, counted from the file's folder.
    func path(_ path: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
    }

    private func accessLog() -> Configuration.AccessLog? {
        guard let log = draft.accessLog, let path = log.path else { return nil }
        var result = Configuration.AccessLog(path: path == "-" ? path : self.path(path))
        result.format = log.format
        return result
    }

    private mutating func checkUnusedPools() {
        // A misspelt name would make the pool that was meant look unused.
        guard reader.errorCount == 0 else { return }
        for (index, pool) in (draft.pools ?? []).enumerated() where !usedPools.contains(index) {
            reader.report(
                .unused, "pool '\(pool.name.value)' is not used by any listener or route", at: pool.name.place,
                severity: .warning)
        }
    }
}
