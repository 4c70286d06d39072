import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// Finds out why a connection with TLS does not come about, for gRPC tells only that it does not.
///
/// It shakes hands once more, with the same files, and listens for a moment: in TLS 1.3 a server refuses a client's certificate after the client has
/// finished its part.
enum HandshakeCheck {
    /// How long it listens behind a handshake that seems to have come about.
    private static let patience: TimeAmount = .milliseconds(500)

    /// What is wrong with whose certificate; nil if nothing is, or nobody answers.
    static func complaint(about tls: ServingTLS, at host: String, _ port: Int) async -> String? {
        let context: NIOSSLContext
        do {
            context = try tls.context
        } catch {
            return "our certificate, key or roots cannot be used: \(error)"
        }
        let isAddress = (try? NIOCore.SocketAddress(ipAddress: host, port: 0)) != nil
        let verdict = Verdict()
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(2))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // An address is no name that the handshake could carry, but the certificate must have it.
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host), Ear(verdict))
                }
            }
        do {
            let channel = try await bootstrap.connect(host: host, port: port).get()
            // Whoever says nothing is not waited for.
            channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
            try await channel.closeFuture.get()
        } catch {
            verdict.hear(error)
        }
        return verdict.text
    }

    /// What was heard first.
    private final class Verdict: Sendable {
        private let heard = Mutex<String?>(nil)

        var text: String? { heard.withLock { $0 } }

        func hear(_ error: any Error) {
            guard let words = HandshakeCheck.words("\(error)") else { return }
            heard.withLock { $0 = $0 ?? words }
        }
    }

    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = Any

        private let verdict: Verdict

        init(_ verdict: Verdict) { self.verdict = verdict }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted? = event as? TLSUserEvent {
                let channel = context.channel
                context.eventLoop.scheduleTask(in: HandshakeCheck.patience) { channel.close(promise: nil) }
            }
            context.fireUserInboundEventTriggered(event)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            verdict.hear(error)
            context.close(promise: nil)
        }
    }

    /// An error of BoringSSL for people; nil if it is not about certificates.
    ///
    /// The alerts' names are those of RFC 8446, 6.2.
    private static func words(_ error: String) -> String? {
        let known = [
            (
                "CERTIFICATE_VERIFY_FAILED",
                "its certificate is not valid: it is of no root that we trust, or has expired"
            ),
            ("unableToValidateCertificate", "its certificate is not for this name or address"),
            ("ALERT_UNKNOWN_CA", "it refuses our certificate: it is of no root that it trusts"),
            ("ALERT_CERTIFICATE_EXPIRED", "it refuses our certificate: it has expired"),
            ("ALERT_CERTIFICATE_REVOKED", "it refuses our certificate: it was revoked"),
            ("ALERT_CERTIFICATE_REQUIRED", "it wants a certificate of us"),
            ("ALERT_BAD_CERTIFICATE", "it refuses our certificate"),
            ("ALERT_CERTIFICATE_UNKNOWN", "it refuses our certificate"),
            ("ALERT_UNSUPPORTED_CERTIFICATE", "it refuses our certificate: it is for another use"),
            ("ALERT_ACCESS_DENIED", "it refuses our certificate"),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
        ]
        return known.first { error.contains($0.0) }?.1
    }
}
