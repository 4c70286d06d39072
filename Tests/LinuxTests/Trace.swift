import Glibc
import Linux
import Synchronization
import SystemPackage

/// What the seam saw of one test: each call with its descriptor, in order.
///
/// The seam belongs to the process, so whoever uses this does so in a process of its own (`processExitsWith:`).
final class Trace: Sendable {
    /// A call as the seam reports it, before it is made.
    struct Entry: Equatable, CustomStringConvertible {
        let call: SystemCall
        let descriptor: Int32
        var description: String { "\(call)(\(descriptor))" }
    }

    private let entries = Mutex<[Entry]>([])
    private let refusal: (number: Int, code: Errno)?

    /// Fails the call of this number, counted from 1, with `code`.
    init(failing number: Int? = nil, with code: Errno = .ioError) {
        refusal = number.map { ($0, code) }
    }

    /// All calls up to now.
    var calls: [Entry] { entries.withLock { $0 } }

    /// Calls of `body` alone, and what it returned.
    func record<R>(_ body: () throws -> R) rethrows -> (result: R, calls: [Entry]) {
        let before = calls.count
        let result = try Seam.observing(
            { call, descriptor in
                let number = self.entries.withLock {
                    $0.append(Entry(call: call, descriptor: descriptor))
                    return $0.count
                }
                return number == self.refusal?.number ? self.refusal?.code : nil
            }, body)
        return (result, Array(calls[before...]))
    }
}

extension Trace.Entry {
    static func made(_ call: SystemCall, _ descriptor: Int32 = -1) -> Trace.Entry {
        Trace.Entry(call: call, descriptor: descriptor)
    }
}

/// Gives the calling thread a table of descriptors of its own, so that counting them does not see what the test
/// library's other threads open (`unshare(2)`); only for processes that soon end.
func unshareDescriptors() {
    typealias Unshare = @convention(c) (Int32) -> Int32
    let unshare = unsafeBitCast(dlsym(nil, "unshare"), to: Unshare.self)
    precondition(unshare(0x400) == 0, "CLONE_FILES needs no privilege")
}

/// The calling thread's open descriptors; the one that reads the folder is not among them.
func openDescriptors() -> Set<Int32> {
    guard let folder = opendir("/proc/thread-self/fd") else { return [] }
    defer { closedir(folder) }
    var found: Set<Int32> = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if let number = Int32(name), number != dirfd(folder) { found.insert(number) }
    }
    return found
}

/// A pair of connected stream sockets, which blocks unless it is asked not to.
struct SocketPair {
    let first: Int32
    let second: Int32

    init(isBlocking: Bool = false) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | (isBlocking ? 0 : Int32(SOCK_NONBLOCK.rawValue))
        precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "the system has two more descriptors")
        (first, second) = (ends[0], ends[1])
    }

    func close() {
        Glibc.close(first)
        Glibc.close(second)
    }
}

/// A listening socket on a free port of the loopback interface.
struct Listener {
    let descriptor: Int32
    let address: SocketAddress

    init(_ host: String = "127.0.0.1") throws {
        let wanted = try Self.parsed(host)
        descriptor = try Socket.listening(on: wanted)
        address = SocketAddress(host: host, port: Socket.localAddress(descriptor)?.port ?? 0) ?? wanted
    }

    private static func parsed(_ host: String) throws -> SocketAddress {
        guard let address = SocketAddress(host: host, port: 0) else {
            throw SystemError(call: host, code: .invalidArgument)
        }
        return address
    }
}

/// Waits until `descriptor` is ready, at most five seconds.
func isReady(_ descriptor: Int32, for events: Int32 = POLLIN) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&wanted, 1, 5000) == 1
}

/// Receives until `count` octets came or the stream ended.
func receive(_ count: Int, from descriptor: Int32) -> [UInt8] {
    var octets: [UInt8] = []
    var scratch = [UInt8](repeating: 0, count: 65536)
    while octets.count < count, isReady(descriptor) {
        let transfer = scratch.withUnsafeMutableBytes { memory in
            Socket.receive(
                descriptor, into: UnsafeMutableRawBufferPointer(rebasing: memory.prefix(count - octets.count)))
        }
        guard let received = transfer.count, received > 0 else { break }
        octets += scratch.prefix(received)
    }
    return octets
}

func send(_ octets: [UInt8], to descriptor: Int32) -> Transfer {
    octets.withUnsafeBytes { Socket.send(descriptor, $0) }
}
