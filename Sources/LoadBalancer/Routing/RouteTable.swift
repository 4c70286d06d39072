/// Which pool a request goes to, by listener, host and path; made once for a configuration.
///
/// The most specific route wins: an exact host before the longest wildcard before none, and for one host an exact path
/// before the longest prefix before none.
struct RouteTable: Sendable {
    private struct Entry: Sendable {
        /// The path to compare; empty for every path.
        let path: [UInt8]
        let isExact: Bool
        let pool: Int
    }

    private struct Host: Sendable {
        /// In lower case; for a wildcard the part from its dot on; empty for every host.
        let name: [UInt8]
        let isWildcard: Bool
        /// The most specific first.
        var entries: [Entry]
    }

    /// For each listener its hosts, the most specific first.
    private let listeners: [[Host]]
    /// For each listener the pool of what no route takes.
    private let fallbacks: [Int?]

    init(_ configuration: Configuration) {
        fallbacks = configuration.listeners.map(\.pool)
        listeners = configuration.listeners.indices.map { listener in
            var hosts: [Host] = []
            for route in configuration.routes where route.listener == nil || route.listener == listener {
                let isWildcard = route.host?.hasPrefix("*.") ?? false
                let name = Array((isWildcard ? route.host.map { String($0.dropFirst()) } : route.host)?.utf8 ?? "".utf8)
                let isPrefix = route.path?.hasSuffix("/*") ?? true
                let path = isPrefix ? route.path.map { String($0.dropLast(2)) } : route.path
                let entry = Entry(path: Array((path ?? "").utf8), isExact: !isPrefix, pool: route.pool)
                if let known = hosts.firstIndex(where: { $0.name == name && $0.isWildcard == isWildcard }) {
                    hosts[known].entries.append(entry)
                } else {
                    hosts.append(Host(name: name, isWildcard: isWildcard, entries: [entry]))
                }
            }
            for index in hosts.indices {
                hosts[index].entries.sort { ($0.isExact ? 1 : 0, $0.path.count) > ($1.isExact ? 1 : 0, $1.path.count) }
            }
            return hosts.sorted { Self.rank($0) > Self.rank($1) }
        }
    }

    private static func rank(_ host: Host) -> (Int, Int) {
        (host.name.isEmpty ? 0 : host.isWildcard ? 1 : 2, host.name.count)
    }

    /// The pool for a request that came in at `listener`; nil when no route takes it.
    func pool(listener: Int, _ head: RequestHead, _ octets: Span<UInt8>) -> Int? {
        let hosts = listeners[listener]
        for index in hosts.indices where Self.matches(hosts[index].name, hosts[index].isWildcard, octets, head.host) {
            for entry in hosts[index].entries where Self.matches(entry, octets, head.path) { return entry.pool }
        }
        return fallbacks[listener]
    }

    private static func matches(_ name: [UInt8], _ isWildcard: Bool, _ octets: Span<UInt8>, _ host: OctetRange) -> Bool
    {
        if name.isEmpty { return true }
        var count = Int(host.count)
        // A final dot names the same host (RFC 3986, 3.2.2).
        if count > 1, octets[Int(host.start) + count - 1] == 0x2E { count -= 1 }
        guard isWildcard ? count > name.count : count == name.count else { return false }
        let start = Int(host.start) + count - name.count
        for index in name.indices where Octet.lowercased(octets[start + index]) != name[index] { return false }
        return true
    }

    private static func matches(_ entry: Entry, _ octets: Span<UInt8>, _ path: OctetRange) -> Bool {
        let count = entry.path.count
        guard entry.isExact ? path.count == count : path.count >= count else { return false }
        for index in 0..<count where octets[Int(path.start) + index] != entry.path[index] { return false }
        // A prefix ends where a segment does: `/api/*` takes `/api` and `/api/x`, not `/apis`.
        return entry.isExact || count == 0 || Int(path.count) == count || octets[Int(path.start) + count] == Octet.slash
    }
}
