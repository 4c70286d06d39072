import FoundationEssentials

/// What `/status` of a load balancer says, as far as it is shown here.
///
/// It is read as any other client would, so that this command may be older or newer than the load balancer it asks.
struct StatusDocument: Decodable {
    struct Listener: Decodable {
        struct Quantiles: Decodable {
            let p50, p99: Double
        }

        let name: String
        let addresses: [String]
        let transport: String
        let connectionsActive: UInt64
        let requestsPerSecond, connectionsPerSecond: Double
        let responses: [String: UInt64]
        let milliseconds: Quantiles?

        /// What the listener is there for: requests, or TCP's connections.
        var rate: Double { transport == "http" ? requestsPerSecond : connectionsPerSecond }
    }

    struct Pool: Decodable {
        let name, balance: String
        let servers: [Server]
    }

    struct Server: Decodable {
        let name, state: String
        let stateSeconds: Double
        let weight: Int
        let inFlight, requests, failures: UInt64
        let lastFailure: String?
    }

    let version: String
    let uptimeSeconds: Double
    let draining: Bool
    let listeners: [Listener]
    let pools: [Pool]
    let reasons: [String: UInt64]

    /// Reads the document that an endpoint serves.
    init(from endpoint: AdminEndpoint) throws(Failure) {
        let octets = try endpoint.get("/status")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { self = try decoder.decode(Self.self, from: Data(octets)) } catch {
            throw Failure(.unavailable, "what \(endpoint.address) says at /status is not understood")
        }
    }

    /// A page of it, in lines.
    func lines(_ style: Style) -> [String] {
        let state = draining ? ", " + style.yellow("draining") : ""
        var lines = [style.bold("apus \(version)") + ", up \(Int(uptimeSeconds)) s\(state)", ""]
        lines += Table(["LISTENER", "ADDRESS", "OPEN", "RATE/S", "P50 MS", "P99 MS", "5XX"], numbersFrom: 2).lines(
            listeners.map { listener in
                [
                    listener.name, listener.addresses.joined(separator: " "), "\(listener.connectionsActive)",
                    listener.rate.brief, listener.milliseconds?.p50.brief ?? "-",
                    listener.milliseconds?.p99.brief ?? "-",
                    "\(listener.responses["5xx"] ?? 0)",
                ]
            }, style)
        lines.append("")
        lines += Table(["POOL", "SERVER", "STATE", "FOR S", "BUSY", "REQUESTS", "FAILURES"], numbersFrom: 3).lines(
            pools.flatMap { pool in
                pool.servers.map { server in
                    [
                        pool.name, server.name, server.state, "\(Int(server.stateSeconds))", "\(server.inFlight)",
                        "\(server.requests)", "\(server.failures)",
                    ]
                }
            }, style)
        if !reasons.isEmpty {
            let counted = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { [$0.key, "\($0.value)"] }
            lines += [""] + Table(["REASON", "COUNT"], numbersFrom: 1).lines(counted, style)
        }
        return lines
    }
}
