import COpenSSL
import Linux

/// How connections to one pool's servers are encrypted and whom they trust (`SSL_CTX_new(3)`).
@safe
package final class TLSContext: Sendable {
    /// Why a pool's TLS settings cannot be used.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    // An SSL_CTX is counted and locked by OpenSSL itself, and is not changed after `init`.
    private nonisolated(unsafe) let context: OpaquePointer
    private let settings: Configuration.UpstreamTLS

    package init(_ settings: Configuration.UpstreamTLS) throws(Failure) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw Failure(description: "OpenSSL has no memory for a context")
        }
        unsafe self.context = context
        self.settings = settings
        unsafe SSL_CTX_set_verify(context, settings.isVerified ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        // SSL_CTX_set_min_proto_version and SSL_CTX_set_mode are macros over this call.
        _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Self.mode, nil)
        guard settings.isVerified else { return }
        if let authorities = settings.authorities {
            guard unsafe SSL_CTX_load_verify_locations(context, authorities, nil) == 1 else {
                throw Failure(description: "\(authorities): no certificate of an authority can be read from it (PEM)")
            }
        } else {
            unsafe SSL_CTX_set_default_verify_paths(context)
        }
    }

    deinit { unsafe SSL_CTX_free(context) }

    /// Partial writes from memory that may move, and no read buffers for idle connections (`SSL_CTX_set_mode(3)`).
    private static let mode = Int(1 | 2 | 16)

    func makeHandle() -> OpaquePointer? { unsafe SSL_new(context) }

    /// Asks for a name (SNI) and makes the certificate answer for it.
    func expect(_ name: String, of handle: OpaquePointer) {
        let name = settings.name ?? name
        if let address = SocketAddress(host: name, port: 0) {
            // An address is never asked for by SNI (RFC 6066, 3), but a certificate may answer for it.
            if settings.isVerified {
                _ = unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), address.host)
            }
            return
        }
        var octets = Array(name.utf8CString)
        // SSL_set_tlsext_host_name is a macro over this call.
        _ = unsafe octets.withUnsafeMutableBytes { unsafe SSL_ctrl(handle, 55, 0, $0.baseAddress) }
        if settings.isVerified { _ = unsafe SSL_set1_host(handle, name) }
    }
}
