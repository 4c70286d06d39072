package import Linux
package import Reactor
package import Telemetry

/// One thread of the data plane: all its connections, and what happens on them.
///
/// It takes events and the time, and acts on a `ProxyNetwork`; it never waits, and allocates nothing for a request.
/// Clients' and backends' connections are places in one slab; an exchange pairs two of them.
package struct Worker<Network: ProxyNetwork & ~Copyable>: ~Copyable {
    /// Octets received at one time: most of what decides how dear a large body is.
    static var readSize: Int { 128 << 10 }
    /// Turns of one connection before the others have theirs.
    static var budget: Int { 16 }

    let shared: Shared
    package var network: Network
    let number: Int
    package let metrics: WorkerMetrics
    let inFlight: Counters
    let log: LogRing?

    var connections: ConnectionTable
    var timers: TimerWheel
    var buffers: BufferPool
    var pipes: Slab<PipeState>
    /// The pipe that large bodies go through, empty between two events; made when the first comes.
    var bodyPipe: Pipe?
    /// For each server whether its last answer was so large that it pays to read its head alone first.
    var answersAreLarge: [Bool]
    var input: Scratch
    var output: Scratch
    var fields: FieldTable
    var selectors: [Selector]
    /// For each server the idle connection that was used last; -1 without one.
    var idleHeads: [Int32]
    var idleCounts: [Int]
    var random: Random
    var line: LineBuilder
    var date = DateField()

    /// Nanoseconds of the monotonic clock, as of the events at hand.
    package var now: UInt64
    /// Real time less monotonic time, in nanoseconds.
    var realOffset: Int64
    /// Closed connections whose places go back when the events at hand are worked off.
    var closed: [Int32] = []
    /// Connections that wait for another turn.
    var queued: [Int32] = []
    /// Those of them that have their turn now.
    private var taken: [Int32] = []
    package private(set) var clients = 0
    package var isDraining = false

    package init(
        shared: Shared, network: consuming Network, number: Int, clients: Int, log: LogRing?, seed: UInt64, now: UInt64,
        realTime: UInt64
    ) throws(SystemError) {
        let configuration = shared.configuration
        // A backend's connection for each client's, and idle ones besides.
        let places = clients * 2 + configuration.pools.reduce(0) { $0 + $1.idleConnections * $1.servers.count } + 16
        let connections = try ConnectionTable(capacity: places)
        let timers = try TimerWheel(capacity: places, now: now)
        let buffers = try BufferPool(limit: 256 << 20)
        let pipes = try Slab<PipeState>(capacity: 1024)
        self.connections = connections
        self.timers = timers
        self.buffers = buffers
        self.pipes = pipes
        self.shared = shared
        self.network = network
        self.number = number
        self.log = log
        metrics = WorkerMetrics(listeners: configuration.listeners.count, servers: shared.servers.count)
        inFlight = shared.table.inFlight(worker: number)
        let longest = Self.readSize + max(configuration.limits.head, 4096) * 2
        input = Scratch(capacity: longest)
        output = Scratch(capacity: longest + 8192)
        fields = FieldTable(capacity: configuration.limits.fields)
        selectors = configuration.pools.enumerated().map { place, pool in
            Selector(pool, servers: shared.table.servers(ofPool: place), turn: number)
        }
        idleHeads = Array(repeating: -1, count: shared.servers.count)
        answersAreLarge = Array(repeating: false, count: shared.servers.count)
        idleCounts = Array(repeating: 0, count: shared.servers.count)
        random = Random(seed: seed)
        line = LineBuilder(capacity: 32 << 10)
        self.now = now
        realOffset = Int64(realTime) - Int64(now)
    }

    /// Sets the clock on the wall, which people and NTP move.
    package mutating func setRealTime(_ time: UInt64) { realOffset = Int64(time) - Int64(now) }

    /// Real time in nanoseconds.
    var realTime: Int64 { Int64(now) + realOffset }

    // MARK: Events

    /// Something is ready at the connection that `token` names.
    package mutating func handle(_ token: UInt64, _ readiness: Readiness) {
        guard let place = connections.place(for: token), connections[place].phase != .closed else { return }
        var flags = connections[place].flags
        if readiness.contains(.readEnd) || readiness.contains(.hangUp) { flags.insert([.isEnding, .canRead]) }
        if readiness.contains(.hangUp) { flags.insert(.isBroken) }
        if readiness.contains(.read) { flags.insert(.canRead) }
        if readiness.contains(.write) { flags.insert(.canWrite) }
        connections[place].flags = flags
        progress(place)
    }

    /// Whether a token names a backend's connection that waits in the pool.
    ///
    /// Of several events such ones go first: a request that came with them must not take a connection that has ended,
    /// or on which something came that nobody asked for.
    package func isPooled(_ token: UInt64) -> Bool {
        guard let place = connections.place(for: token) else { return false }
        return connections[place].role == .upstream && connections[place].phase == .idle
    }

    /// Works off what waits for another turn, and the deadlines that have passed; called after each round of events.
    package mutating func endRound() {
        while let place = timers.next(at: now) {
            if connections.isLive(place), connections[place].phase != .closed { expire(place) }
        }
        // Two arrays that take turns: a copy would be a new allocation in every round.
        swap(&queued, &taken)
        for index in 0..<taken.count {
            let place = taken[index]
            guard connections.isLive(place), connections[place].phase != .closed else { continue }
            connections[place].flags.remove(.isQueued)
            progress(place)
        }
        taken.removeAll(keepingCapacity: true)
        for place in closed { connections.give(place) }
        closed.removeAll(keepingCapacity: true)
    }

    /// Whether something waits for another turn, so that the loop must not sleep.
    package var hasQueued: Bool { !queued.isEmpty }

    /// How long the loop may sleep, in nanoseconds.
    package func idleTime(most: UInt64) -> UInt64 { queued.isEmpty ? timers.wait(from: now, most: most) : 0 }

    mutating func progress(_ place: Int32) {
        if !connections[place].output.isEmpty {
            guard flush(place) else { return }
        }
        guard connections[place].phase != .closed else { return }
        switch (connections[place].role, connections[place].phase) {
        case (.client, .idle), (.client, .head): readRequests(place)
        case (.client, .exchange): progressExchange(place)
        case (.client, .closing):
            if connections[place].flags.contains(.isBroken) { close(place) }
        case (.client, .lingering): drain(place)
        case (.upstream, .idle):
            // Whatever comes on an idle connection ends it: an end, or octets that nobody asked for. A read tells it
            // from readiness that was left over.
            if connections[place].flags.contains(.canRead), !receive(place, at: 0, most: 1).isPending {
                closeIdle(place)
            }
        case (.upstream, .connecting): progressConnect(place)
        case (.upstream, .handshaking): progressHandshake(place)
        case (.upstream, .exchange): readResponse(place)
        case (_, .relay):
            relay(from: place)
            if connections[place].phase == .relay, connections[place].peer >= 0 { relay(from: connections[place].peer) }
        default: break
        }
    }

    /// Gives a connection another turn in this round, after the others had theirs.
    mutating func enqueue(_ place: Int32) {
        guard !connections[place].flags.contains(.isQueued) else { return }
        connections[place].flags.insert(.isQueued)
        queued.append(place)
    }

    // MARK: Clients

    /// Takes a connection that a listener has; false when there is none, or no room.
    package mutating func accept(from descriptor: Int32, listener: Int) -> Transfer {
        var address = SocketAddress(ipv4: 0, port: 0)
        let result = network.accept(descriptor, from: &address)
        guard let number = result.count else { return result }
        let configured = shared.configuration.listeners[listener]
        var connection = Connection(descriptor: Int32(number), role: .client, phase: .idle, index: Int32(listener))
        connection.client = ClientAddress(address)
        if configured.trusted.contains(where: { $0.contains(address) }) { connection.flags.insert(.isTrusted) }
        guard let place = connections.take(connection) else {
            network.close(Int32(number), isReset: false)
            metrics.count(.connectionLimit)
            return result
        }
        clients += 1
        metrics.count(.accepted, listener)
        guard network.watch(Int32(number), token: connections.token(for: place)) else {
            close(place)
            return result
        }
        if configured.transport == .tcp {
            startStream(place)
        } else {
            timers.set(place, to: now + shared.deadlines.head)
        }
        return result
    }

    // MARK: Closing

    /// Closes a connection and gives back all it holds; its place is free after this round.
    mutating func close(_ place: Int32, isReset: Bool = false) {
        precondition(connections[place].phase != .closed, "a connection is closed once")
        if connections[place].role == .client {
            clients -= 1
            metrics.count(.closed, Int(connections[place].index))
        }
        if let session = connections[place].session {
            if !isReset { session.endWriting() }
            session.free()
            connections[place].session = nil
        }
        network.close(connections[place].descriptor, isReset: isReset)
        releaseInput(place)
        releaseOutput(place)
        releaseRecord(place)
        if connections[place].pipe >= 0 {
            network.close(pipes[connections[place].pipe].pipe)
            pipes.give(connections[place].pipe)
            connections[place].pipe = -1
        }
        connections[place].phase = .closed
        timers.cancel(place)
        closed.append(place)
    }

    /// Begins to stop: idle connections end now, the others after what is under way.
    package mutating func beginDraining() {
        isDraining = true
        for place in 0..<Int32(connections.capacity) where connections.isLive(place) {
            switch (connections[place].role, connections[place].phase) {
            // A client that has asked nothing yet may be about to; it gets its one answer.
            case (.client, .idle)
            where connections[place].input.isEmpty && connections[place].flags.contains(.isReused):
                close(place)
            case (.upstream, .idle): closeIdle(place)
            default: break
            }
        }
    }

    /// Cuts what is left, when the time for stopping is over.
    package mutating func cutAll() {
        for place in 0..<Int32(connections.capacity)
        where connections.isLive(place) && connections[place].phase != .closed {
            switch (connections[place].role, connections[place].phase) {
            case (.client, .exchange): cut(place, .stopped)
            case (.client, .relay): endStream(place, .stopped)
            case (.client, _): close(place)
            case (.upstream, .idle): closeIdle(place)
            default: break
            }
        }
        endRound()
        discardBodyPipe()
    }
}

/// A pipe that one direction of a stream goes through, and what is in it.
struct PipeState: BitwiseCopyable {
    var pipe: Pipe
    var level = 0
}
