import Glibc
package import Linux
import Reactor

/// An HTTP/1.1 server that costs next to nothing: the backend of benchmarks and of the demo.
///
/// The path says how large the body is: `/128`, `/64k`, `/16m`; any other path is answered with the server's name.
/// It is one loop on one thread. Request bodies need a `Content-Length` and are thrown away.
package struct Responder: ~Copyable {
    private struct Connection: BitwiseCopyable {
        let descriptor: Int32
        /// Octets of a request's body still to be thrown away.
        var skip = 0
        /// The response under way, and what is sent of it.
        var reply: ResponderReply?
        var sent = 0
    }

    private enum Progress { case done, blocked, closed }

    /// Connections at one time; more are closed at once.
    package static let most = 16_384

    /// A head may be as long as this, with what comes after it in one read.
    private static let capacity = 64 << 10

    private var poller: EpollPoller
    private var connections: Slab<Connection>
    private let listeners: [Int32]
    private var writer: ResponderWriter
    private var scratch = [UInt8](repeating: 0, count: Responder.capacity)
    /// The begin of a head of which the end has not come, by place; rare.
    private var partial: [Int32: [UInt8]] = [:]

    /// Listens on all the addresses.
    ///
    /// With a name, responses carry it as `X-Backend`.
    package init(on addresses: [SocketAddress], name: String? = nil) throws {
        var poller = try EpollPoller()
        let connections = try Slab<Connection>(capacity: Self.most)
        var listeners: [Int32] = []
        do {
            for (number, address) in addresses.enumerated() {
                listeners.append(try Socket.listening(on: address))
                try poller.addListener(listeners[number], token: UInt64.max - UInt64(number))
            }
        } catch {
            listeners.forEach(Socket.close)
            throw error
        }
        self.poller = poller
        self.connections = connections
        self.listeners = listeners
        writer = ResponderWriter(name: name)
    }

    deinit { listeners.forEach(Socket.close) }

    /// Serves until `condition` says that it is enough; it is asked ten times a second or more.
    package mutating func run(until condition: () -> Bool = { false }) {
        while !condition() {
            for index in 0..<poller.wait(nanoseconds: 100_000_000) {
                let (token, readiness) = poller.event(index)
                if token > UInt64.max - UInt64(listeners.count) {
                    accept(listeners[Int(UInt64.max - token)])
                } else if let place = connections.place(for: token) {
                    serve(place, hasEnded: !readiness.isDisjoint(with: [.readEnd, .hangUp]))
                }
            }
        }
    }

    private mutating func accept(_ listener: Int32) {
        var client = SocketAddress(ipv4: 0, port: 0)
        // A listener is told of as long as connections wait, so a bounded number in one go loses none.
        for _ in 0..<64 {
            guard let count = Socket.accept(listener, from: &client).count else { return }
            let descriptor = Int32(count)
            Socket.setNoDelay(descriptor)
            guard let place = connections.take(Connection(descriptor: descriptor)) else {
                Socket.close(descriptor)
                continue
            }
            do { try poller.add(descriptor, token: connections.token(for: place)) } catch { close(place) }
        }
    }

    private mutating func close(_ place: Int32) {
        Socket.close(connections[place].descriptor)
        partial[place] = nil
        connections.give(place)
    }

    /// Goes on until reading or writing would have to wait.
    private mutating func serve(_ place: Int32, hasEnded: Bool) {
        guard send(place) == .done else { return }
        var filled = 0
        if let rest = partial.removeValue(forKey: place) {
            scratch.replaceSubrange(0..<rest.count, with: rest)
            filled = rest.count
        }
        var isDrained = false
        while true {
            var used = 0
            let progress = answer(place, filled, &used)
            if progress == .closed { return }
            if used > 0 {
                unsafe scratch.withUnsafeMutableBytes { memory in
                    // Within the buffer: `used` is at most `filled`.
                    unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[used..<filled]))
                }
                filled -= used
            }
            if progress == .blocked || isDrained { break }
            guard filled < Self.capacity else { return close(place) }
            let descriptor = connections[place].descriptor
            let received = unsafe scratch.withUnsafeMutableBytes { memory in
                unsafe Socket.receive(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
            }
            if received.isPending { break }
            guard let count = received.count, count > 0 else { return close(place) }
            // A short read has emptied the socket; what comes later is told of again.
            isDrained = !hasEnded && count < Self.capacity - filled
            filled += count
        }
        if filled > 0 { partial[place] = Array(scratch[..<filled]) }
    }

    /// Answers the whole requests in the first `filled` octets of `scratch`, and adds what they took to `used`.
    private mutating func answer(_ place: Int32, _ filled: Int, _ used: inout Int) -> Progress {
        while used < filled {
            let skipped = min(connections[place].skip, filled - used)
            connections[place].skip -= skipped
            used += skipped
            guard let request = ResponderRequest(reading: scratch.span.extracting(used..<filled)) else { break }
            used += request.length
            connections[place].skip = request.body
            connections[place].reply = request.reply
            connections[place].sent = 0
            let progress = send(place)
            if progress != .done { return progress }
        }
        return .done
    }

    /// Sends what is left of the response under way, if there is one.
    private mutating func send(_ place: Int32) -> Progress {
        guard let reply = connections[place].reply else { return .done }
        let descriptor = connections[place].descriptor
        while true {
            let transfer = writer.send(reply, from: connections[place].sent, to: descriptor)
            if transfer.isPending { return .blocked }
            guard let count = transfer.count else { break }
            connections[place].sent += count
            guard connections[place].sent == writer.size(of: reply) else { continue }
            connections[place].reply = nil
            if reply.isLast { break }
            return .done
        }
        close(place)
        return .closed
    }
}
