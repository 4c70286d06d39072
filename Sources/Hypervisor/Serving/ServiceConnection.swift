package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
import NIOCore

/// How a client of ours reaches a daemon of ours.
package enum ServiceConnection {
    /// What its calls go over.
    package typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    /// The most octets of one message.
    package static let payloadLimit = 64 << 20

    /// The most calls that may be open on one connection of a client's.
    package static let streamLimit = 256

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
                target: target(host, port), transportSecurity: tls.client, config: config)
        }
    }

    /// What gRPC is to connect to: an address is not to be looked up as a name, since TLS carries names alone.
    static func target(_ host: String, _ port: Int) -> any ResolvableTarget {
        switch try? NIOCore.SocketAddress(ipAddress: host, port: 0) {
        case .v4: .ipv4(address: host, port: port)
        case .v6: .ipv6(address: host, port: port)
        default: .dns(host: host, port: port)
        }
    }

    /// An error of a call with what is wrong with the certificates, if that is why nobody answers.
    ///
    /// It takes a handshake of its own, so it is for those who will not call again at once.
    package static func explained(_ error: any Error, at endpoint: Endpoint, tls: ServingTLS?) async -> any Error {
        guard let error = error as? RPCError, error.code == .unavailable, let tls,
            case .tcp(let host, let port) = endpoint,
            let complaint = await HandshakeCheck.complaint(about: tls, at: host, port)
        else { return error }
        return RPCError(code: .unavailable, message: complaint, cause: error)
    }

    /// Calls what serves at `endpoint` while `body` runs.
    package static func with<Result: Sendable>(
        _ endpoint: Endpoint, tls: ServingTLS? = nil, _ body: (Client) async throws -> Result
    ) async throws -> Result {
        try await withGRPCClient(transport: try transport(to: endpoint, tls: tls)) { client in
            do {
                return try await body(client)
            } catch {
                throw await explained(error, at: endpoint, tls: tls)
            }
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
