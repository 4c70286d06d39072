import COpenSSL
import Glibc

/// How a client of TLS talks to servers of whom it wants to know, not to trust them: every version, every cipher, no check.
@safe
package final class TLSClientContext: Sendable {
    // An SSL_CTX is counted and locked by OpenSSL itself, and is not changed after `init`.
    fileprivate nonisolated(unsafe) let context: OpaquePointer

    /// Nil if OpenSSL has no memory for it.
    package init?() {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return nil }
        unsafe self.context = context
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        // SSL_CTX_set_min_proto_version is a macro over this call.
        _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
        _ = unsafe SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
    }

    deinit { unsafe SSL_CTX_free(context) }
}

/// One TLS connection without a socket: octets of the wire go in and come out (`BIO_s_mem(3)`).
@safe
package final class TLSClient {
    package enum Handshake: Equatable { case done, pending, failed }

    private let session: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    /// Begins; `name` is asked for by SNI, unless it is an address.
    package init?(_ context: TLSClientContext, name: String?, offering protocols: [String]) {
        guard let session = unsafe SSL_new(context.context) else { return nil }
        guard let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem()) else {
            unsafe SSL_free(session)
            return nil
        }
        unsafe (self.session, self.incoming, self.outgoing) = (session, incoming, outgoing)
        // The session frees both from now on. An empty one means "not now": BIO_set_mem_eof_return is a macro over this.
        unsafe SSL_set_bio(session, incoming, outgoing)
        _ = unsafe BIO_ctrl(incoming, 130, -1, nil)
        unsafe SSL_set_connect_state(session)
        if let name {
            var octets = Array(name.utf8CString)
            // SSL_set_tlsext_host_name is a macro over this call.
            _ = unsafe octets.withUnsafeMutableBytes { unsafe SSL_ctrl(session, 55, 0, $0.baseAddress) }
        }
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { _ = unsafe SSL_set_alpn_protos(session, list, UInt32(list.count)) }
    }

    deinit { unsafe SSL_free(session) }

    /// Takes octets of the wire.
    package func receive(_ octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        _ = unsafe BIO_write(incoming, octets, Int32(octets.count))
    }

    /// The octets that are to go on the wire.
    package func output() -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe BIO_read(outgoing, &piece, Int32(piece.count))
            guard count > 0 else { return all }
            all += piece[..<Int(count)]
        }
    }

    /// Goes on with the handshake.
    package func handshake() -> Handshake {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(session)
        if result == 1 { return .done }
        return unsafe SSL_get_error(session, result) == SSL_ERROR_WANT_READ ? .pending : .failed
    }

    /// Enciphers.
    package func write(_ octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        ERR_clear_error()
        _ = unsafe SSL_write(session, octets, Int32(octets.count))
    }

    /// Deciphers what came, at most `limit` octets; whether the stream ended with it.
    package func read(limit: Int) -> (octets: [UInt8], isEnd: Bool) {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while all.count < limit {
            ERR_clear_error()
            let count = unsafe SSL_read(session, &piece, Int32(piece.count))
            guard count > 0 else { return (all, unsafe SSL_get_error(session, count) != SSL_ERROR_WANT_READ) }
            all += piece[..<Int(count)]
        }
        return (all, true)
    }

    /// What the server showed, after the handshake; nil if it showed no certificate.
    package func summary() -> CertificateSummary? {
        guard let certificate = unsafe SSL_get1_peer_certificate(session) else { return nil }
        defer { unsafe X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        _ = unsafe X509_digest(certificate, EVP_sha256(), &digest, &length)
        let hexadecimal = digest[..<Int(min(length, 64))].map { octet in
            String(octet >> 4, radix: 16) + String(octet & 15, radix: 16)
        }.joined()
        return unsafe CertificateSummary(
            subject: Self.text(X509_get_subject_name(certificate)),
            issuer: Self.text(X509_get_issuer_name(certificate)),
            names: Self.names(certificate), notBefore: Self.seconds(X509_get0_notBefore(certificate)),
            notAfter: Self.seconds(X509_get0_notAfter(certificate)), fingerprint: hexadecimal,
            version: String(cString: SSL_get_version(session)),
            cipher: SSL_get_current_cipher(session).flatMap { unsafe SSL_CIPHER_get_name($0) }.map {
                unsafe String(cString: $0)
            } ?? "",
            applicationProtocol: applicationProtocol())
    }

    private func applicationProtocol() -> String? {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(session, &name, &length)
        guard let name = unsafe name, length > 0 else { return nil }
        return unsafe Sanitizer.text(Array(UnsafeBufferPointer(start: name, count: Int(length))), limit: 40)
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let output = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(output) }
        // XN_FLAG_RFC2253, a macro of many: RFC 2253's form, with everything that is not ASCII escaped.
        guard unsafe X509_NAME_print_ex(output, name, 0, 0x111_0317) >= 0 else { return "" }
        var octets = [UInt8](repeating: 0, count: 512)
        let count = unsafe BIO_read(output, &octets, Int32(octets.count))
        return count > 0 ? Sanitizer.text(Array(octets[..<Int(count)]), limit: 256) : ""
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(unsafe timegm(&parts))
    }

    private static func names(_ certificate: OpaquePointer) -> [String] {
        guard let list = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(list)
        // The stack is ours; its elements go with it.
        defer { unsafe GENERAL_NAMES_free(stack) }
        var found: [String] = []
        for index in 0..<min(unsafe OPENSSL_sk_num(stack), Int32(CertificateSummary.limit)) {
            guard let element = unsafe OPENSSL_sk_value(stack, index) else { continue }
            var kind: Int32 = 0
            let name = unsafe element.assumingMemoryBound(to: GENERAL_NAME.self)
            guard let value = unsafe GENERAL_NAME_get0_value(name, &kind), kind == 2 else { continue }
            let string = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
            guard let data = unsafe ASN1_STRING_get0_data(string) else { continue }
            let octets = unsafe Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(string))))
            found.append(Sanitizer.text(octets, limit: 253))
        }
        return found
    }
}
