package import Linux
import Reactor

/// A client that asks at a constant rate whatever comes back, so that one slow answer hides no other's delay.
///
/// Every request has its moment, spread evenly over the connections. What it took is counted from that moment, also
/// where its connection was still busy with the request before ("coordinated omission" is what omits that). A request
/// that never was answered counts with all the time until the end.
package struct ConstantRate: ~Copyable {
    private struct Connection: BitwiseCopyable {
        let descriptor: Int32
        /// Requests whose moment has come, the one under way among them.
        var due = 0
        /// Requests answered.
        var answered = 0
        /// Octets that are still to come of the answer under way; negative before its head.
        var rest = -1
    }

    private var poller: EpollPoller
    private var connections: Slab<Connection>
    private let request: [UInt8]
    private var scratch = [UInt8](repeating: 0, count: 128 << 10)
    /// Heads of which the end has not come, by place; rare.
    private var partial: [Int32: [UInt8]] = [:]

    // Of the run under way.
    private let interval: Double
    private var start: UInt64 = 0
    private var measuredFrom: UInt64 = 0
    private var latencies: [Int] = []
    private var octets = 0
    private var lastAnswer: UInt64 = 0
    private var failed = (read: 0, write: 0, status: 0, timeout: 0)

    /// Opens `count` connections, and asks nothing yet; later `rate` requests in a second, over all of them.
    package init(to target: SocketAddress, path: String, connections count: Int, rate: Int) throws {
        precondition(count > 0 && rate > 0, "somebody asks something")
        var poller = try EpollPoller()
        var connections = try Slab<Connection>(capacity: count)
        for _ in 0..<count {
            let descriptor = try Self.connected(to: target)
            guard let place = connections.take(Connection(descriptor: descriptor)) else { break }
            try poller.add(descriptor, token: connections.token(for: place))
        }
        self.poller = poller
        self.connections = connections
        interval = 1e9 / Double(rate)
        request = Array(
            """
            GET /\(path) HTTP/1.1\r
            Host: app.example\r
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
            Accept-Language: en-GB,en;q=0.5\r
            Cookie: session=8f2f0c1d9f3a4e5b; theme=dark\r
            \r\n
            """.utf8)
    }

    deinit {
        for place in 0..<Int32(connections.capacity) where connections.isLive(place) {
            Socket.close(connections[place].descriptor)
        }
    }

    private static func connected(to target: SocketAddress) throws -> Int32 {
        let made = Socket.stream(for: target)
        guard let number = made.count else { throw LabError.unreadable("a socket: \(made)") }
        let descriptor = Int32(number)
        Socket.setNoDelay(descriptor)
        let begun = Socket.connect(descriptor, to: target)
        if begun.failure == nil || begun.isPending {
            let awaited = Socket.wait(for: descriptor, toWrite: true, or: -1, nanoseconds: 10_000_000_000)
            if awaited == .ready, Socket.pendingError(descriptor) == nil { return descriptor }
        }
        Socket.close(descriptor)
        throw LabError.unreadable("a connection to \(target)")
    }

    /// Asks for `warmUp` and `seconds` seconds, of which the latter are counted; unanswered requests are waited for two
    /// seconds more.
    package mutating func run(seconds: Int, warmUp: Int = 1) -> Load {
        let count = UInt64(connections.capacity)
        start = Clock.monotonic + 1_000_000
        measuredFrom = start + UInt64(warmUp) * 1_000_000_000
        let end = measuredFrom + UInt64(seconds) * 1_000_000_000
        latencies.reserveCapacity(Int(Double(seconds) * 1.1e9 / interval))
        var asked: UInt64 = 0
        var open = 0
        while true {
            let now = Clock.monotonic
            var next = moment(asked)
            while next <= now, next < end {
                let place = Int32(asked % count)
                asked += 1
                open += 1
                connections[place].due += 1
                if connections[place].due - connections[place].answered == 1 { ask(place) }
                next = moment(asked)
            }
            if next >= end, open == 0 || now > end + 2_000_000_000 { break }
            // Not `poller.wait`: its milliseconds are too coarse here.
            let pause = max(0, Int64(min(next, end + 2_000_000_000)) - Int64(now))
            _ = Socket.wait(for: poller.descriptor, or: -1, nanoseconds: next >= end ? 1_000_000 : Int(pause))
            for index in 0..<poller.wait(nanoseconds: 0) {
                guard let place = connections.place(for: poller.event(index).token) else { continue }
                open -= read(place)
            }
        }
        return summary(until: Clock.monotonic)
    }

    /// When the request of this number is due.
    private func moment(_ number: UInt64) -> UInt64 { start + UInt64(Double(number) * interval) }

    /// When the request of this number on one connection is due.
    private func moment(_ place: Int32, _ number: Int) -> UInt64 {
        moment(UInt64(number) * UInt64(connections.capacity) + UInt64(place))
    }

    private mutating func ask(_ place: Int32) {
        let descriptor = connections[place].descriptor
        let sent = unsafe request.withUnsafeBytes { unsafe Socket.send(descriptor, $0) }
        // A request is far smaller than a socket's room, and one at a time is under way.
        if sent.count != request.count { failed.write += 1 }
    }

    /// Reads what has come; returns how many answers became whole.
    private mutating func read(_ place: Int32) -> Int {
        var whole = 0
        while true {
            var filled = 0
            if let rest = partial.removeValue(forKey: place) {
                scratch.replaceSubrange(0..<rest.count, with: rest)
                filled = rest.count
            }
            let descriptor = connections[place].descriptor
            let received = unsafe scratch.withUnsafeMutableBytes { memory in
                unsafe Socket.receive(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
            }
            if received.isPending {
                if filled > 0 { partial[place] = Array(scratch[..<filled]) }
                return whole
            }
            guard let count = received.count, count > 0 else {
                if connections[place].due > connections[place].answered { failed.read += 1 }
                return whole
            }
            let isShort = filled + count < scratch.count
            octets += count
            take(place, filled + count, &whole)
            if isShort { return whole }
        }
    }

    /// Takes the first `filled` octets of the scratch memory.
    private mutating func take(_ place: Int32, _ filled: Int, _ whole: inout Int) {
        var used = 0
        if connections[place].rest < 0 {
            guard let (head, body) = Self.head(scratch.span.extracting(0..<filled)) else {
                partial[place] = Array(scratch[..<filled])
                return
            }
            if scratch[9] != UInt8(ascii: "2") { failed.status += 1 }
            used = head
            connections[place].rest = body
        }
        connections[place].rest -= filled - used
        guard connections[place].rest <= 0 else { return }
        connections[place].rest = -1
        let now = Clock.monotonic
        let due = moment(place, connections[place].answered)
        if due >= measuredFrom { latencies.append(Int(now - min(now, due))) }
        lastAnswer = now
        connections[place].answered += 1
        whole += 1
        if connections[place].due > connections[place].answered { ask(place) }
    }

    /// Octets of a response's head, and of the body that its Content-Length announces; nil if its end has not come.
    private static func head(_ octets: Span<UInt8>) -> (head: Int, body: Int)? {
        var body = 0
        var line = 0
        for index in octets.indices where octets[index] == 0x0A {
            if index - line <= 1 { return (index + 1, body) }
            // `content-length: 128`: no other field that our contenders send has its 15th octet a colon and its `-` there.
            if index - line > 16, octets[line + 14] == 0x3A, octets[line + 7] == 0x2D, octets[line] | 0x20 == 0x63 {
                body = 0
                for place in line + 15..<index where octets[place] & 0xF0 == 0x30 {
                    body = body * 10 + Int(octets[place] & 0x0F)
                }
            }
            line = index + 1
        }
        return nil
    }

    private mutating func summary(until end: UInt64) -> Load {
        let answered = latencies.count
        for place in 0..<Int32(connections.capacity) {
            let connection = connections[place]
            for number in connection.answered..<max(connection.answered, connection.due) {
                let due = moment(place, number)
                guard due >= measuredFrom else { continue }
                failed.timeout += 1
                latencies.append(Int(end - min(end, due)))
            }
        }
        latencies.sort()
        func percentile(_ part: Double) -> Int {
            latencies.isEmpty ? 0 : latencies[min(Int(Double(latencies.count) * part), latencies.count - 1)] / 1000
        }
        let errors = [
            "connect": 0, "read": failed.read, "write": failed.write, "status": failed.status,
            "timeout": failed.timeout,
        ]
        return Load(
            requests: answered, microseconds: max(1, Int((lastAnswer - min(lastAnswer, measuredFrom)) / 1000)),
            octets: octets, errors: errors, p50: percentile(0.5), p99: percentile(0.99), p999: percentile(0.999))
    }
}
