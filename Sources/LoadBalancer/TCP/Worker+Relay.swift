import Linux
import Reactor
import Telemetry

extension Worker where Network: ~Copyable {
    /// Full reads in a row after which a direction counts as bulk, and moves through a pipe inside the kernel.
    private static var bulkReads: UInt8 { 2 }

    /// A client came to a TCP listener: a backend is looked for at once.
    mutating func startStream(_ place: Int32) {
        let listener = Int(connections[place].index)
        connections[place].phase = .relay
        var exchange = Exchange()
        exchange.start = Clock.monotonic
        exchange.pool = Int32(shared.configuration.listeners[listener].pool ?? 0)
        connections[place].exchange = exchange
        openStream(place, avoiding: -1)
    }

    /// Connects a stream's client to a server.
    mutating func openStream(_ place: Int32, avoiding avoided: Int) {
        let pool = Int(connections[place].exchange.pool)
        guard let server = selectors[pool].choose(shared.table, avoiding: avoided, random: &random) else {
            return endStream(place, .noServerUp)
        }
        countStream(place, server)
        let result = network.connect(to: shared.servers[server].address)
        var connection = Connection(
            descriptor: Int32(result.count ?? -1), role: .upstream, phase: .connecting, index: Int32(server))
        connection.flags = []
        connection.peer = place
        guard result.count != nil else {
            metrics.count(.failures, server)
            let isLast = Int(connections[place].exchange.attempts) > shared.configuration.pools[pool].retries
            return isLast ? endStream(place, .connectFailed) : openStream(place, avoiding: server)
        }
        guard let upstream = connections.take(connection) else {
            network.close(connection.descriptor, isReset: false)
            return endStream(place, .connectionLimit)
        }
        connections[place].peer = upstream
        metrics.count(.connections, server)
        timers.set(upstream, to: now + shared.deadlines.connect)
        guard network.watch(connection.descriptor, token: connections.token(for: upstream)) else {
            return connectionLost(upstream, .connectionLimit)
        }
    }

    private mutating func countStream(_ place: Int32, _ server: Int) {
        uncount(place)
        connections[place].exchange.server = Int32(server)
        connections[place].exchange.attempts += 1
        connections[place].exchange.flags.insert(.isCounted)
        inFlight.add(at: server)
        metrics.count(.dispatched, server)
    }

    /// From now on octets go both ways as they come.
    mutating func beginRelay(_ place: Int32, _ upstream: Int32) {
        connections[place].phase = .relay
        connections[upstream].phase = .relay
        connections[place].peer = upstream
        connections[upstream].peer = place
        touch(place)
        relay(from: place)
        if connections[upstream].phase == .relay { relay(from: upstream) }
    }

    /// Moves octets from one side to the other until there are none, or the other takes none.
    mutating func relay(from source: Int32) {
        for _ in 0..<Self.budget {
            let target = connections[source].peer
            guard connections[source].phase == .relay, target >= 0, connections[target].phase == .relay,
                connections[target].output.isEmpty, !connections[target].flags.contains(.endedWriting)
            else { return }
            guard connections[source].pipe >= 0 ? splice(source, target) : copy(source, target) else { return }
        }
        enqueue(source)
    }

    private mutating func copy(_ source: Int32, _ target: Int32) -> Bool {
        let waiting = connections[source].input
        if !waiting.isEmpty {
            let octets = unsafe buffers.octets(of: waiting)
            guard unsafe pass(source, target, octets) else { return false }
            releaseInput(source)
            return true
        }
        if connections[source].flags.contains(.hasEnded) {
            endDirection(source, target)
            return false
        }
        guard connections[source].flags.contains(.canRead) else { return false }
        let result = receive(source, at: 0, most: Self.readSize)
        if result.isPending { return false }
        guard let count = result.count else {
            endStream(clientOf(source), .none, isReset: true)
            return false
        }
        if count == 0 {
            endDirection(source, target)
            return false
        }
        connections[source].fullReads = count == Self.readSize ? connections[source].fullReads &+ 1 : 0
        guard unsafe pass(source, target, input.octets(0..<count)) else { return false }
        if connections[source].fullReads >= Self.bulkReads, connections[source].session == nil,
            connections[target].session == nil, connections[target].output.isEmpty, let pipe = network.makePipe()
        {
            if let place = pipes.take(PipeState(pipe: pipe)) {
                connections[source].pipe = place
            } else {
                network.close(pipe)
                connections[source].fullReads = 0
            }
        }
        return true
    }

    private mutating func pass(_ source: Int32, _ target: Int32, _ octets: UnsafeRawBufferPointer) -> Bool {
        count(source, octets.count)
        switch unsafe send(target, octets, UnsafeRawBufferPointer(start: nil, count: 0)) {
        case .sent:
            touch(source)
            return true
        case .broken: endStream(clientOf(source), .none, isReset: true)
        case .noMemory: endStream(clientOf(source), .memoryLimit, isReset: true)
        }
        return false
    }

    /// Moves a bulk direction on through its pipe, which is emptied before it is filled again.
    private mutating func splice(_ source: Int32, _ target: Int32) -> Bool {
        let place = connections[source].pipe
        let pipe = pipes[place].pipe
        if pipes[place].level > 0 {
            guard connections[target].flags.contains(.canWrite) else { return false }
            let result = network.splice(
                from: pipe.readEnd, to: connections[target].descriptor, count: pipes[place].level)
            if result.isPending {
                connections[target].flags.remove(.canWrite)
                return false
            }
            guard let moved = result.count, moved > 0 else {
                endStream(clientOf(source), .none, isReset: true)
                return false
            }
            pipes[place].level -= moved
            touch(source)
            return true
        }
        if connections[source].flags.contains(.hasEnded) {
            endDirection(source, target)
            return false
        }
        guard connections[source].flags.contains(.canRead) else { return false }
        let result = network.splice(
            from: connections[source].descriptor, to: pipe.writeEnd, count: pipe.capacity)
        if result.isPending {
            // The pipe is empty, so it is the socket that has nothing.
            connections[source].flags.remove(.canRead)
            return false
        }
        guard let moved = result.count else {
            endStream(clientOf(source), .none, isReset: true)
            return false
        }
        if moved == 0 {
            connections[source].flags.insert(.hasEnded)
            endDirection(source, target)
            return false
        }
        count(source, moved)
        pipes[place].level = moved
        return true
    }

    private mutating func count(_ source: Int32, _ octets: Int) {
        if connections[source].role == .client {
            connections[source].exchange.received += UInt64(octets)
        } else {
            connections[connections[source].peer].exchange.sent += UInt64(octets)
        }
    }

    /// The client's side of a stream.
    func clientOf(_ place: Int32) -> Int32 {
        connections[place].role == .client ? place : connections[place].peer
    }

    /// One side has said all: the other is told, and may still answer (half-close).
    private mutating func endDirection(_ source: Int32, _ target: Int32) {
        if let session = connections[target].session { session.endWriting() }
        network.endWriting(connections[target].descriptor)
        connections[target].flags.insert(.endedWriting)
        if connections[source].flags.contains(.endedWriting) { endStream(clientOf(source), .none) }
    }

    /// Ends a stream or tunnel on both sides.
    mutating func endStream(_ place: Int32, _ reason: Reason, isReset: Bool = false) {
        let upstream = connections[place].peer
        let listener = Int(connections[place].index)
        connections[place].exchange.reason = reason
        uncount(place)
        let duration = Clock.monotonic &- connections[place].exchange.start
        metrics.durations[listener].record(nanoseconds: duration)
        metrics.count(.received, listener, by: connections[place].exchange.received)
        metrics.count(.sent, listener, by: connections[place].exchange.sent)
        if reason != .none { metrics.count(reason) }
        writeLine(place, duration: duration)
        if upstream >= 0 {
            connections[upstream].peer = -1
            close(upstream, isReset: isReset)
        }
        connections[place].peer = -1
        close(place, isReset: isReset || reason != .none)
    }
}
