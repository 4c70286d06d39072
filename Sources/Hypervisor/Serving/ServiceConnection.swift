package import GRPCCore
package import GRPCNIOTransportHTTP2Posix

/// How a client of ours reaches a daemon of ours.
package enum ServiceConnection {
    /// What its calls go over.
    package typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    /// The most octets of one message.
    package static let payloadLimit = 64 << 20

    /// Makes a transport to where a daemon serves; over TCP it takes the files of TLS.
    ///
    /// It connects when the client runs, and again whenever the connection breaks.
    package static func transport(
        to endpoint: Endpoint, tls: ServingTLS? = nil
    ) throws -> HTTP2ClientTransport.Posix {
        var config = HTTP2ClientTransport.Posix.Config.defaults
        // A daemon that restarts is there again within a second.
        config.backoff.initial = .milliseconds(50)
        config.backoff.max = .seconds(2)
        switch endpoint {
        case .unix(let path):
            return try HTTP2ClientTransport.Posix(
                target: .unixDomainSocket(path: path, authority: "localhost"), transportSecurity: .plaintext,
                config: config)
        case .tcp(let host, let port):
            guard let tls else {
                throw HypervisorError(
                    "connect to \(endpoint)", "over TCP it takes a certificate, a key and trusted roots")
            }
            return try HTTP2ClientTransport.Posix(
                target: .dns(host: host, port: port), transportSecurity: tls.client, config: config)
        }
    }

    /// Calls what serves at `endpoint` while `body` runs.
    package static func with<Result: Sendable>(
        _ endpoint: Endpoint, tls: ServingTLS? = nil, _ body: (Client) async throws -> Result
    ) async throws -> Result {
        try await withGRPCClient(transport: try transport(to: endpoint, tls: tls)) { client in
            try await body(client)
        }
    }

    /// What most calls want: an answer within a time, and an error at once if nobody serves.
    package static func options(within timeout: Duration = .seconds(30)) -> CallOptions {
        var options = CallOptions.defaults
        options.timeout = timeout
        options.waitForReady = false
        options.maxResponseMessageBytes = payloadLimit
        return options
    }
}
