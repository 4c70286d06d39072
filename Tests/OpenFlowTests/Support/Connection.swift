import Glibc
import OpenFlow

/// A unix socket with a switch or a database at its other end, read and written in turn.
final class Connection {
    private let descriptor: Int32
    private static let start = ContinuousClock.now

    struct Failure: Error { let what: String }

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < 100 else { throw Failure(what: "the path is too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            close(descriptor)
            throw Failure(what: "connect: \(errno)")
        }
    }

    deinit { close(descriptor) }

    static var now: Duration { ContinuousClock.now - start }

    func send(_ octets: [UInt8]) throws {
        var sent = 0
        while sent < octets.count {
            let count = octets[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(what: "write: \(errno)") }
            sent += count
        }
    }

    /// What comes within a time: nil if nothing does, empty at the end.
    func receive(within limit: Duration) -> [UInt8]? {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000)
        guard Glibc.poll(&poll, 1, max(milliseconds, 0)) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &buffer, buffer.count)
        return Array(buffer.prefix(max(count, 0)))
    }
}

/// A session with a switch over a connection.
final class SwitchClient {
    private let connection: Connection
    private var session = Session()
    private(set) var features: FeaturesReply?
    /// What the switch said by itself, and nobody took yet.
    var events: [Message.Body] = []
    private var answers: [Session.Ticket: Session.Answer] = [:]
    private(set) var isClosed = false

    init(_ path: String) throws {
        connection = try Connection(path)
        try take(session.connect(at: Connection.now))
        try run("the features") { self.features != nil }
    }

    private func take(_ actions: [Session.Action]) throws {
        for action in actions {
            switch action {
            case .send(let octets): try connection.send(octets)
            case .ready(let features): self.features = features
            case .answered(let ticket, let answer): answers[ticket] = answer
            case .event(let event): events.append(event)
            case .close(let reason): throw Connection.Failure(what: "closed: \(reason)")
            }
        }
    }

    /// Reads until a condition holds.
    func run(_ what: String, within limit: Duration = .seconds(10), until condition: () -> Bool) throws {
        let deadline = Connection.now + limit
        while !condition() {
            let left = deadline - Connection.now
            guard left > .zero else { throw Connection.Failure(what: "\(what): not in time") }
            if let octets = connection.receive(within: min(left, .milliseconds(100))) {
                guard !octets.isEmpty else {
                    isClosed = true
                    if condition() { return }
                    throw Connection.Failure(what: "\(what): the switch is gone")
                }
                try take(session.receive(octets, at: Connection.now))
            }
            try take(session.tick(at: Connection.now))
        }
    }

    private func answer(_ asked: (Session.Ticket, [Session.Action])) throws -> Session.Answer {
        try take(asked.1)
        try run("an answer") { self.answers[asked.0] != nil }
        guard let answer = answers.removeValue(forKey: asked.0) else { throw Connection.Failure(what: "no answer") }
        return answer
    }

    func ask(_ request: MultipartRequest) throws -> [MultipartReply.Body] {
        guard case .replies(let bodies) = try answer(session.ask(.multipartRequest(request), at: Connection.now)) else {
            throw Connection.Failure(what: "refused")
        }
        return bodies.compactMap { if case .multipartReply(let reply) = $0 { reply.body } else { nil } }
    }

    func commit(_ flows: [FlowMod]) throws -> Session.Answer {
        try answer(session.commit(flows.map { .flow($0) }, at: Connection.now))
    }

    func change(_ bodies: [Message.Body]) throws -> Session.Answer {
        try answer(session.change(bodies, at: Connection.now))
    }

    func send(_ body: Message.Body) throws { try take(session.send(body)) }

    func flows() throws -> [FlowStatistics] {
        try ask(.flows(FlowRequest())).flatMap { body -> [FlowStatistics] in
            if case .flows(let flows) = body { flows } else { [] }
        }
    }
}
