import GRPCNIOTransportHTTP2Posix
import NIOSSL

/// The files of mutual TLS, in PEM form: who we are, and whom we trust.
package struct ServingTLS: Hashable, Sendable {
    /// Our certificate and those between it and the root.
    package var certificate: String
    /// Its key.
    package var key: String
    /// The roots of those at the other end.
    package var trusted: String

    /// Makes one.
    package init(certificate: String, key: String, trusted: String) {
        (self.certificate, self.key, self.trusted) = (certificate, key, trusted)
    }

    /// As a server: clients without a certificate of a trusted root get nowhere.
    var server: HTTP2ServerTransport.Posix.TransportSecurity {
        .mTLS(
            certificateChain: [.file(path: certificate, format: .pem)], privateKey: .file(path: key, format: .pem)
        ) {
            $0.trustRoots = .certificates([.file(path: trusted, format: .pem)])
            // A client's certificate says who it is, and no host has that name.
            $0.clientCertificateVerification = .noHostnameVerification
        }
    }

    /// As a client: the server's certificate must name the host that we connect to.
    var client: HTTP2ClientTransport.Posix.TransportSecurity {
        .mTLS(
            certificateChain: [.file(path: certificate, format: .pem)], privateKey: .file(path: key, format: .pem)
        ) {
            $0.trustRoots = .certificates([.file(path: trusted, format: .pem)])
        }
    }

    /// As a client that looks at the handshake itself.
    var context: NIOSSLContext {
        get throws {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            configuration.trustRoots = .file(trusted)
            configuration.applicationProtocols = ["h2"]
            return try NIOSSLContext(configuration: configuration)
        }
    }
}
