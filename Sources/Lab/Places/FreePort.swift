import Glibc
import Linux
import SystemPackage

/// A TCP and UDP port that nobody uses, and that stays ours until the last reference goes.
///
/// It lies below the kernel's ephemeral ports, so that no outgoing connection and no `bind` to port 0 takes it, and its number
/// is held by an abstract socket address, which only one process of a network namespace can have. A stranger
/// who asks for the very number could still take it; nobody who asks here can.
package final class FreePort: Sendable {
    package let number: UInt16

    /// `127.0.0.1` and the port.
    package var address: String { "127.0.0.1:\(number)" }

    private let holder: Int32

    /// Where ports are looked for; the kernel's ephemeral ports begin at 32768 (`ip(7)`, `ip_local_port_range`).
    package static let range: ClosedRange<UInt16> = 15_000...32_000

    /// Where the next search begins: processes begin at different places and go on from there.
    private static let next = Guarded(UInt16.random(in: range))

    /// Takes the next free port.
    package convenience init() throws(LabError) {
        let first = Self.next.withLock { next in
            defer { next = next == Self.range.upperBound ? Self.range.lowerBound : next + 1 }
            return next
        }
        try self.init(from: first)
    }

    /// Takes the first port from `first` on, and round to the range's begin, that is free.
    package init(from first: UInt16) throws(LabError) {
        precondition(Self.range.contains(first), "ports are given out of the range only")
        for candidate in [first...Self.range.upperBound, Self.range.lowerBound...first].joined() {
            guard let holder = Self.hold(candidate) else { continue }
            if Self.isFree(candidate, SOCK_STREAM), Self.isFree(candidate, SOCK_DGRAM) {
                (number, self.holder) = (candidate, holder)
                return
            }
            close(holder)
        }
        throw .system(SystemError(call: "bind", code: .addressInUse))
    }

    deinit { close(holder) }

    /// Claims the number among all who claim numbers so.
    private static func hold(_ port: UInt16) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A name that begins with a zero octet is abstract (`unix(7)`): it goes with the descriptor.
        let name = [0] + Array("apus-port-\(port)".utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
        }
        if bound == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    /// Whether the port can be bound on all addresses.
    private static func isFree(_ port: UInt16, _ type: __socket_type) -> Bool {
        let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do: connections of an earlier server in TIME_WAIT are no obstacle.
        var reuse: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        if type == SOCK_STREAM { unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, size) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
