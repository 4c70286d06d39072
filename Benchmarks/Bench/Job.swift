/// One kind of load: what is asked, by how many, and what it is to cost.
struct Job: Codable, Equatable {
    /// As `--jobs` names it.
    let name: String
    /// For the report.
    let title: String
    /// The responder's path, which says how large the bodies are.
    let path: String
    let connections: Int
    /// Whether it goes to the TCP listener.
    var isTCP = false
    /// Whether each request takes a connection of its own.
    var isClosing = false
    /// Whether it is counted by octets instead of requests.
    var isBulk = false

    /// What a thing is called that costs are given for.
    var unit: String { isBulk ? "MiB" : isClosing ? "connection" : "request" }

    static let all = [
        Job(name: "http-128-64", title: "HTTP/1.1, 128 B, 64 connections", path: "128", connections: 64),
        Job(name: "http-128-512", title: "HTTP/1.1, 128 B, 512 connections", path: "128", connections: 512),
        Job(name: "http-64k-64", title: "HTTP/1.1, 64 KiB, 64 connections", path: "64k", connections: 64),
        Job(
            name: "http-new-64", title: "HTTP/1.1, a new connection for each request, 64 at a time", path: "128",
            connections: 64, isClosing: true),
        Job(
            name: "tcp-128-64", title: "TCP, 128 B answers, 64 connections", path: "128", connections: 64,
            isTCP: true),
        Job(
            name: "tcp-bulk-4", title: "TCP, 16 MiB answers, 4 connections", path: "16m", connections: 4,
            isTCP: true, isBulk: true),
    ]
}
