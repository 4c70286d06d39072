import Glibc

/// A socket that never waits, closed with the last reference.
final class Wire {
    let descriptor: Int32
    private(set) var received: [UInt8] = []
    private(set) var hasEnded = false
    private(set) var isReset = false

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL, 0) | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// A connection to a port of 127.0.0.1; nil if nobody takes it.
    static func connect(to port: UInt16) -> Wire? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var form = address(port)
        let result = withUnsafePointer(to: &form) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        return Wire(descriptor)
    }

    /// Sends all of it, or gives up when the peer is gone or does not read for long.
    func send(_ octets: some Collection<UInt8>) {
        let octets = Array(octets)
        var sent = 0
        var patience = 2000
        while sent < octets.count, patience > 0 {
            let count = octets[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { sent += count } else if errno == EAGAIN { usleep(500) } else { return }
            if count < 0 { patience -= 1 }
        }
    }

    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Takes what is there; true if something was, or if the end was seen.
    func receive() -> Bool {
        guard !hasEnded else { return false }
        var memory = [UInt8](repeating: 0, count: 65536)
        var isNew = false
        while true {
            let count = recv(descriptor, &memory, memory.count, 0)
            if count > 0 {
                received += memory[..<count]
                isNew = true
                continue
            }
            if count == 0 || errno != EAGAIN {
                hasEnded = true
                isReset = count < 0
                return true
            }
            return isNew
        }
    }

    func consume(_ count: Int) { received.removeFirst(count) }
}
