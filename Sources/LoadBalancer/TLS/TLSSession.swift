import COpenSSL
import Linux

/// One TLS connection to a backend over a non-blocking socket, by its handle, as slabs keep it (`SSL_new(3)`).
///
/// Whoever holds it frees it once; the socket stays the holder's.
@safe
struct TLSSession: BitwiseCopyable {
    private let handle: OpaquePointer

    enum Handshake: Equatable { case done, pending, failed(Reason) }

    init?(_ context: TLSContext, descriptor: Int32, name: String) {
        guard let handle = unsafe context.makeHandle() else { return nil }
        guard unsafe TLSTransport.join(handle, to: descriptor) else {
            unsafe SSL_free(handle)
            return nil
        }
        unsafe self.handle = handle
        unsafe SSL_set_connect_state(handle)
        unsafe context.expect(name, of: handle)
    }

    /// Goes on with the handshake.
    func handshake() -> Handshake {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(handle)
        if result == 1 { return .done }
        switch unsafe SSL_get_error(handle, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .pending
        default:
            // Anything but X509_V_OK (0) is the chain's or the name's fault.
            return .failed(unsafe SSL_get_verify_result(handle) == 0 ? .tlsFailed : .certificateRefused)
        }
    }

    /// Receives and deciphers; a count of zero is an end that the peer announced or the stream's own.
    func receive(into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        ERR_clear_error()
        let result = unsafe SSL_read(handle, memory.baseAddress, Int32(clamping: memory.count))
        return result > 0 ? Transfer(raw: Int(result)) : transfer(for: result)
    }

    /// Enciphers and sends; at most one record at a time.
    func send(_ memory: UnsafeRawBufferPointer) -> Transfer {
        guard unsafe !memory.isEmpty else { return Transfer(raw: 0) }
        ERR_clear_error()
        let result = unsafe SSL_write(handle, memory.baseAddress, Int32(clamping: memory.count))
        return result > 0 ? Transfer(raw: Int(result)) : transfer(for: result)
    }

    /// Tells the peer that no more comes, if that can be said at once.
    func endWriting() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(handle)
    }

    /// Frees the session.
    func free() { unsafe SSL_free(handle) }

    private func transfer(for result: Int32) -> Transfer {
        switch unsafe SSL_get_error(handle, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: .wouldBlock
        case SSL_ERROR_ZERO_RETURN: Transfer(raw: 0)
        // A stream that ends without saying so may have been cut by anybody: an error, not an end (ECONNRESET).
        default: Transfer(raw: -104)
        }
    }
}
