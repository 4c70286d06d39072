package import Linux
import LoadBalancer
package import Reactor

/// A network in memory, on a virtual clock, whose whole course follows from a seed.
///
/// Readiness is told as `epoll(7)` tells it under `EPOLLET`: once, when octets, an end or room come, with all that the
/// descriptor is ready for at that time. Descriptors are never used twice, so whoever uses a closed one is found out.
package struct SimulatedNetwork: ProxyNetwork, ~Copyable {
    enum Event {
        case arrival(Int32), taking(Int32), settling(Int32, isGranted: Bool), reset(Int32), nudge(Int32), waking(Int32)
    }

    package let weather: Weather
    /// What the proxy did that no proxy may do: a use of descriptors that are closed or never were.
    package private(set) var faults: [String] = []
    /// Attempts to connect, of which not all succeed.
    package private(set) var attempts = 0

    /// For each attempt to connect what arrived, in order; kept when the connection is gone.
    package private(set) var arrivals: [Int32: [Arrival]] = [:]

    /// Octets that went out of a pipe into a connection.
    package internal(set) var spliced = 0

    var connections: [Int32: SimulatedConnection] = [:]
    /// What is in each pipe, by its read end; the write end is the number behind it.
    var pipes: [Int32: [UInt8]] = [:]
    var timeline = Timeline<Event>()
    var random: SeededGenerator
    var news: [(descriptor: Int32, news: News)] = []
    private var ready: [Int32] = []
    private var backlog: [(descriptor: Int32, address: SocketAddress)] = []
    private var ports: [Int32: UInt16] = [:]
    private var nextDescriptor: Int32 = 100

    package init(seed: UInt64, weather: Weather) {
        self.weather = weather
        random = SeededGenerator(seed: seed).branch("network")
    }

    /// Nanoseconds since the beginning.
    package var now: UInt64 { timeline.now }

    /// Descriptors that the proxy holds, in ascending order.
    package var held: [Int32] { connections.filter { !$0.value.isClosedByProxy }.keys.sorted() }

    // MARK: What the proxy calls

    package mutating func accept(_ listener: Int32, from client: inout SocketAddress) -> Transfer {
        guard !backlog.isEmpty else { return .wouldBlock }
        let first = backlog.removeFirst()
        client = first.address
        return Transfer(raw: Int(first.descriptor))
    }

    package mutating func connect(to address: SocketAddress) -> Transfer {
        attempts += 1
        if happens(weather.shortage) { return Transfer(raw: -24) }
        let descriptor = make(.connecting)
        ports[descriptor] = address.port
        arrivals[descriptor] = []
        if !happens(weather.silence) {
            timeline.plan(.settling(descriptor, isGranted: !happens(weather.refusal)), after: delay())
        }
        return Transfer(raw: Int(descriptor))
    }

    package mutating func isConnected(_ descriptor: Int32) -> Bool { use(descriptor)?.state == .open }

    package mutating func watch(_ descriptor: Int32, token: UInt64) -> Bool {
        guard use(descriptor) != nil else { return false }
        connections[descriptor]?.token = token
        if connections[descriptor]?.state == .open { tell(descriptor) }
        return true
    }

    package mutating func receive(_ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        guard let connection = use(descriptor) else { return Transfer(raw: -9) }
        let count = min(connection.arrived.count, memory.count)
        guard count > 0 else {
            if connection.isReset { return Transfer(raw: -104) }
            return connection.hasEnded ? Transfer(raw: 0) : .wouldBlock
        }
        if happens(weather.stall) {
            timeline.plan(.nudge(descriptor), after: delay())
            return .wouldBlock
        }
        unsafe memory.copyBytes(from: connection.arrived.prefix(count))
        connections[descriptor]?.arrived.removeFirst(count)
        planArrival(descriptor)
        return Transfer(raw: count)
    }

    package mutating func peek(_ descriptor: Int32) -> Transfer {
        guard let connection = use(descriptor) else { return Transfer(raw: -9) }
        if !connection.arrived.isEmpty { return Transfer(raw: 1) }
        if connection.isReset { return Transfer(raw: -104) }
        return connection.hasEnded ? Transfer(raw: 0) : .wouldBlock
    }

    package mutating func send(
        _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Transfer {
        guard let connection = use(descriptor) else { return Transfer(raw: -9) }
        if connection.isReset || connection.isEndedByProxy { return Transfer(raw: -32) }
        let total = first.count + second.count
        if connection.isDeserted {
            // The peer's host answers what comes for a closed socket with a reset (RFC 9293, 3.10.7).
            timeline.plan(.reset(descriptor), after: delay())
            return Transfer(raw: total)
        }
        var count = min(total, weather.capacity - connection.sent.count)
        if count > 0, happens(weather.stall) {
            count = Int.random(in: 0..<count, using: &random)
            timeline.plan(.nudge(descriptor), after: delay())
        }
        if count < total { connections[descriptor]?.isBlocked = true }
        guard count > 0 || total == 0 else { return .wouldBlock }
        connections[descriptor]?.sentTotal += count
        unsafe connections[descriptor]?.sent.append(contentsOf: first.prefix(count))
        unsafe connections[descriptor]?.sent.append(contentsOf: second.prefix(max(0, count - first.count)))
        planTaking(descriptor)
        return Transfer(raw: count)
    }

    package mutating func untaken(_ descriptor: Int32) -> Int { use(descriptor)?.sent.count ?? 0 }

    package mutating func sendMore(_ descriptor: Int32, _ octets: UnsafeRawBufferPointer) -> Transfer {
        unsafe send(descriptor, octets, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    package mutating func endWriting(_ descriptor: Int32) {
        guard use(descriptor) != nil else { return }
        connections[descriptor]?.isEndedByProxy = true
        planTaking(descriptor)
    }

    package mutating func close(_ descriptor: Int32, isReset: Bool) {
        guard let connection = use(descriptor) else { return }
        connections[descriptor]?.isClosedByProxy = true
        connections[descriptor]?.token = nil
        // Whoever closes with octets unread resets the connection (RFC 1122, 4.2.2.13).
        let isUnread = !connection.arrived.isEmpty || !connection.transit.isEmpty
        connections[descriptor]?.isResetByProxy = isReset || isUnread
        planTaking(descriptor)
    }

    // MARK: What the loop calls

    /// Lets time pass to what happens next; false, and no time passes, when nothing does up to `limit`.
    package mutating func step(until limit: UInt64) -> Bool {
        guard let event = timeline.next(until: limit) else { return false }
        switch event {
        case .arrival(let descriptor): arrive(descriptor)
        case .taking(let descriptor): take(descriptor)
        case .settling(let descriptor, let isGranted): settle(descriptor, isGranted)
        case .reset(let descriptor):
            connections[descriptor]?.isReset = true
            connections[descriptor]?.transit = []
            tell(descriptor)
        case .nudge(let descriptor): tell(descriptor)
        case .waking(let descriptor): news.append((descriptor, .woke))
        }
        return true
    }

    /// Lets time pass to an instant up to which nothing happens.
    package mutating func sleep(until time: UInt64) { timeline.advance(to: time) }

    /// Descriptors that have become ready, as the proxy is to be told, in an order that it cannot count on.
    package mutating func takeReadiness() -> [(token: UInt64, readiness: Readiness)] {
        let told = ready.shuffled(using: &random)
        ready = []
        return told.compactMap { descriptor in
            guard let connection = connections[descriptor], let token = connection.token else { return nil }
            return (token, Self.readiness(of: connection, capacity: weather.capacity))
        }
    }

    /// What the peers have learnt, in order.
    package mutating func takeNews() -> [(descriptor: Int32, news: News)] {
        let taken = news
        news = []
        return taken
    }

    /// Whether a client waits to be accepted.
    package var hasBacklog: Bool { !backlog.isEmpty }

    // MARK: Inside

    private static func readiness(of connection: SimulatedConnection, capacity: Int) -> Readiness {
        if connection.state == .refused || connection.isReset { return [.read, .write, .readEnd, .hangUp] }
        var readiness: Readiness = []
        if !connection.arrived.isEmpty || connection.hasEnded { readiness.insert(.read) }
        if connection.sent.count < capacity { readiness.insert(.write) }
        if connection.hasEnded { readiness.insert(.readEnd) }
        if connection.hasEnded, connection.isEndedByProxy { readiness.insert(.hangUp) }
        return readiness
    }

    mutating func blame(_ text: String) { faults.append(text) }

    mutating func number() -> Int32 {
        nextDescriptor += 1
        return nextDescriptor
    }

    private mutating func use(_ descriptor: Int32, _ caller: String = #function) -> SimulatedConnection? {
        if let connection = connections[descriptor], !connection.isClosedByProxy { return connection }
        faults.append("\(caller) uses \(descriptor), which is not open")
        return nil
    }

    private mutating func make(_ state: SimulatedConnection.State) -> Int32 {
        nextDescriptor += 1
        connections[nextDescriptor] = SimulatedConnection(state: state)
        return nextDescriptor
    }

    mutating func happens(_ chance: Double) -> Bool { chance > 0 && Double.random(in: 0..<1, using: &random) < chance }

    mutating func delay() -> UInt64 { UInt64.random(in: weather.delay, using: &random) }

    private mutating func tell(_ descriptor: Int32) {
        if !ready.contains(descriptor) { ready.append(descriptor) }
    }

    mutating func planArrival(_ descriptor: Int32) {
        guard let connection = connections[descriptor], connection.state == .open, !connection.isArrivalPlanned,
            !connection.transit.isEmpty || connection.isEnding && !connection.hasEnded,
            connection.arrived.count < weather.capacity
        else { return }
        connections[descriptor]?.isArrivalPlanned = true
        timeline.plan(.arrival(descriptor), after: delay())
    }

    private mutating func planTaking(_ descriptor: Int32) {
        guard let connection = connections[descriptor], !connection.isTakingPlanned else { return }
        connections[descriptor]?.isTakingPlanned = true
        timeline.plan(.taking(descriptor), after: connection.taking?.delay ?? delay())
    }

    private mutating func arrive(_ descriptor: Int32) {
        guard var connection = connections[descriptor] else { return }
        connection.isArrivalPlanned = false
        let room = weather.capacity - connection.arrived.count
        let count = min(connection.transit.count, room, Int.random(in: weather.segment, using: &random))
        connection.arrived += connection.transit.prefix(count)
        connection.transit.removeFirst(count)
        connection.arrivedTotal += count
        if count > 0 { arrivals[descriptor]?.append(Arrival(end: connection.arrivedTotal, sent: connection.sentTotal)) }
        // An end comes with the last octets, or by itself.
        if connection.isEnding, connection.transit.isEmpty, count == 0 || Bool.random(using: &random) {
            connection.hasEnded = true
        }
        connections[descriptor] = connection
        tell(descriptor)
        planArrival(descriptor)
    }

    private mutating func take(_ descriptor: Int32) {
        guard var connection = connections[descriptor] else { return }
        connection.isTakingPlanned = false
        let most = min(
            connection.sent.count, connection.taking?.most ?? Int.random(in: weather.segment, using: &random))
        if most > 0, !connection.isReset { news.append((descriptor, .received(Array(connection.sent.prefix(most))))) }
        connection.sent.removeFirst(most)
        if connection.isResetByProxy {
            // A reset overtakes what was on its way.
            connection.sent = []
            news.append((descriptor, .reset))
        } else if connection.sent.isEmpty, connection.isEndedByProxy || connection.isClosedByProxy,
            !connection.isEndTold
        {
            connection.isEndTold = true
            news.append((descriptor, .ended))
        }
        let isBlocked = connection.isBlocked
        connection.isBlocked = false
        connections[descriptor] = connection.isClosedByProxy && connection.sent.isEmpty ? nil : connection
        if isBlocked { tell(descriptor) }
        if !connection.sent.isEmpty { planTaking(descriptor) }
    }

    private mutating func settle(_ descriptor: Int32, _ isGranted: Bool) {
        guard let connection = connections[descriptor], !connection.isClosedByProxy else { return }
        connections[descriptor]?.state = isGranted ? .open : .refused
        if isGranted { news.append((descriptor, .connected(port: ports[descriptor] ?? 0))) }
        tell(descriptor)
    }
}

extension SimulatedNetwork {
    // MARK: What the peers call

    /// A client connects to the proxy's listener.
    package mutating func open(from address: SocketAddress) -> Int32 {
        let descriptor = make(.open)
        backlog.append((descriptor, address))
        return descriptor
    }

    /// A peer sends octets.
    package mutating func write(_ descriptor: Int32, _ octets: [UInt8]) {
        connections[descriptor]?.transit += octets
        planArrival(descriptor)
    }

    /// A peer ends its direction and still takes what comes, or closes and takes nothing more.
    package mutating func end(_ descriptor: Int32, isDeserted: Bool) {
        connections[descriptor]?.isEnding = true
        connections[descriptor]?.isDeserted = isDeserted
        planArrival(descriptor)
    }

    /// A peer takes at most so many octets at one time, and so long after the last ones.
    package mutating func slow(_ descriptor: Int32, most: Int, every nanoseconds: UInt64) {
        connections[descriptor]?.taking = (most, nanoseconds)
    }

    /// A peer breaks its connection; what it sent may be lost.
    package mutating func reset(_ descriptor: Int32) {
        guard connections[descriptor] != nil else { return }
        timeline.plan(.reset(descriptor), after: delay())
    }

    /// A peer wants to be woken.
    package mutating func wake(_ descriptor: Int32, after nanoseconds: UInt64) {
        timeline.plan(.waking(descriptor), after: nanoseconds)
    }
}
