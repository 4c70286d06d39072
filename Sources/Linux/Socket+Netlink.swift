import Glibc

/// Calls on netlink sockets of the routing family (`netlink(7)`, `rtnetlink(7)`).
extension Socket {
    /// Makes a socket that is told of these groups (a mask of RTMGRP_*).
    package static func netlink(groups: UInt32 = 0) throws(SystemError) -> Int32 {
        let kind = SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        // AF_NETLINK, NETLINK_ROUTE.
        let descriptor = Int32(try require(.socket) { Int(socket(16, Int32(kind), 0)) })
        do throws(SystemError) {
            // `struct sockaddr_nl`: family, padding, port (0: the kernel chooses), groups.
            var form: (UInt16, UInt16, UInt32, UInt32) = (16, 0, 0, groups)
            try require(.bind, descriptor) {
                unsafe withUnsafePointer(to: &form) {
                    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe Int(bind(descriptor, $0, 12))
                    }
                }
            }
            // Room for a flood of changes (SO_RCVBUF), and strict checks of what we ask (SOL_NETLINK,
            // NETLINK_GET_STRICT_CHK), which kernels before 4.20 lack.
            try? set(descriptor, SOL_SOCKET, SO_RCVBUF, 1 << 20)
            try? set(descriptor, 270, 12, 1)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }
}
