import Glibc

/// Calls on UDP sockets (`udp(7)`, `ip(7)`, `ipv6(7)`).
extension Socket {
    /// Makes a UDP socket on a port of every address, which tells where each datagram came in, and says where it goes out.
    ///
    /// `receiveBuffer` is the room for what was not taken yet, by the kernel's account; without CAP_NET_ADMIN the system's limit
    /// holds (`socket(7)`).
    package static func datagram(isIPv6: Bool, port: UInt16, receiveBuffer: Int) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Int32(try require(.socket) { Int(socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)) })
        do throws(SystemError) {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            let size = Int32(clamping: receiveBuffer)
            do throws(SystemError) {
                try set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size)
            } catch {
                try set(descriptor, SOL_SOCKET, SO_RCVBUF, size)
            }
            // Answers of DHCPv4 may go to 255.255.255.255.
            try set(descriptor, SOL_SOCKET, SO_BROADCAST, 1)
            if isIPv6 {
                try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
                try set(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO, 1)
            } else {
                try set(descriptor, Int32(IPPROTO_IP), IP_PKTINFO, 1)
            }
            let address = isIPv6 ? SocketAddress(ipv6: 0, port: port) : SocketAddress(ipv4: 0, port: port)
            try require(.bind, descriptor) {
                unsafe address.withKernelForm { form, length in unsafe Int(bind(descriptor, form, length)) }
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }
}
