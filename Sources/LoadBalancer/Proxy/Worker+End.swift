import Linux
import Reactor
import Telemetry

extension Worker where Network: ~Copyable {
    /// Lets go of an exchange's backend, whose connection cannot be used again.
    mutating func dropUpstream(_ place: Int32) {
        let upstream = connections[place].peer
        guard upstream >= 0 else { return }
        connections[place].peer = -1
        connections[upstream].peer = -1
        close(upstream)
    }

    /// An exchange is whole: both connections may go on to others.
    mutating func finish(_ place: Int32) {
        let upstream = connections[place].peer
        let exchange = connections[place].exchange
        if upstream >= 0 {
            connections[place].peer = -1
            connections[upstream].peer = -1
            if exchange.flags.contains(.keepsUpstream), exchange.request.isDone {
                keepIdle(upstream)
            } else {
                close(upstream)
            }
        }
        conclude(place)
        // What a client sent behind an offer to change protocols may be meant for the other protocol.
        let isPersistent =
            exchange.flags.contains(.isPersistent) && exchange.request.isDone && !isDraining
            && !(exchange.flags.contains(.offersUpgrade) && !connections[place].input.isEmpty)
        guard isPersistent else {
            connections[place].phase = .closing
            if connections[place].output.isEmpty { linger(place) } else { watchReader(place) }
            return
        }
        connections[place].phase = .idle
        connections[place].flags.insert(.isReused)
        connections[place].exchange = Exchange()
        if connections[place].output.isEmpty { becomeIdle(place) } else { watchReader(place) }
        // The next request may be here already; it has its turn after the others'.
        if !connections[place].input.isEmpty || connections[place].flags.contains(.canRead) { enqueue(place) }
    }

    /// A client has all that it asked for, and its time to ask for more begins.
    mutating func becomeIdle(_ place: Int32) {
        timers.set(place, to: now + shared.deadlines.idle)
    }

    /// Counts and logs an exchange that is over.
    private mutating func conclude(_ place: Int32) {
        uncount(place)
        let end = Clock.monotonic
        let exchange = connections[place].exchange
        let listener = Int(connections[place].index)
        metrics.durations[listener].record(nanoseconds: end &- exchange.start)
        metrics.count(.received, listener, by: exchange.received)
        metrics.count(.sent, listener, by: exchange.sent)
        switch exchange.status {
        case 200..<300: metrics.count(.success, listener)
        case 300..<400: metrics.count(.redirection, listener)
        case 400..<500: metrics.count(.clientError, listener)
        case 500..<600: metrics.count(.serverError, listener)
        default: break
        }
        if exchange.reason != .none { metrics.count(exchange.reason) }
        if log != nil { writeLine(place, duration: end &- exchange.start) }
        releaseRecord(place)
    }

    /// Gives up on the backend of an exchange: answers in its stead, or cuts what was begun.
    mutating func fail(_ place: Int32, _ reason: Reason) {
        dropUpstream(place)
        if connections[place].exchange.flags.contains(.isAnswered) {
            cut(place, reason.status == 0 ? reason : .responseIncomplete)
        } else {
            answer(place, reason)
        }
    }

    /// Ends an exchange whose answer cannot be completed: the client sees that its connection breaks.
    mutating func cut(_ place: Int32, _ reason: Reason) {
        dropUpstream(place)
        connections[place].exchange.reason = reason
        conclude(place)
        close(place, isReset: connections[place].exchange.flags.contains(.isAnswered))
    }

    /// Answers a request ourselves, and says why (RFC 9209).
    mutating func answer(_ place: Int32, _ reason: Reason) {
        dropUpstream(place)
        precondition(reason.status >= 400, "a reason with a status answers a request")
        let isHead = connections[place].exchange.method == .head
        connections[place].exchange.reason = reason
        connections[place].exchange.status = UInt16(reason.status)
        connections[place].exchange.flags.insert([.hasHead, .isAnswered])
        // After a framing error nobody knows where the next request begins; while a body is coming, neither.
        let isKept =
            connections[place].exchange.record.hasBlock && connections[place].exchange.request.isDone
            && connections[place].exchange.flags.contains(.isPersistent)
        if !isKept { connections[place].exchange.flags.remove(.isPersistent) }
        output.clear()
        output.append("HTTP/1.1 ")
        output.append(decimal: reason.status)
        output.append(" ")
        output.append(Self.phrase(reason.status))
        output.append("\r\nProxy-Status: apus; error=")
        output.append(reason.errorType)
        output.append("; details=\"")
        output.append(reason.code)
        output.append("\"\r\nDate: ")
        let realTime = realTime
        unsafe date.withText(at: realTime) { unsafe output.append($0) }
        if reason == .connectMethod || reason == .traceMethod {
            output.append("\r\nAllow: ")
            output.append(Self.allowed)
        }
        if reason == .noServerUp { output.append("\r\nRetry-After: 1") }
        output.append("\r\nContent-Type: text/plain\r\nContent-Length: ")
        output.append(decimal: reason.code.utf8CodeUnitCount + 5 + Self.phrase(reason.status).utf8CodeUnitCount + 3)
        output.append(
            isKept
                ? connections[place].exchange.flags.contains(.isHTTP10)
                    ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\n\r\n"
                : "\r\nConnection: close\r\n\r\n")
        if !isHead {
            output.append(decimal: reason.status)
            output.append(" ")
            output.append(Self.phrase(reason.status))
            output.append(": ")
            output.append(reason.code)
            output.append("\n\n")
        }
        connections[place].exchange.request.isDone = connections[place].exchange.request.isDone && isKept
        switch unsafe send(place, output.written, UnsafeRawBufferPointer(start: nil, count: 0)) {
        case .sent: finish(place)
        case .broken, .noMemory: cut(place, reason)
        }
    }

    /// Answers OPTIONS that is to go no further: what this proxy takes (RFC 9110, 7.6.2 and 9.3.7).
    mutating func answerOptions(_ place: Int32) {
        let flags = connections[place].exchange.flags
        connections[place].exchange.status = 204
        connections[place].exchange.flags.insert([.hasHead, .isAnswered])
        let isKept = connections[place].exchange.request.isDone && flags.contains(.isPersistent)
        output.clear()
        output.append("HTTP/1.1 204 No Content\r\nDate: ")
        let realTime = realTime
        unsafe date.withText(at: realTime) { unsafe output.append($0) }
        output.append("\r\nAllow: ")
        output.append(Self.allowed)
        if !isKept {
            output.append("\r\nConnection: close")
        } else if flags.contains(.isHTTP10) {
            output.append("\r\nConnection: keep-alive")
        }
        output.append("\r\n\r\n")
        switch unsafe send(place, output.written, UnsafeRawBufferPointer(start: nil, count: 0)) {
        case .sent: finish(place)
        case .broken, .noMemory: cut(place, .clientClosed)
        }
    }

    private static var allowed: StaticString { "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH" }

    private static func phrase(_ status: Int) -> StaticString {
        switch status {
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Error"
        }
    }

    /// A deadline has passed.
    mutating func expire(_ place: Int32) {
        switch (connections[place].role, connections[place].phase) {
        case (.client, .idle), (.client, .closing):
            if connections[place].output.isEmpty { close(place) } else { judgeReader(place) }
        case (.client, .head):
            connections[place].exchange = Exchange()
            connections[place].exchange.start = Clock.monotonic
            connections[place].phase = .exchange
            answer(place, .headTimeout)
        case (.client, .exchange): expireExchange(place)
        case (.upstream, .connecting), (.upstream, .handshaking): connectionLost(place, .connectTimeout)
        case (.upstream, .idle): closeIdle(place)
        case (_, .relay): endStream(connections[place].role == .client ? place : connections[place].peer, .tunnelIdle)
        case (_, .lingering): close(place)
        default: break
        }
    }

    private mutating func expireExchange(_ place: Int32) {
        let exchange = connections[place].exchange
        let isAnswered = exchange.flags.contains(.isAnswered)
        if now >= exchange.end { return isAnswered ? cut(place, .totalTimeout) : fail(place, .totalTimeout) }
        if exchange.flags.contains(.hasHead), !connections[place].output.isEmpty { return judgeReader(place) }
        if isAnswered { return cut(place, .responseStalled) }
        // Where the backend does not take what has come, it is not the client who is late.
        let upstream = connections[place].peer
        let isHeldUp = upstream >= 0 && !connections[upstream].output.isEmpty
        if !exchange.request.isDone, !isHeldUp {
            // Silence through half of the time is no pace.
            let half = shared.deadlines.body / 2
            let isComing = exchange.pace > 0 && now - exchange.lastPiece < half
            return fail(place, isComing ? .bodyRate : .bodyTimeout)
        }
        metrics.count(.failures, Int(exchange.server))
        fail(place, .responseTimeout)
    }
}
