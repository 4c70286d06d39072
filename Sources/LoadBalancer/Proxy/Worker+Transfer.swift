import Linux
import Reactor

extension Worker where Network: ~Copyable {
    /// How an attempt to send went; what could not be sent at once waits in `output`.
    enum Sending { case sent, broken, noMemory }

    /// Receives into the input scratch from `offset` on, at most `most` octets.
    mutating func receive(_ place: Int32, at offset: Int, most: Int) -> Transfer {
        let size = buffers.lent > buffers.limit / 2 ? min(most, 16 << 10) : most
        let memory = unsafe UnsafeMutableRawBufferPointer(rebasing: input.storage[offset..<offset + size])
        let result: Transfer
        if let session = connections[place].session {
            result = unsafe session.receive(into: memory)
        } else {
            result = unsafe network.receive(connections[place].descriptor, into: memory)
            // A read that did not fill its memory took all there was; what comes later is told anew. When the end has
            // been announced it may be there already, so reading goes on until it is seen.
            if let count = result.count, count > 0, count < size, !connections[place].flags.contains(.isEnding) {
                connections[place].flags.remove(.canRead)
            }
        }
        if result.isPending { connections[place].flags.remove(.canRead) }
        if result.count == 0 { connections[place].flags.insert(.hasEnded) }
        return result
    }

    /// Sends two pieces, and keeps what does not go.
    mutating func send(
        _ place: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Sending {
        var moved = 0
        let total = first.count + second.count
        if connections[place].output.isEmpty, connections[place].flags.contains(.canWrite) {
            while moved < total {
                let rest = min(moved, first.count)
                let head = unsafe UnsafeRawBufferPointer(rebasing: first[rest...])
                let tail = unsafe UnsafeRawBufferPointer(rebasing: second[(moved - rest)...])
                let result = unsafe transmit(place, head, tail)
                if result.isPending {
                    connections[place].flags.remove(.canWrite)
                    break
                }
                guard let count = result.count else { return .broken }
                moved += count
                // A plain socket that took a part is full; TLS goes record by record.
                if connections[place].session == nil, moved < total {
                    connections[place].flags.remove(.canWrite)
                    break
                }
            }
        }
        guard moved < total else { return .sent }
        let rest = min(moved, first.count)
        guard unsafe append(UnsafeRawBufferPointer(rebasing: first[rest...]), toOutput: place),
            unsafe append(UnsafeRawBufferPointer(rebasing: second[(moved - rest)...]), toOutput: place)
        else { return .noMemory }
        return .sent
    }

    private mutating func transmit(
        _ place: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Transfer {
        guard let session = connections[place].session else {
            return unsafe network.send(connections[place].descriptor, first, second)
        }
        return unsafe session.send(first.isEmpty ? second : first)
    }

    /// Sends what waits; false when the connection is no more.
    mutating func flush(_ place: Int32) -> Bool {
        while !connections[place].output.isEmpty, connections[place].flags.contains(.canWrite) {
            let waiting = unsafe buffers.octets(of: connections[place].output)
            let result = unsafe transmit(place, waiting, UnsafeRawBufferPointer(start: nil, count: 0))
            if result.isPending {
                connections[place].flags.remove(.canWrite)
                return true
            }
            guard let count = result.count else {
                sendingFailed(place)
                return false
            }
            consumeOutput(place, count)
            touch(place)
        }
        guard connections[place].output.isEmpty else { return true }
        wasSent(place)
        return connections[place].phase != .closed
    }

    /// What waited has been sent: the source may go on.
    private mutating func wasSent(_ place: Int32) {
        let peer = connections[place].peer
        switch (connections[place].role, connections[place].phase) {
        case (.client, .exchange):
            // The time of a client that was watched is over; the backend's begins.
            if connections[place].exchange.flags.contains(.hasHead) { setExchangeDeadline(place) }
            if peer >= 0, connections[peer].phase == .exchange { readResponse(peer) }
        case (.client, .closing): linger(place)
        case (.client, .idle): becomeIdle(place)
        case (.upstream, .exchange):
            if peer >= 0, connections[peer].phase == .exchange { sendBody(peer) }
        case (_, .relay):
            if peer >= 0 { relay(from: peer) }
        default: break
        }
    }

    /// A write failed: the peer is gone.
    mutating func sendingFailed(_ place: Int32) {
        switch (connections[place].role, connections[place].phase) {
        case (.client, .exchange): cut(place, .clientClosed)
        case (.upstream, .exchange):
            // The backend may have answered before it closed, so what it sent is looked at first.
            releaseOutput(place)
            connections[place].flags.insert([.canRead, .isEnding])
            readResponse(place)
        case (_, .relay): endStream(clientOf(place), .none, isReset: true)
        default: close(place)
        }
    }

    /// Something moved: the deadlines of the exchange or stream begin anew.
    mutating func touch(_ place: Int32) {
        let deadlines = shared.deadlines
        switch connections[place].phase {
        case .exchange:
            // What a client takes is looked at when its deadline has passed.
            if connections[place].role == .upstream, connections[place].peer >= 0 {
                setExchangeDeadline(connections[place].peer)
            }
        case .relay:
            // One deadline for both sides: a stream that only one of them feeds is not idle.
            let client = connections[place].role == .client ? place : connections[place].peer
            timers.set(client, to: now + deadlines.tunnel)
        default: break
        }
    }

    /// Octets of a request's body came; the deadline moves when they are as many as its time is worth.
    mutating func keepPace(_ place: Int32, _ count: Int) {
        let pace = Int(connections[place].exchange.pace) + count
        if connections[place].exchange.request.isDone || pace >= shared.bodyQuota {
            setExchangeDeadline(place)
        } else {
            connections[place].exchange.pace = Int32(clamping: pace)
            connections[place].exchange.lastPiece = now
        }
    }

    /// One deadline for an exchange, at the client's place: which step it guards follows from its state.
    mutating func setExchangeDeadline(_ client: Int32) {
        let deadlines = shared.deadlines
        let hasHead = connections[client].exchange.flags.contains(.hasHead)
        connections[client].exchange.pace = 0
        if hasHead, !connections[client].output.isEmpty { return watchReader(client) }
        let isWaiting = connections[client].exchange.request.isDone && !hasHead
        let step = now + (isWaiting ? deadlines.response : deadlines.body)
        timers.set(client, to: min(step, connections[client].exchange.end))
    }

    /// A client's answer waits to be taken: twice in the time that a piece of a body has it is looked at.
    mutating func watchReader(_ client: Int32) {
        connections[client].exchange.untaken = -1
        setReaderDeadline(client)
    }

    private mutating func setReaderDeadline(_ client: Int32) {
        let step = now + shared.deadlines.body / 2
        timers.set(client, to: min(step, connections[client].exchange.end))
    }

    /// Cuts a client that takes its answer too slowly.
    ///
    /// A socket has room again only when a third of a large buffer is free, so that writing tells little of a slow
    /// reader; the kernel knows what was acknowledged.
    mutating func judgeReader(_ client: Int32) {
        if now >= connections[client].exchange.end {
            metrics.count(.totalTimeout)
            return close(client, isReset: true)
        }
        let untaken = connections[client].output.count + network.untaken(connections[client].descriptor)
        let before = Int(connections[client].exchange.untaken)
        if before < 0 || before - untaken >= max(1, shared.bodyQuota / 2) {
            connections[client].exchange.untaken = Int32(clamping: untaken)
            return setReaderDeadline(client)
        }
        let reason = untaken < before ? Reason.clientSlow : .responseStalled
        if connections[client].phase == .exchange { return cut(client, reason) }
        // The exchange was counted when its last octets were handed over.
        metrics.count(reason)
        close(client, isReset: true)
    }
}
