import Glibc
import Linux
import SystemPackage

/// A blocking TCP connection, for commands that ask one question or send a little traffic.
struct Connection: ~Copyable {
    private let descriptor: Int32

    /// Connects to `address`; connecting, and each later call, takes at most `limit`.
    init(to address: SocketAddress, within limit: Duration) throws(SystemError) {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket", code: Errno(rawValue: errno)) }
        var time = timeval(
            tv_sec: Int(limit.components.seconds),
            tv_usec: Int(limit.components.attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
        let failed = unsafe address.withKernelForm { form, length in
            unsafe Glibc.connect(descriptor, form, length) < 0
        }
        // A connection that is refused still has to be closed, which `deinit` does.
        if failed { throw SystemError(call: "connect", code: Errno(rawValue: errno)) }
    }

    deinit { close(descriptor) }

    /// Sends all of `octets`.
    func send(_ octets: some Collection<UInt8>) throws(SystemError) {
        var rest = Array(octets)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(call: "send", code: Errno(rawValue: errno)) }
            rest = rest.dropFirst(count)
        }
    }

    /// Appends what has come to `octets`; false at the end of the stream.
    func receive(into octets: inout [UInt8]) throws(SystemError) -> Bool {
        let size = 16 << 10
        let begin = octets.count
        octets.append(contentsOf: repeatElement(0, count: size))
        while true {
            let count = unsafe octets.withUnsafeMutableBytes { memory in
                unsafe recv(descriptor, memory.baseAddress.map { unsafe $0 + begin }, size, 0)
            }
            if count < 0, errno == EINTR { continue }
            octets.removeLast(size - max(0, count))
            guard count >= 0 else { throw SystemError(call: "recv", code: Errno(rawValue: errno)) }
            return count > 0
        }
    }
}
