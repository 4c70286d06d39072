/// One kind of load: what is asked, by how many, and what it is to cost.
struct Job: Codable, Equatable {
    /// What is asked of a contender.
    enum Kind: String, Codable {
        /// As many requests as it takes, one after another on connections that stay.
        case requests
        /// A connection for each request.
        case connections
        /// As many octets as it takes.
        case bulk
        /// Requests at a constant rate.
        case rate
        /// Connections that asked something and stay, idle.
        case idle
    }

    /// As `--jobs` names it.
    let name: String
    /// For the report.
    let title: String
    /// The responder's path, which says how large the bodies are.
    let path: String
    let connections: Int
    var kind = Kind.requests
    /// Whether it goes to the TCP listener.
    var isTCP = false
    /// Requests in a second, where the kind has a rate.
    var rate = 0

    /// What a thing is called that costs are given for.
    var unit: String {
        switch kind {
        case .bulk: "MiB"
        case .connections: "connection"
        case .requests, .rate, .idle: "request"
        }
    }

    static let all = [
        Job(name: "http-128-64", title: "HTTP/1.1, 128 B, 64 connections", path: "128", connections: 64),
        Job(name: "http-128-512", title: "HTTP/1.1, 128 B, 512 connections", path: "128", connections: 512),
        Job(name: "http-64k-64", title: "HTTP/1.1, 64 KiB, 64 connections", path: "64k", connections: 64),
        Job(name: "http-64k-512", title: "HTTP/1.1, 64 KiB, 512 connections", path: "64k", connections: 512),
        Job(
            name: "http-new-64", title: "HTTP/1.1, a new connection for each request, 64 at a time", path: "128",
            connections: 64, kind: .connections),
        Job(
            name: "http-rate-64", title: "HTTP/1.1, 128 B, 64 connections, 30 000 requests in a second", path: "128",
            connections: 64, kind: .rate, rate: 30_000),
        Job(
            name: "tcp-128-64", title: "TCP, 128 B answers, 64 connections", path: "128", connections: 64,
            isTCP: true),
        Job(
            name: "tcp-bulk-4", title: "TCP, 16 MiB answers, 4 connections", path: "16m", connections: 4,
            kind: .bulk, isTCP: true),
        Job(
            name: "idle-10000", title: "HTTP/1.1, 10 000 idle keep-alive connections", path: "128",
            connections: 10_000, kind: .idle, rate: 5_000),
    ]
}
