import Glibc

/// What was seen while a case ran.
package struct Observation: Sendable {
    package enum Ending: String, Sendable { case open, closed, reset }

    package var answers: [SeenAnswer] = []
    /// What is wrong with the octets behind the last whole answer; `incomplete` for a part of one.
    package var answerFault: String?
    package var rest: [UInt8] = []
    package var ending = Ending.open
    package var requests: [SeenRequest] = []
    /// Requests of which the head came, and not the whole body.
    package var parts: [SeenRequest] = []
    /// What nobody can take for a request.
    package var faults: [String] = []
    package var tunnel: [UInt8] = []
    /// The canary on the same connection: its target came back; nil where the connection had ended.
    package var isSameRight: Bool?
    package var isNewRight = false
    /// A request came on the connection on which the backend had done what the case says.
    package var isUsedAgain = false
}

/// How a client's octets are cut.
package enum Cutting: Equatable, Sendable {
    case whole
    case octets
    case at(Int)
}

/// A client, and the backend that a proxy has for it alone, in one thread: cases run one after another.
package final class Lane {
    /// A proxy's connection to the backend.
    private final class Accepted {
        let wire: Wire
        /// Octets of the request at hand that were already reported.
        var script: [Case.Step] = []
        var isTunnel = false
        var resumes = 0
        var isDone = false
        var startedHead = false
        /// It has done what the case says.
        var isScripted = false

        init(_ wire: Wire) { self.wire = wire }
    }

    package let front: UInt16
    private let listener: Int32
    private var accepted: [Accepted] = []
    private var canaries = 0
    private var current: Case?
    private var isScriptUsed = false
    private var seen = Observation()

    /// Listens at `back` for the proxy that is asked at `front`.
    package init(front: UInt16, back: UInt16) {
        self.front = front
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var form = Wire.address(back)
        let result = withUnsafePointer(to: &form) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0 && listen(listener, 64) == 0, "a free port can be listened at")
    }

    deinit { close(listener) }

    /// Runs a case; `patience` is how long an answer may take, in milliseconds.
    package func run(_ item: Case, cutting: Cutting = .whole, patience: Int) -> Observation {
        seen = Observation()
        current = item
        isScriptUsed = false
        if let script = item.backend, script.isEmpty || script.contains(.close) || script.contains(.reset) {
            // A request on a connection that served before may be repeated; one on a new connection may not.
            accepted = []
            pump(5)
        }
        guard let client = Wire.connect(to: front) else {
            seen.faults.append("nobody listens")
            return seen
        }
        send(item, cutting, client)
        let isHead = item.sent.starts(with: "HEAD ".utf8)
        pump(patience, client) {
            self.parse(client, item, isHead).finals >= max(1, item.finalAnswers) && item.finalAnswers > 0
                || client.hasEnded
        }
        if item.isClosing || item.tunnel != nil {
            pump(min(patience, 1500), client) {
                client.hasEnded
                    || item.tunnel.map { client.received.suffix($0.count) == $0[...] && self.seen.tunnel == $0 }
                        ?? false
            }
        } else {
            pump(2, client)
        }
        let parsed = parse(client, item, isHead)
        seen.answers = parsed.answers
        seen.answerFault = parsed.fault
        seen.rest = Array(client.received[parsed.count...])
        seen.ending = client.hasEnded ? client.isReset ? .reset : .closed : .open
        if seen.ending == .open, item.tunnel == nil {
            client.consume(client.received.count)
            seen.isSameRight = canary(on: client)
        }
        if let other = Wire.connect(to: front) { seen.isNewRight = canary(on: other) }
        current = nil
        finish()
        return seen
    }

    private func send(_ item: Case, _ cutting: Cutting, _ client: Wire) {
        for step in item.client {
            switch step {
            case .octets(let octets):
                switch cutting {
                case .whole: client.send(octets)
                case .at(let place):
                    client.send(octets[..<place])
                    pump(1, client)
                    client.send(octets[place...])
                case .octets:
                    for octet in octets {
                        client.send([octet])
                        usleep(40)
                        pump(0, client)
                    }
                }
            case .wait(let milliseconds): pump(milliseconds, client)
            case .until(let octets):
                pump(2000, client) { client.hasEnded || Self.contains(client.received, octets) }
            case .end: client.endWriting()
            case .close, .reset: break
            }
        }
    }

    private static func contains(_ octets: [UInt8], _ part: [UInt8]) -> Bool {
        octets.count >= part.count
            && (0...octets.count - part.count).contains { octets[$0..<$0 + part.count].elementsEqual(part) }
    }

    private func parse(_ client: Wire, _ item: Case, _ isHead: Bool) -> (
        answers: [SeenAnswer], finals: Int, count: Int, fault: String?
    ) {
        var answers: [SeenAnswer] = []
        var finals = 0
        var count = 0
        var rest = client.received
        while !rest.isEmpty {
            let isHead = finals < item.requests.count ? item.requests[finals].method == "HEAD" : isHead && finals == 0
            switch SeenAnswer.read(rest, isHead: isHead, hasEnded: client.hasEnded) {
            case .whole(let answer, let length):
                answers.append(answer)
                if !answer.isInterim { finals += 1 }
                count += length
                rest.removeFirst(length)
                if answer.status == 101 { return (answers, finals, count, nil) }
            case .incomplete: return (answers, finals, count, "incomplete")
            case .fault(let fault): return (answers, finals, count, fault)
            }
        }
        return (answers, finals, count, nil)
    }

    private func canary(on client: Wire) -> Bool {
        canaries += 1
        let target = "/canary-\(front)-\(canaries)"
        client.send("GET \(target) HTTP/1.1\r\nHost: canary.example\r\n\r\n".utf8)
        var isRight = false
        pump(1000, client) {
            if case .whole(let answer, _) = SeenAnswer.read(client.received, isHead: false, hasEnded: client.hasEnded) {
                isRight = answer.status == 200 && answer.body.elementsEqual(target.utf8)
                return true
            }
            return client.hasEnded
        }
        return isRight
    }

    /// Moves what there is until `isDone`, or for so many milliseconds.
    private func pump(_ milliseconds: Int, _ client: Wire? = nil, until isDone: () -> Bool = { false }) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let start = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
        while true {
            var isBusy = client?.receive() ?? false
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                accepted.append(Accepted(Wire(descriptor)))
                isBusy = true
            }
            clock_gettime(CLOCK_MONOTONIC, &now)
            let time = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
            for connection in accepted where progress(connection, time) { isBusy = true }
            accepted.removeAll { $0.isDone || $0.wire.hasEnded && $0.script.isEmpty }
            if isDone() || time - start >= milliseconds { return }
            if isBusy { continue }
            var set = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            set += accepted.filter { !$0.wire.hasEnded }.map {
                pollfd(fd: $0.wire.descriptor, events: Int16(POLLIN), revents: 0)
            }
            if let client, !client.hasEnded {
                set.append(pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0))
            }
            let wait = accepted.contains { !$0.script.isEmpty } ? 1 : milliseconds - (time - start)
            poll(&set, nfds_t(set.count), Int32(wait))
        }
    }

    private func progress(_ connection: Accepted, _ time: Int) -> Bool {
        var isBusy = connection.wire.receive()
        if connection.isTunnel, connection.script.isEmpty, !connection.wire.received.isEmpty {
            seen.tunnel += connection.wire.received
            connection.wire.send(connection.wire.received)
            connection.wire.consume(connection.wire.received.count)
        } else if connection.script.isEmpty, !connection.isTunnel {
            isBusy = takeRequest(connection) || isBusy
        }
        while let step = connection.script.first, connection.resumes <= time, !connection.isDone {
            connection.script.removeFirst()
            switch step {
            case .octets(let octets): connection.wire.send(octets)
            case .wait(let milliseconds): connection.resumes = time + milliseconds
            case .end: connection.wire.endWriting()
            case .until: break
            case .close: connection.isDone = true
            case .reset:
                connection.wire.resetOnClose()
                connection.isDone = true
            }
            isBusy = true
        }
        return isBusy
    }

    private func takeRequest(_ connection: Accepted) -> Bool {
        guard !connection.wire.received.isEmpty else { return false }
        switch SeenRequest.read(connection.wire.received) {
        case .whole(let request, let count):
            connection.wire.consume(count)
            if connection.startedHead {
                connection.startedHead = false
                if let place = seen.parts.firstIndex(where: { $0.target == request.target }) {
                    seen.parts.remove(at: place)
                }
            }
            if connection.isScripted { seen.isUsedAgain = true }
            if request.isCanary {
                answer(request, connection)
                return true
            }
            seen.requests.append(request)
            reply(request, connection)
            return true
        case .head(let request):
            if !connection.startedHead {
                connection.startedHead = true
                seen.parts.append(request)
                if current?.isEarly == true { reply(request, connection) }
            }
        case .incomplete: break
        case .fault(let fault):
            seen.faults.append("\(fault): \(Escapes.show(connection.wire.received, limit: 60))")
            connection.isDone = true
        }
        return false
    }

    private func reply(_ request: SeenRequest, _ connection: Accepted) {
        guard let item = current, !isScriptUsed, let script = item.backend else { return answer(request, connection) }
        isScriptUsed = true
        connection.script = script
        connection.isScripted = true
        connection.isTunnel = item.tunnel != nil
        if script.isEmpty { connection.script = [.wait(milliseconds: 20_000)] }
    }

    private func answer(_ request: SeenRequest, _ connection: Accepted) {
        var octets = Array("HTTP/1.1 200 OK\r\nContent-Length: \(request.target.utf8.count)\r\n\r\n".utf8)
        if request.method != "HEAD" { octets += request.target.utf8 }
        connection.wire.send(octets)
    }

    /// Lets go of what the case left behind.
    private func finish() {
        for connection in accepted
        where !connection.wire.received.isEmpty || connection.isTunnel || !connection.script.isEmpty {
            if !connection.startedHead, !connection.isTunnel, !connection.wire.received.isEmpty {
                seen.faults.append("a part of a head: \(Escapes.show(connection.wire.received, limit: 60))")
            }
            connection.isDone = true
        }
        accepted.removeAll { $0.isDone || $0.startedHead }
        for connection in accepted { connection.isScripted = false }
        pump(1)
    }
}
