import Linux
import Reactor

extension Worker where Network: ~Copyable {
    /// Reads requests until the client has none, or one is under way.
    mutating func readRequests(_ place: Int32) {
        for _ in 0..<Self.budget {
            // Whoever does not take answers is asked for no more requests, of which each may add one.
            guard connections[place].output.isEmpty else { return }
            switch connections[place].phase {
            case .idle, .head: break
            default: return
            }
            guard readRequest(place) else { return }
        }
        if connections[place].phase == .idle || connections[place].phase == .head { enqueue(place) }
    }

    /// Tries to read one request; false when nothing more is to be done for now.
    private mutating func readRequest(_ place: Int32) -> Bool {
        var total = connections[place].input.count
        let isResumed = connections[place].phase == .head
        if total > 0 {
            unsafe input.storage.copyMemory(from: buffers.octets(of: connections[place].input))
        }
        // Octets of a pipelined request are tried before more are read.
        if total == 0 || isResumed {
            guard connections[place].flags.contains(.canRead) else { return false }
            let result = receive(place, at: total, most: Self.readSize)
            if result.isPending { return false }
            guard let count = result.count, count > 0 else {
                endedBetweenRequests(place)
                return false
            }
            total += count
        }
        let octets = unsafe Span<UInt8>(_unsafeBytes: input.octets(0..<total))
        var head = RequestHead()
        switch RequestHead.read(octets, fields: &fields, limits: shared.configuration.limits, into: &head) {
        case .complete(let count):
            releaseInput(place)
            guard keep(place, count..<total) else { return false }
            start(place, head, octets)
            return connections[place].phase == .idle
        case .partial:
            releaseInput(place)
            guard keep(place, 0..<total) else { return false }
            if !isResumed { timers.set(place, to: now + shared.deadlines.head) }
            connections[place].phase = .head
            return connections[place].flags.contains(.canRead)
        case .refused(let reason):
            releaseInput(place)
            connections[place].exchange = Exchange()
            connections[place].exchange.start = Clock.monotonic
            // What answers HEAD has no body, whatever came behind that word (RFC 9110, 9.3.2).
            if octets.starts(with: "HEAD ") { connections[place].exchange.method = .head }
            connections[place].phase = .exchange
            answer(place, reason)
            return false
        }
    }

    /// Keeps a range of the input scratch at the connection; false when memory is short and the connection was closed.
    private mutating func keep(_ place: Int32, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        if unsafe append(input.octets(range), toInput: place) { return true }
        metrics.count(.memoryLimit)
        close(place)
        return false
    }

    /// The client ended, or broke off, where no request was under way.
    private mutating func endedBetweenRequests(_ place: Int32) {
        if connections[place].phase == .head { metrics.count(.clientClosed) }
        close(place)
    }

    /// Takes a request whose head is complete, and looks for a backend.
    private mutating func start(_ place: Int32, _ head: RequestHead, _ octets: Span<UInt8>) {
        let listener = Int(connections[place].index)
        var exchange = Exchange()
        exchange.start = Clock.monotonic
        exchange.method = head.method
        exchange.request = BodyProgress(head.body)
        if head.isPersistent, !isDraining { exchange.flags.insert(.isPersistent) }
        if head.minor == 0 { exchange.flags.insert(.isHTTP10) }
        if head.offersUpgrade { exchange.flags.insert(.offersUpgrade) }
        exchange.requestID = random.next()
        exchange.requestIDTail = random.next()
        if let total = shared.configuration.timeouts.total { exchange.end = now + total.nanoseconds }
        metrics.count(.requests, listener)

        var context = RequestContext(client: connections[place].client)
        context.isTrusted = connections[place].flags.contains(.isTrusted)
        context.requestID = exchange.requestID
        context.requestIDTail = exchange.requestIDTail
        output.clear()
        output.write(head, octets, fields: fields, context: context)
        exchange.methodCount = head.methodName.count
        exchange.targetCount = max(head.target.count, 1) + (head.path.isEmpty && !head.target.isEmpty ? 1 : 0)
        exchange.hostCount = head.authority.count
        connections[place].exchange = exchange
        connections[place].phase = .exchange
        guard unsafe append(output.written, toRecord: place) else {
            return answer(place, .memoryLimit)
        }
        if head.maxForwards == 0, head.method == .options { return answerOptions(place) }
        if head.method == .trace { return answer(place, .traceMethod) }
        if case .length(let count) = head.body, let most = shared.configuration.limits.body, count > most {
            return answer(place, .bodyTooLarge)
        }
        guard let pool = shared.routes.pool(listener: listener, head, octets) else { return answer(place, .noRoute) }
        connections[place].exchange.pool = Int32(pool)
        dispatch(place, avoiding: -1)
    }

    /// What may be done for a client whose exchange is under way, when something has become ready.
    mutating func progressExchange(_ place: Int32) {
        if connections[place].flags.contains(.isBroken) {
            // Both directions are gone: nobody waits for the answer.
            return cut(place, .clientClosed)
        }
        sendBody(place)
    }

    // MARK: The request's body

    /// Passes on what there is of a request's body, as long as the backend takes it.
    mutating func sendBody(_ place: Int32) {
        for _ in 0..<Self.budget {
            let peer = connections[place].peer
            guard connections[place].phase == .exchange, !connections[place].exchange.request.isDone, peer >= 0,
                connections[peer].phase == .exchange, connections[peer].output.isEmpty
            else { return }
            guard sendPiece(place, to: peer) else { return }
        }
        enqueue(place)
    }

    private mutating func sendPiece(_ place: Int32, to peer: Int32) -> Bool {
        let waiting = connections[place].input.count
        let progress = connections[place].exchange.request
        var count = waiting
        if waiting == 0 {
            guard connections[place].flags.contains(.canRead) else { return false }
            var most = Self.readSize
            // Nothing beyond the body is read, so that what follows needs no place to wait.
            if case .length = progress.framing { most = min(most, progress.remaining) }
            let result = receive(place, at: 0, most: most)
            if result.isPending { return false }
            guard let received = result.count, received > 0 else {
                cut(place, .clientClosed)
                return false
            }
            count = received
        }
        let source = unsafe waiting > 0 ? buffers.octets(of: connections[place].input) : input.octets(0..<count)
        return unsafe pass(place, peer, source, isKept: waiting > 0)
    }

    /// Passes a piece of the body on; `isKept` tells that the octets lie in the connection's own input.
    private mutating func pass(_ place: Int32, _ peer: Int32, _ source: UnsafeRawBufferPointer, isKept: Bool) -> Bool {
        var used = 0
        var sending = Sending.sent
        var fault: Reason?
        switch connections[place].exchange.request.framing {
        case .length:
            used = min(source.count, connections[place].exchange.request.remaining)
            connections[place].exchange.request.remaining -= used
            connections[place].exchange.request.isDone = connections[place].exchange.request.remaining == 0
            connections[place].exchange.received += UInt64(used)
            unsafe sending = send(
                peer, UnsafeRawBufferPointer(rebasing: source[..<used]), UnsafeRawBufferPointer(start: nil, count: 0))
        case .chunked:
            output.clear()
            var reader = connections[place].exchange.request.chunks
            let octets = unsafe Span<UInt8>(_unsafeBytes: source)
            var data = 0
            var isDone = false
            fault = Self.rewrite(octets, &reader, &used, &data, &isDone, into: &output)
            connections[place].exchange.request.chunks = reader
            connections[place].exchange.request.isDone = isDone
            connections[place].exchange.received += UInt64(data)
            if fault == nil {
                unsafe sending = send(peer, output.written, UnsafeRawBufferPointer(start: nil, count: 0))
            }
        case .none, .untilClose: preconditionFailure("a request's body has a length or is chunked")
        }
        connections[place].exchange.flags.insert(.bodyBegan)
        if isKept {
            consumeInput(place, used)
        } else if used < source.count, fault == nil {
            guard unsafe append(UnsafeRawBufferPointer(rebasing: source[used...]), toInput: place) else {
                cut(place, .memoryLimit)
                return false
            }
        }
        if let most = shared.configuration.limits.body, connections[place].exchange.received > UInt64(most) {
            fault = .bodyTooLarge
        }
        if let fault {
            refuse(place, fault)
            return false
        }
        switch sending {
        case .sent: break
        case .broken:
            sendingFailed(peer)
            return false
        case .noMemory:
            cut(place, .memoryLimit)
            return false
        }
        keepPace(place, used)
        return !connections[place].exchange.request.isDone
    }

    /// Writes a chunked body's data anew as chunks of our own; the reason when the coding is malformed.
    static func rewrite(
        _ octets: Span<UInt8>, _ reader: inout ChunkReader, _ used: inout Int, _ data: inout Int, _ isDone: inout Bool,
        into output: inout Scratch, isPlain: Bool = false
    ) -> Reason? {
        while true {
            switch reader.next(octets, &used) {
            case .data(let range):
                data += range.count
                if isPlain {
                    output.append(octets, range)
                } else {
                    output.append(hexadecimal: UInt64(range.count))
                    output.append("\r\n")
                    output.append(octets, range)
                    output.append("\r\n")
                }
            case .needsMore: return nil
            case .end:
                isDone = true
                if !isPlain { output.append("0\r\n\r\n") }
                return nil
            case .malformed(let reason): return reason
            }
        }
    }

    /// Ends an exchange whose request turned out to break a rule after its head was sent on.
    private mutating func refuse(_ place: Int32, _ reason: Reason) {
        dropUpstream(place)
        if connections[place].exchange.flags.contains(.isAnswered) {
            cut(place, reason)
        } else {
            answer(place, reason)
        }
    }

    // MARK: Lingering

    /// Ends our direction and waits for the client's end, so that a reset does not overtake the answer (RFC 9112, 9.6).
    mutating func linger(_ place: Int32) {
        if connections[place].flags.contains(.hasEnded) || connections[place].flags.contains(.isBroken) {
            return close(place)
        }
        network.endWriting(connections[place].descriptor)
        connections[place].phase = .lingering
        releaseInput(place)
        timers.set(place, to: now + 2_000_000_000)
        drain(place)
    }

    /// Throws away what a client still sends after its answer.
    mutating func drain(_ place: Int32) {
        for _ in 0..<Self.budget {
            guard connections[place].flags.contains(.canRead) else { return }
            let result = receive(place, at: 0, most: Self.readSize)
            if result.isPending { return }
            guard let count = result.count, count > 0 else { return close(place) }
        }
        enqueue(place)
    }
}
