internal import Linux
internal import Settings

extension Check {
    mutating func pool(_ named: Named<Draft.Pool>) -> Configuration.Pool {
        var result = Configuration.Pool(name: named.name.value, servers: [])
        guard let pool = named.value else { return result }
        result.servers = servers(pool.servers ?? [])
        result.balance = pool.balance
        result.health = pool.health.flatMap { health($0) }
        result.tls = pool.tls.flatMap { tls($0) }
        result.idleConnections = pool.idleConnections
        result.idleTimeout = pool.idleTimeout.value
        result.retries = pool.retries
        if pool.idleTimeout.value > .seconds(75) {
            reader.report(
                .doubtful,
                "few servers keep idle connections for longer than 75s; 'idle_timeout' must be shorter"
                    + " than the servers' own limit", at: pool.idleTimeout.place, severity: .warning)
        }
        return result
    }

    private mutating func servers(_ drafts: [Draft.Server]) -> [Configuration.Server] {
        var result: [Configuration.Server] = []
        var first: [SocketAddress: Place] = [:]
        for draft in drafts {
            guard let endpoint = draft.address else { continue }
            for address in addresses(of: endpoint) {
                if let place = first[address] {
                    reader.report(
                        .doubtful, "server \(address) is in the pool twice; 'weight' gives it a larger share",
                        at: endpoint.place, severity: .warning, notes: [("the first time is here", place)])
                }
                first[address] = first[address] ?? endpoint.place
                let written = endpoint.value
                let host = written.host.contains(":") ? "[\(written.host)]" : written.host
                var server = Configuration.Server(name: "\(host):\(written.port)", address: address)
                server.weight = draft.weight
                result.append(server)
            }
        }
        return result
    }

    private mutating func addresses(of endpoint: Placed<Endpoint>) -> [SocketAddress] {
        let (host, port) = (endpoint.value.host, endpoint.value.port)
        if let literal = endpoint.value.literal { return [literal] }
        let key = "\(host.lowercased()):\(port)"
        if resolved[key] == nil {
            do throws(ResolutionFailure) {
                resolved[key] = .success(try resolve(host, port))
            } catch {
                resolved[key] = .failure(error)
            }
        }
        switch resolved[key] {
        case .success(let found)? where !found.isEmpty: return found
        case .failure(let failure)?:
            reader.report(.unresolved, "'\(host)' cannot be looked up: \(failure.reason)", at: endpoint.place)
        default: reader.report(.unresolved, "'\(host)' has no addresses", at: endpoint.place)
        }
        return []
    }

    private mutating func health(_ placed: Placed<Draft.Health>) -> Configuration.HealthCheck {
        let health = placed.value
        let kind: Configuration.HealthCheck.Kind
        if health.kind == .tcp {
            let extra = [
                ("path", health.path?.place), ("host", health.host?.place), ("expect", health.expect?.place),
            ]
            for case (let key, let place?) in extra {
                reader.report(
                    .conflict, "a check of type tcp asks for nothing; remove '\(key)', or write 'type: http'", at: place
                )
            }
            kind = .tcp
        } else {
            kind = .http(
                path: health.path?.value ?? "/", host: health.host?.value, expect: health.expect?.value ?? 200...399)
        }
        var result = Configuration.HealthCheck(kind: kind)
        result.interval = health.interval
        result.timeout = health.timeout?.value ?? min(result.timeout, health.interval)
        (result.rise, result.fall) = (health.rise, health.fall)
        if let timeout = health.timeout, placed.isSound, timeout.value > health.interval {
            reader.report(
                .conflict, "a check's 'timeout' must not be longer than its 'interval', else checks overlap",
                at: timeout.place)
        }
        return result
    }

    private mutating func tls(_ draft: Draft.UpstreamTLS) -> Configuration.UpstreamTLS? {
        guard draft.isEnabled else { return nil }
        var result = Configuration.UpstreamTLS()
        (result.isVerified, result.name) = (draft.isVerified, draft.name)
        guard let authorities = draft.authorities else { return result }
        let path = path(authorities.value)
        result.authorities = path
        if let problem = Self.problem(withCertificatesAt: path) {
            reader.report(.unreadable, problem, at: authorities.place)
        }
        if !draft.isVerified {
            reader.report(
                .doubtful, "'ca' has no effect together with 'verify: false'", at: authorities.place,
                severity: .warning)
        }
        return result
    }

    /// Why a file cannot serve as authorities; whether its certificates are good is for OpenSSL to say.
    private static func problem(withCertificatesAt path: String) -> String? {
        let source: Source
        do {
            source = try Source.file(at: path)
        } catch {
            return "'\(path)': \(error.message)"
        }
        guard source.contains("-----BEGIN CERTIFICATE-----") || source.contains("-----BEGIN TRUSTED CERTIFICATE-----")
        else { return "'\(path)' holds no certificate in PEM form ('-----BEGIN CERTIFICATE-----')" }
        return nil
    }
}
