/// What is known of a hypervisor by the instance that tells it, as the others read it.
package struct HypervisorStatus: Equatable, Sendable {
    /// Up to which revision it is known to have everything.
    package var applied: Int64 = 0
    /// The revision of the last full sync.
    package var synced: Int64 = 0
    /// Since when it has been behind, in milliseconds since 1970; 0 if it is not.
    package var since: Int64 = 0
    /// What the last push came to, if not to success.
    package var error = ""

    package init() {}

    /// Reads what `octets` wrote; nothing is known if it cannot.
    package init(octets: [UInt8]) {
        let parts = String(decoding: octets, as: UTF8.self).split(
            separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let applied = Int64(parts[0]), let synced = Int64(parts[1]), let since = Int64(parts[2])
        else { return }
        (self.applied, self.synced, self.since, error) = (applied, synced, since, String(parts[3]))
    }

    /// Four words for `etcdctl get`.
    package var octets: [UInt8] { Array("\(applied) \(synced) \(since) \(error.prefix(500))".utf8) }
}
