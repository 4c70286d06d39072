import Linux
import Reactor

extension Worker where Network: ~Copyable {
    /// Octets of a body that are copied behind their head: more, and the copy costs more than a second piece.
    static var smallBody: Int { 4096 }

    /// Passes on what a backend answers, as long as the client takes it.
    mutating func readResponse(_ upstream: Int32) {
        for _ in 0..<Self.budget {
            guard connections[upstream].phase == .exchange else { return }
            let place = connections[upstream].peer
            guard place >= 0, connections[place].output.isEmpty else { return }
            guard readAnswer(upstream, for: place) else { return }
        }
        enqueue(upstream)
    }

    /// Reads once; false when nothing more is to be done for now.
    private mutating func readAnswer(_ upstream: Int32, for place: Int32) -> Bool {
        let hasHead = connections[place].exchange.flags.contains(.hasHead)
        let waiting = connections[upstream].input.count
        if waiting > 0 { unsafe input.storage.copyMemory(from: buffers.octets(of: connections[upstream].input)) }
        guard connections[upstream].flags.contains(.canRead) else { return false }
        var most = Self.readSize
        if hasHead, case .length = connections[place].exchange.response.framing {
            if canSplice(upstream, place) {
                output.clear()
                return spliceBody(upstream, place)
            }
            // One octet more than is due: what comes behind the answer is seen now, and not taken for the next one's.
            let remaining = connections[place].exchange.response.remaining
            if remaining < most { most = remaining + 1 }
        } else if waiting == 0, answersAreLarge[Int(connections[upstream].index)] {
            most = Self.smallBody
        }
        let result = receive(upstream, at: waiting, most: most)
        if result.isPending { return false }
        guard let count = result.count, count > 0 else {
            answerEnded(upstream, place, isBroken: result.count == nil)
            return false
        }
        connections[place].exchange.flags.insert(.hasOctets)
        releaseInput(upstream)
        if hasHead {
            output.clear()
            return passBody(upstream, place, 0..<count)
        }
        return readHead(upstream, place, waiting + count)
    }

    /// Reads heads at the front of the input scratch: interim ones, then the final one with what follows it.
    private mutating func readHead(_ upstream: Int32, _ place: Int32, _ total: Int) -> Bool {
        var start = 0
        while true {
            let octets = unsafe Span<UInt8>(_unsafeBytes: input.octets(start..<total))
            var head = ResponseHead()
            let method = connections[place].exchange.method
            let progress = ResponseHead.read(
                octets, to: method, fields: &fields, limits: shared.configuration.limits, into: &head)
            switch progress {
            case .partial:
                if unsafe append(input.octets(start..<total), toInput: upstream) { return true }
                fail(place, .memoryLimit)
                return false
            case .refused(let reason):
                fail(place, reason)
                return false
            case .complete(let count):
                if head.isInterim {
                    guard passInterim(place, head, octets) else { return false }
                    start += count
                    if start < total { continue }
                    return true
                }
                if head.status == 101 { return changeProtocol(upstream, place, head, octets, start + count..<total) }
                return passHead(upstream, place, head, octets, start + count..<total)
            }
        }
    }

    private mutating func passInterim(_ place: Int32, _ head: ResponseHead, _ octets: Span<UInt8>) -> Bool {
        metrics.count(.interim, Int(connections[place].index))
        // HTTP/1.0 knows no interim responses (RFC 9110, 15.2).
        guard !connections[place].exchange.flags.contains(.isHTTP10) else { return true }
        output.clear()
        let realTime = realTime
        unsafe date.withText(at: realTime) {
            unsafe output.write(head, octets, fields: fields, framing: .none, connection: [], date: $0)
        }
        return sendWritten(place)
    }

    private mutating func sendWritten(_ place: Int32) -> Bool {
        switch unsafe send(place, output.written, UnsafeRawBufferPointer(start: nil, count: 0)) {
        case .sent: return true
        case .broken: cut(place, .clientClosed)
        case .noMemory: cut(place, .memoryLimit)
        }
        return false
    }

    private mutating func passHead(
        _ upstream: Int32, _ place: Int32, _ head: ResponseHead, _ octets: Span<UInt8>, _ rest: Range<Int>
    ) -> Bool {
        var framing = head.body
        var flags = connections[place].exchange.flags
        flags.insert([.hasHead, .isAnswered])
        if head.isPersistent { flags.insert(.keepsUpstream) }
        if flags.contains(.isHTTP10) {
            // HTTP/1.0 knows no chunks: what has no length lasts until the connection ends.
            if framing == .chunked { flags.insert(.isUnchunked) }
            if framing == .chunked || framing == .untilClose {
                framing = .untilClose
                flags.remove(.isPersistent)
            }
        } else if framing == .untilClose {
            framing = .chunked
            flags.insert(.isChunkedByUs)
        }
        // A client whose body was not wanted in full cannot be told apart from its next request (RFC 9112, 9.3).
        if !connections[place].exchange.request.isDone || isDraining { flags.remove(.isPersistent) }
        connections[place].exchange.flags = flags
        connections[place].exchange.status = UInt16(head.status)
        connections[place].exchange.response = BodyProgress(head.body)
        answersAreLarge[Int(connections[upstream].index)] = Self.isLarge(head.body)
        var options: ConnectionOptions = []
        if !flags.contains(.isPersistent) {
            options = .close
        } else if flags.contains(.isHTTP10) {
            options = .keepAlive
        }
        output.clear()
        let realTime = realTime
        unsafe date.withText(at: realTime) {
            unsafe output.write(head, octets, fields: fields, framing: framing, connection: options, date: $0)
        }
        return passBody(upstream, place, rest)
    }

    /// Passes on a range of the input scratch behind what is already written to the output scratch.
    private mutating func passBody(_ upstream: Int32, _ place: Int32, _ range: Range<Int>) -> Bool {
        var used = 0
        var fault: Reason?
        var second = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        let source = unsafe input.octets(range)
        let flags = connections[place].exchange.flags
        switch connections[place].exchange.response.framing {
        case .none: break
        case .length:
            used = min(range.count, connections[place].exchange.response.remaining)
            connections[place].exchange.response.remaining -= used
            connections[place].exchange.response.isDone = connections[place].exchange.response.remaining == 0
            connections[place].exchange.sent += UInt64(used)
            if used <= Self.smallBody {
                // One piece is cheaper to send than two.
                unsafe output.append(UnsafeRawBufferPointer(rebasing: source[..<used]))
                if canSplice(upstream, place) { return spliceBody(upstream, place) }
            } else {
                unsafe second = UnsafeRawBufferPointer(rebasing: source[..<used])
            }
        case .untilClose:
            used = range.count
            connections[place].exchange.sent += UInt64(used)
            if flags.contains(.isChunkedByUs), used > 0 {
                output.append(hexadecimal: UInt64(used))
                output.append("\r\n")
                unsafe output.append(source)
                output.append("\r\n")
            } else {
                unsafe second = source
            }
        case .chunked:
            var reader = connections[place].exchange.response.chunks
            var data = 0
            var isDone = false
            let octets = unsafe Span<UInt8>(_unsafeBytes: source)
            if Self.rewrite(
                octets, &reader, &used, &data, &isDone, into: &output, isPlain: flags.contains(.isUnchunked)) != nil
            {
                fault = .responseChunk
            }
            connections[place].exchange.response.chunks = reader
            connections[place].exchange.response.isDone = isDone
            connections[place].exchange.sent += UInt64(data)
        }
        let sending = unsafe send(place, output.written, second)
        output.clear()
        if let fault {
            cut(place, fault)
            return false
        }
        switch sending {
        case .sent: break
        case .broken:
            cut(place, .clientClosed)
            return false
        case .noMemory:
            cut(place, .memoryLimit)
            return false
        }
        if connections[place].exchange.response.isDone {
            // Octets behind an answer belong to nobody: the connection is not used again.
            if used < range.count { connections[place].exchange.flags.remove(.keepsUpstream) }
            finish(place)
            return false
        }
        setExchangeDeadline(place)
        return true
    }

    /// The backend ended, or broke off, its direction.
    mutating func answerEnded(_ upstream: Int32, _ place: Int32, isBroken: Bool) {
        let flags = connections[place].exchange.flags
        guard flags.contains(.hasHead) else {
            if retry(upstream, place) { return }
            metrics.count(.failures, Int(connections[upstream].index))
            return fail(place, flags.contains(.hasOctets) ? .responseLine : .backendClosed)
        }
        guard connections[place].exchange.response.framing == .untilClose, !isBroken else {
            return cut(place, .responseIncomplete)
        }
        connections[place].exchange.response.isDone = true
        if flags.contains(.isChunkedByUs) {
            output.clear()
            output.append("0\r\n\r\n")
            guard sendWritten(place) else { return }
        }
        finish(place)
    }

    /// Sends the request again on a new connection, if it met the end of one that had been idle, and may be repeated.
    private mutating func retry(_ upstream: Int32, _ place: Int32) -> Bool {
        let exchange = connections[place].exchange
        guard connections[upstream].flags.contains(.isReused), !exchange.flags.contains(.hasOctets),
            !exchange.flags.contains(.isRetried), !exchange.flags.contains(.bodyBegan), exchange.method.isIdempotent
        else { return false }
        connections[place].exchange.flags.insert(.isRetried)
        metrics.count(.retries, Int(connections[upstream].index))
        dropUpstream(place)
        dispatch(place, avoiding: -1, isFresh: true)
        return true
    }

    // MARK: Changing protocols

    /// Whether the request offered each protocol of an answer's Upgrade field (RFC 9110, 7.8), of which there is one at
    /// least.
    private func isOffered(_ upgrade: OctetRange, _ octets: Span<UInt8>, _ place: Int32) -> Bool {
        guard !upgrade.isEmpty else { return false }
        let record = unsafe Span<UInt8>(_unsafeBytes: buffers.octets(of: connections[place].exchange.record))
        // We wrote this line ourselves, as the record's last.
        guard let offer = record.lastLine("Upgrade: ") else { return false }
        var position = Int(upgrade.start)
        while let chosen = octets.nextMember(of: upgrade, at: &position) {
            var isFound = false
            var offered = Int(offer.start)
            while let member = record.nextMember(of: offer, at: &offered), !isFound {
                isFound = member.count == chosen.count
                for index in 0..<Int(member.count) where isFound {
                    let (first, second) = (record[Int(member.start) + index], octets[Int(chosen.start) + index])
                    isFound = Octet.lowercased(first) == Octet.lowercased(second)
                }
            }
            if !isFound { return false }
        }
        return true
    }

    private mutating func changeProtocol(
        _ upstream: Int32, _ place: Int32, _ head: ResponseHead, _ octets: Span<UInt8>, _ rest: Range<Int>
    ) -> Bool {
        let flags = connections[place].exchange.flags
        guard flags.contains(.offersUpgrade), head.options.contains(.upgrade),
            isOffered(head.upgrade, octets, place), connections[place].exchange.request.isDone
        else {
            fail(place, .upgradeUnexpected)
            return false
        }
        connections[place].exchange.flags.insert([.hasHead, .isAnswered])
        connections[place].exchange.status = 101
        output.clear()
        let realTime = realTime
        unsafe date.withText(at: realTime) {
            unsafe output.write(head, octets, fields: fields, framing: .none, connection: .upgrade, date: $0)
        }
        switch unsafe send(place, output.written, input.octets(rest)) {
        case .sent: break
        case .broken:
            cut(place, .clientClosed)
            return false
        case .noMemory:
            cut(place, .memoryLimit)
            return false
        }
        metrics.count(.interim, Int(connections[place].index))
        connections[place].exchange.sent += UInt64(rest.count)
        beginRelay(place, upstream)
        return false
    }
}
