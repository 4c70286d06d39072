import Linux
import Reactor
import Telemetry

extension Worker where Network: ~Copyable {
    /// Finds a backend for the request at a client's place: an idle connection, or a new one.
    mutating func dispatch(_ place: Int32, avoiding avoided: Int, isFresh: Bool = false) {
        let pool = Int(connections[place].exchange.pool)
        guard let server = selectors[pool].choose(shared.table, avoiding: avoided, random: &random) else {
            return answer(place, .noServerUp)
        }
        uncount(place)
        connections[place].exchange.server = Int32(server)
        connections[place].exchange.attempts += 1
        connections[place].exchange.flags.insert(.isCounted)
        inFlight.add(at: server)
        metrics.count(.dispatched, server)
        if !isFresh, let upstream = takeIdle(server, for: place) {
            metrics.count(.reused, server)
            return attach(upstream, to: place)
        }
        connect(place, server)
    }

    /// The request at a client's place is no longer in flight.
    mutating func uncount(_ place: Int32) {
        guard connections[place].exchange.flags.contains(.isCounted) else { return }
        connections[place].exchange.flags.remove(.isCounted)
        inFlight.subtract(at: Int(connections[place].exchange.server))
    }

    private mutating func connect(_ place: Int32, _ server: Int) {
        let result = network.connect(to: shared.servers[server].address)
        guard let number = result.count else { return connectFailed(place, .connectFailed) }
        let connection = Connection(
            descriptor: Int32(number), role: .upstream, phase: .connecting, index: Int32(server))
        guard let upstream = connections.take(connection) else {
            network.close(Int32(number), isReset: false)
            return answer(place, .connectionLimit)
        }
        connections[upstream].flags.remove(.canWrite)
        connections[upstream].peer = place
        connections[place].peer = upstream
        metrics.count(.connections, server)
        timers.cancel(place)
        timers.set(upstream, to: now + shared.deadlines.connect)
        guard network.watch(Int32(number), token: connections.token(for: upstream)) else {
            return connectionLost(upstream, .connectionLimit)
        }
    }

    /// An attempt to connect is over.
    mutating func progressConnect(_ upstream: Int32) {
        let flags = connections[upstream].flags
        guard flags.contains(.canWrite) || flags.contains(.isBroken) else { return }
        guard network.isConnected(connections[upstream].descriptor), !flags.contains(.isBroken) else {
            return connectionLost(upstream, .connectFailed)
        }
        let server = Int(connections[upstream].index)
        guard let context = shared.tls[shared.servers[server].pool] else { return established(upstream) }
        guard
            let session = TLSSession(
                context, descriptor: connections[upstream].descriptor, name: shared.servers[server].name)
        else { return connectionLost(upstream, .tlsFailed) }
        connections[upstream].session = session
        connections[upstream].phase = .handshaking
        progressHandshake(upstream)
    }

    mutating func progressHandshake(_ upstream: Int32) {
        guard let session = connections[upstream].session else { return }
        switch session.handshake() {
        case .done: established(upstream)
        case .pending: break
        case .failed(let reason): connectionLost(upstream, reason)
        }
    }

    private mutating func established(_ upstream: Int32) {
        let place = connections[upstream].peer
        timers.cancel(upstream)
        if connections[place].phase == .relay { return beginRelay(place, upstream) }
        attach(upstream, to: place)
    }

    /// A connection could not be made: another server is tried, as often as the pool's `retries` say.
    mutating func connectionLost(_ upstream: Int32, _ reason: Reason) {
        let place = connections[upstream].peer
        metrics.count(.failures, Int(connections[upstream].index))
        connections[upstream].peer = -1
        connections[place].peer = -1
        close(upstream)
        connectFailed(place, reason)
    }

    private mutating func connectFailed(_ place: Int32, _ reason: Reason) {
        let exchange = connections[place].exchange
        let server = Int(exchange.server)
        guard exchange.attempts <= shared.configuration.pools[Int(exchange.pool)].retries else {
            if connections[place].phase == .relay { return endStream(place, reason) }
            return answer(place, reason)
        }
        metrics.count(.retries, server)
        if connections[place].phase == .relay { return openStream(place, avoiding: server) }
        dispatch(place, avoiding: server)
    }

    /// Joins a client and a backend's connection, and sends the request's head.
    private mutating func attach(_ upstream: Int32, to place: Int32) {
        connections[upstream].peer = place
        connections[place].peer = upstream
        connections[upstream].phase = .exchange
        connections[place].exchange.flags.insert(.isSent)
        connections[place].exchange.response = BodyProgress()
        connections[place].exchange.response.isDone = false
        setExchangeDeadline(place)
        let record = unsafe buffers.octets(of: connections[place].exchange.record)
        switch unsafe send(upstream, record, UnsafeRawBufferPointer(start: nil, count: 0)) {
        case .sent:
            sendBody(place)
            if connections[upstream].phase == .exchange, connections[upstream].flags.contains(.canRead) {
                readResponse(upstream)
            }
        case .broken: sendingFailed(upstream)
        case .noMemory: cut(place, .memoryLimit)
        }
    }

    // MARK: Idle connections

    /// Takes the idle connection to a server that was used last, if its peer has not ended it.
    private mutating func takeIdle(_ server: Int, for place: Int32) -> Int32? {
        while true {
            let upstream = idleHeads[server]
            guard upstream >= 0 else { return nil }
            // What came since the last round is seen only by asking. A request that may be repeated needs no
            // asking after so short a time: if it meets the end, it is repeated.
            let isFresh = now &- connections[upstream].idleSince < 1_000_000_000
            if !isFresh || !connections[place].exchange.method.isIdempotent {
                guard network.peek(connections[upstream].descriptor).isPending else {
                    closeIdle(upstream)
                    continue
                }
            }
            unlinkIdle(upstream)
            connections[upstream].flags.insert(.isReused)
            timers.cancel(upstream)
            return upstream
        }
    }

    /// Keeps a backend's connection for another request.
    mutating func keepIdle(_ upstream: Int32) {
        let server = Int(connections[upstream].index)
        guard !isDraining, idleCounts[server] < shared.idle[server].count, connections[upstream].input.isEmpty,
            connections[upstream].output.isEmpty, !connections[upstream].flags.contains(.isEnding),
            // What is there already came behind the answer, and would be taken for the next one's. A short read has
            // emptied a plain socket and taken the flag; TLS may hold what no socket tells of.
            !connections[upstream].flags.contains(.canRead) || receive(upstream, at: 0, most: 1).isPending
        else { return close(upstream) }
        connections[upstream].phase = .idle
        connections[upstream].idleSince = now
        connections[upstream].previousIdle = -1
        connections[upstream].nextIdle = idleHeads[server]
        if idleHeads[server] >= 0 { connections[idleHeads[server]].previousIdle = upstream }
        idleHeads[server] = upstream
        idleCounts[server] += 1
        timers.set(upstream, to: now + shared.idle[server].nanoseconds)
    }

    mutating func closeIdle(_ upstream: Int32) {
        unlinkIdle(upstream)
        close(upstream)
    }

    private mutating func unlinkIdle(_ upstream: Int32) {
        let server = Int(connections[upstream].index)
        let (previous, next) = (connections[upstream].previousIdle, connections[upstream].nextIdle)
        if previous >= 0 { connections[previous].nextIdle = next } else { idleHeads[server] = next }
        if next >= 0 { connections[next].previousIdle = previous }
        idleCounts[server] -= 1
    }
}
