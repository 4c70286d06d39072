import CLinux
import Glibc
package import SystemPackage

/// Calls on stream sockets by descriptor number, as slabs of connections keep them (`socket(7)`, `tcp(7)`).
///
/// All sockets made here are non-blocking and closed on exec.
package enum Socket {
    /// Makes a TCP socket for `address`'s family.
    package static func stream(for address: SocketAddress) -> Transfer {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return Transfer(raw: invoke(.socket) { Int(socket(family, kind, 0)) })
    }

    /// Makes a UDP socket for `address`'s family.
    package static func datagram(for address: SocketAddress) -> Transfer {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return Transfer(raw: invoke(.socket) { Int(socket(family, kind, 0)) })
    }

    /// Makes a socket that listens on `address`; several may share one address (`SO_REUSEPORT`).
    ///
    /// The connections it takes send small messages at once (`TCP_NODELAY`).
    /// An address of all IPv6 interfaces takes IPv4 connections too.
    package static func listening(
        on address: SocketAddress, backlog: Int32 = 4096, isShared: Bool = true
    ) throws(SystemError) -> Int32 {
        let made = stream(for: address)
        guard let count = made.count else { throw SystemError(call: "socket", code: made.failure ?? .wouldBlock) }
        let descriptor = Int32(count)
        do throws(SystemError) {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if isShared { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
            // What is accepted inherits it, and needs no call of its own.
            try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            if address.isIPv6, address.bits == 0 { try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
            try require(.bind, descriptor) {
                // The form stays for the call, and its length is right.
                unsafe address.withKernelForm { form, length in unsafe Int(Glibc.bind(descriptor, form, length)) }
            }
            try require(.listen, descriptor) { Int(Glibc.listen(descriptor, backlog)) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Takes a connection from a listening socket, with the client's address.
    package static func accept(_ listener: Int32, from client: inout SocketAddress) -> Transfer {
        var form = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = invoke(.accept4, listener) {
            // The kernel writes no more of the address than its length allows.
            unsafe Int(apus_accept4(listener, &form, &length))
        }
        if result >= 0, let address = SocketAddress(form) { client = address }
        return Transfer(raw: result)
    }

    /// Starts to connect; pending while the handshake is under way.
    package static func connect(_ descriptor: Int32, to address: SocketAddress) -> Transfer {
        Transfer(
            raw: invoke(.connect, descriptor) {
                // The form stays for the call, and its length is right.
                unsafe address.withKernelForm { form, length in unsafe Int(Glibc.connect(descriptor, form, length)) }
            })
    }

    /// Takes the error that a socket has pending (`SO_ERROR`): nil when there is none.
    package static func pendingError(_ descriptor: Int32) -> Errno? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = invoke(.getsockopt, descriptor) {
            // The kernel writes the four octets of the number.
            unsafe Int(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length))
        }
        if result < 0 { return Errno(rawValue: Int32(-result)) }
        return code == 0 ? nil : Errno(rawValue: code)
    }

    /// The address that a socket is bound to.
    package static func localAddress(_ descriptor: Int32) -> SocketAddress? { try? boundAddress(of: descriptor) }

    /// The address that a socket is bound to, or why nobody says.
    package static func boundAddress(of descriptor: Int32) throws(SystemError) -> SocketAddress {
        var form = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try require(.getsockname, descriptor) {
            // Any address fits a sockaddr_storage, and the kernel writes no more than the length allows.
            unsafe withUnsafeMutablePointer(to: &form) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Int(getsockname(descriptor, $0, &length))
                }
            }
        }
        guard let address = SocketAddress(form) else {
            throw SystemError(call: "getsockname", code: .addressFamilyNotSupported)
        }
        return address
    }

    /// Octets that were sent and that the peer has not acknowledged (`SIOCOUTQ`, `tcp(7)`); 0 where nobody knows.
    package static func untaken(_ descriptor: Int32) -> Int {
        var count: Int32 = 0
        // The call fills the number, which is on our stack.
        let result = invoke(.ioctl, descriptor) { unsafe Int(ioctl(descriptor, UInt(TIOCOUTQ), &count)) }
        return result < 0 ? 0 : Int(count)
    }

    /// Sends small messages at once (`TCP_NODELAY`).
    package static func setNoDelay(_ descriptor: Int32) {
        _ = try? set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    /// Takes no more for sending than so many octets that the peer has no room for (`TCP_NOTSENT_LOWAT`, `tcp(7)`).
    ///
    /// What a listener is told holds for the connections that come of it.
    package static func limitUnsent(_ descriptor: Int32, to octets: Int32) {
        _ = try? set(descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, octets)
    }

    /// Ends our direction (`SHUT_WR`); the other stays open.
    package static func shutdownWriting(_ descriptor: Int32) {
        _ = invoke(.shutdown, descriptor) { Int(shutdown(descriptor, Int32(SHUT_WR))) }
    }

    /// Makes the next `close` reset the connection instead of ending it in order (`SO_LINGER` of zero).
    package static func resetOnClose(_ descriptor: Int32) {
        var setting = linger(l_onoff: 1, l_linger: 0)
        _ = invoke(.setsockopt, descriptor) {
            // The kernel copies the structure, which is on our stack.
            unsafe Int(
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size)))
        }
    }

    /// Gives a descriptor back.
    ///
    /// What the kernel says of it changes nothing: it is closed in any case (`close(2)`).
    package static func close(_ descriptor: Int32) {
        _ = invoke(.close, descriptor) { Int(Glibc.close(descriptor)) }
    }

    package static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
        var value = value
        try require(.setsockopt, descriptor) {
            // The kernel copies the four octets of the number.
            unsafe Int(setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)))
        }
    }
}
