import Lab

/// A contender in one of its configurations, under the name that `--peers` and the report have for it.
struct Entry {
    let name: String
    let contender: Contender
    /// Words of its configuration that differ from the committed ones.
    var words: [String: String] = [:]
    /// Whether it is there for the TCP jobs alone.
    var isForTCP = false

    static let all = [
        Entry(name: "apus", contender: .apus),
        Entry(name: "haproxy", contender: .haproxy),
        // As most run it: splicing is not on unless asked for.
        Entry(name: "haproxy-default", contender: .haproxy, words: ["splice": ""], isForTCP: true),
        Entry(name: "nginx", contender: .nginx),
        Entry(name: "envoy", contender: .envoy),
        Entry(name: "caddy", contender: .caddy),
        Entry(name: "traefik", contender: .traefik),
    ]

    /// Whether it takes part in a job.
    func takes(_ job: Job) -> Bool { job.isTCP ? contender.hasTCP : !isForTCP }
}
