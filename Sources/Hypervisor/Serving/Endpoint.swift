import GRPCNIOTransportHTTP2Posix

/// Where a daemon serves or is served: `unix:/run/apus/hvflowd.sock`, or `tcp:192.0.2.1:7070`, which takes TLS.
package enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A socket of this machine.
    case unix(path: String)
    /// A port of an address; IPv6 addresses stand in brackets when written.
    case tcp(host: String, port: Int)

    /// Reads one; the error says what is wrong.
    package init(_ text: String) throws(HypervisorError) {
        func refused(_ why: String) -> HypervisorError {
            HypervisorError("use '\(text)' as an address", "\(why); write unix:/PATH or tcp:ADDRESS:PORT")
        }
        if text.hasPrefix("/") || text.hasPrefix("unix:") {
            let path = text.hasPrefix("/") ? text : String(text.dropFirst("unix:".count))
            guard path.hasPrefix("/") else { throw refused("a socket's path begins with /") }
            // sun_path of unix(7) has room for so many and a zero.
            guard path.utf8.count <= 107 else { throw refused("a socket's path has at most 107 octets") }
            self = .unix(path: path)
            return
        }
        guard text.hasPrefix("tcp:") else { throw refused("it is of no known kind") }
        let rest = text.dropFirst("tcp:".count)
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw refused("the port is missing") }
        var host = String(rest[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw refused("an IPv6 address stands in brackets")
        }
        guard !host.isEmpty else { throw refused("the address is missing") }
        self = .tcp(host: host, port: port)
    }

    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        }
    }

    /// As gRPC names what it listens on.
    var listening: GRPCNIOTransportHTTP2Posix.SocketAddress {
        switch self {
        case .unix(let path): .unixDomainSocket(path: path)
        case .tcp(let host, let port):
            host.contains(":") ? .ipv6(host: host, port: port) : .ipv4(host: host, port: port)
        }
    }
}
