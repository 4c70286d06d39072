package import Linux
import Synchronization

/// Takes connections on a thread of its own, and gives each to a thread of its own: for the few that people and scrapers make.
///
/// At most `limit` are served at a time; others wait in the kernel's queue, or are refused by it.
package final class ConnectionServer: Sendable {
    private let listener: Int32
    private let wake: EventDescriptor
    private let active = Atomic<Int>(0)
    private let thread = Guarded<Thread?>(nil)

    /// How many are served at a time.
    static let limit = 16

    /// Serves on `listener`, which is the server's from now on; `handle` gets a socket whose calls wait, and closes it not.
    package init(listener: Int32, name: String, handle: @escaping @Sendable (Int32) -> Void) throws(SystemError) {
        self.listener = listener
        wake = try EventDescriptor()
        let started = Thread(name: name) { [self] in
            while Socket.wait(for: listener, or: wake.descriptor, nanoseconds: -1) != .woken {
                guard active.load(ordering: .acquiring) < Self.limit else {
                    _ = Socket.wait(for: wake.descriptor, or: wake.descriptor, nanoseconds: 20_000_000)
                    continue
                }
                var client = SocketAddress(ipv4: 0, port: 0)
                guard let number = Socket.accept(listener, from: &client).count else { continue }
                let descriptor = Int32(number)
                active.add(1, ordering: .acquiringAndReleasing)
                Socket.setWaiting(descriptor)
                try? Socket.setTimeouts(descriptor, seconds: 5)
                _ = Thread(name: name) { [self] in
                    handle(descriptor)
                    Socket.close(descriptor)
                    active.subtract(1, ordering: .acquiringAndReleasing)
                }
            }
            Socket.close(listener)
        }
        thread.withLock { $0 = started }
    }

    /// Takes no more connections.
    package func stop() {
        wake.signal()
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
    }

    /// Sends all of `text`; false if the other side is gone.
    package static func send(_ text: String, to descriptor: Int32) -> Bool {
        let octets = Array(text.utf8)
        var sent = 0
        while sent < octets.count {
            // The array stays while the call runs.
            let transfer = unsafe octets.withUnsafeBytes { octets in
                unsafe Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: octets[sent...]))
            }
            guard let count = transfer.count, count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Receives up to the octets `end`, at most `limit`; nil if they do not come.
    package static func receive(until end: [UInt8], limit: Int, from descriptor: Int32) -> [UInt8]? {
        var octets: [UInt8] = []
        var memory = [UInt8](repeating: 0, count: 1024)
        while octets.count < limit {
            // As above.
            let transfer = unsafe memory.withUnsafeMutableBytes { unsafe Socket.receive(descriptor, into: $0) }
            guard let count = transfer.count, count > 0 else { return nil }
            octets += memory[..<count]
            if octets.count >= end.count, Array(octets.suffix(end.count)) == end || contains(end, in: octets) {
                return octets
            }
        }
        return nil
    }

    private static func contains(_ part: [UInt8], in whole: [UInt8]) -> Bool {
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { Array(whole[$0..<$0 + part.count]) == part }
    }
}
