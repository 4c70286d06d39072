import COpenSSL
import Linux

/// The way of a TLS session's records to the kernel: our own calls on a socket, in the place of OpenSSL's (`BIO_meth_new(3)`).
///
/// So that a closed peer is an error and never a signal, and what may fail can be made to fail by a test.
@safe
enum TLSTransport {
    // Made once, before it is used, and only read afterwards.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "apus socket") else {
            return nil
        }
        unsafe BIO_meth_set_write(method) { transport, octets, count in
            unsafe BIO_clear_flags(transport, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
            guard let transport = unsafe transport, let octets = unsafe octets, count > 0 else { return 0 }
            let memory = unsafe UnsafeRawBufferPointer(start: octets, count: Int(count))
            return unsafe result(of: Socket.send(descriptor(of: transport), memory), transport, BIO_FLAGS_WRITE)
        }
        unsafe BIO_meth_set_read(method) { transport, octets, count in
            unsafe BIO_clear_flags(transport, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
            guard let transport = unsafe transport, let octets = unsafe octets, count > 0 else { return 0 }
            let memory = unsafe UnsafeMutableRawBufferPointer(start: octets, count: Int(count))
            return unsafe result(of: Socket.receive(descriptor(of: transport), into: memory), transport, BIO_FLAGS_READ)
        }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return unsafe method
    }()

    /// Joins a session and a socket; the session owns what is made, the socket stays the caller's.
    static func join(_ session: OpaquePointer, to descriptor: Int32) -> Bool {
        guard let method = unsafe method, let transport = unsafe BIO_new(method) else { return false }
        // One more than the number, so that none is nil.
        unsafe BIO_set_data(transport, UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1))
        unsafe BIO_set_init(transport, 1)
        // One reference serves both ways.
        unsafe SSL_set_bio(session, transport, transport)
        return true
    }

    private static func descriptor(of transport: OpaquePointer) -> Int32 {
        Int32(unsafe Int(bitPattern: BIO_get_data(transport)) - 1)
    }

    private static func result(of transfer: Transfer, _ transport: OpaquePointer, _ way: Int32) -> Int32 {
        if let count = transfer.count { return Int32(count) }
        if transfer.isPending { unsafe BIO_set_flags(transport, way | BIO_FLAGS_SHOULD_RETRY) }
        return -1
    }
}
