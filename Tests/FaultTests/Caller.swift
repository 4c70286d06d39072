import Glibc

/// A client of plain calls, which the seam does not see: it asks and waits, and tells an answer from an end and from neither.
final class Caller {
    enum Outcome: Equatable {
        /// An answer came whole, with this status.
        case answered(Int)
        /// The connection ended or broke before that.
        case closed
        /// Nothing of the kind, for as long as anybody would wait.
        case silent
    }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private(set) var isOpen: Bool

    /// Nobody waits longer for anything, in seconds.
    static let patience = 4

    init(port: UInt16, window: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var time = timeval(tv_sec: Self.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        if var window { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &window, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        isOpen =
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            } == 0
    }

    deinit { close(descriptor) }

    func send(_ text: String, body: Int = 0) {
        var octets = Array(text.utf8) + Array(repeating: 0x78, count: body)
        while isOpen, !octets.isEmpty {
            let count = Glibc.send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL))
            // What came before the connection broke may still be there to be read.
            if count <= 0 { return }
            octets.removeFirst(count)
        }
    }

    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Waits for one answer; the connection is open afterwards unless the answer says otherwise.
    func answer() -> Outcome {
        guard isOpen else { return .closed }
        while true {
            if let status = takeAnswer() { return .answered(status) }
            switch receive() {
            case 0: return .closed
            case -1: return .silent
            default: continue
            }
        }
    }

    /// Waits for the connection's end: how many octets came before it, nil if it did not come.
    func rest() -> Int? {
        guard isOpen else { return 0 }
        while true {
            switch receive() {
            case 0: return received.count
            case -1: return nil
            default: continue
            }
        }
    }

    /// Octets received; 0 when the connection is over, -1 when nothing came in time.
    private func receive() -> Int {
        var memory = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &memory, memory.count, 0)
        if count > 0 { received += memory[..<count] }
        if count < 0, errno == EAGAIN { return -1 }
        if count <= 0 { isOpen = false }
        return max(0, count)
    }

    private func takeAnswer() -> Int? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
        let lines = String(decoding: received[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let length = lines.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        guard received.count >= end + length else { return nil }
        received.removeFirst(end + length)
        if lines.contains("connection: close") { isOpen = false }
        return status
    }
}
