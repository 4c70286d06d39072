import NIOCore
import NIOPosix
import NIOSSL
import SystemPackage

/// Where Open vSwitch listens: `unix:/run/openvswitch/br0.mgmt`, `tcp:192.0.2.1:6653` or `ssl:192.0.2.1:6653`, as its own tools write it.
package struct Peer: Hashable, Sendable, CustomStringConvertible {
    package let endpoint: Endpoint
    /// Whether the connection takes TLS.
    package let isSecure: Bool

    /// Reads one; the error says what is wrong.
    package init(_ text: String) throws(HypervisorError) {
        isSecure = text.hasPrefix("ssl:")
        endpoint = try Endpoint(isSecure ? "tcp:" + text.dropFirst("ssl:".count) : text)
    }

    package var description: String {
        isSecure ? "ssl:" + "\(endpoint)".dropFirst("tcp:".count) : "\(endpoint)"
    }

    /// A connection's octets as they come, and the channel that takes what is sent.
    typealias Octets = NIOAsyncChannelInboundStream<ByteBuffer>

    /// Connects, and runs `body` until it returns or throws; then the connection is closed.
    func connect(
        tls: ServingTLS? = nil, within timeout: Duration = .seconds(5),
        _ body: (Octets, any Channel) async throws -> Void
    ) async throws {
        let context = isSecure ? try Self.context(tls) : nil
        let host: String? = if case .tcp(let host, _) = endpoint { host } else { nil }
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.nanoseconds(timeout.components.seconds * 1_000_000_000))
        let initialize: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = {
            channel in
            channel.eventLoop.makeCompletedFuture {
                if let context, let host {
                    // An address is no name that the handshake could carry, but the certificate must have it.
                    let isAddress = (try? NIOCore.SocketAddress(ipAddress: host, port: 0)) != nil
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host))
                }
                return try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(
                        backPressureStrategy: .init(lowWatermark: 4, highWatermark: 64),
                        isOutboundHalfClosureEnabled: false))
            }
        }
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            switch endpoint {
            case .unix(let path):
                channel = try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialize)
            case .tcp(let host, let port):
                channel = try await bootstrap.connect(host: host, port: port, channelInitializer: initialize)
            }
        } catch {
            throw HypervisorError("connect to \(self)", Self.reason(error))
        }
        try await channel.executeThenClose { inbound, _ in try await body(inbound, channel.channel) }
    }

    private static func context(_ tls: ServingTLS?) throws -> NIOSSLContext {
        guard let tls else {
            throw HypervisorError("use TLS", "it takes a certificate, a key and trusted roots")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(tls.certificate).map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: tls.key, format: .pem))
        configuration.trustRoots = .file(tls.trusted)
        // As OvS's own tools do it: its certificates (ovs-pki) name no hosts, and whom the roots vouch for is a switch of ours.
        configuration.certificateVerification = .noHostnameVerification
        return try NIOSSLContext(configuration: configuration)
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        let code = Errno(rawValue: error.errnoCode)
        return switch code {
        case .noSuchFileOrDirectory: "there is no such socket; is Open vSwitch running?"
        case .connectionRefused: "nobody listens there; is Open vSwitch running?"
        case .permissionDenied: "the socket may not be opened; run as its owner"
        default: "\(code)"
        }
    }
}
