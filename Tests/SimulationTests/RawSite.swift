import Linux
import LoadBalancer
import Reactor
import Simulation

/// A worker between clients and backends that send octets as they are told, on a network and a clock of their own.
struct RawSite: ~Copyable {
    /// What a peer does, in order.
    enum Step {
        case octets(String)
        case body(Int)
        case pause(seconds: Double)
    }

    /// One end of a connection, as far as the test looks at it.
    struct End {
        var steps: [Step] = []
        var received: [UInt8] = []
        /// When and how it was over, in seconds.
        var ended: (seconds: Double, isReset: Bool)?
        var requests = 0
        var isWaiting = false
        var text: String { String(decoding: received, as: UTF8.self) }
    }

    var worker: Worker<SimulatedNetwork>
    private(set) var ends: [Int32: End] = [:]
    private var clients: Set<Int32> = []
    /// What backends answer requests with, in the order in which these come; then the plain answer.
    private var answers: [[Step]]
    /// How backends take what comes: so many octets, so often; nil for at once.
    var backendPace: (most: Int, nanoseconds: UInt64)?
    /// The most that all connections together held.
    private(set) var mostHeld = 0

    init(answers: [[Step]] = [], _ configure: (inout Configuration) -> Void = { _ in }) throws {
        self.answers = answers
        var configuration = Configuration()
        let address = SocketAddress(ipv4: 0x7F00_0001, port: 9000)
        var listener = Configuration.Listener(name: "web", addresses: [SocketAddress(ipv4: 0x7F00_0001, port: 80)])
        listener.pool = 0
        configuration.listeners = [listener]
        configuration.pools = [
            Configuration.Pool(name: "pool", servers: [Configuration.Server(name: "a", address: address)])
        ]
        configure(&configuration)
        let table = ServerTable(pools: configuration.pools, workers: 1, now: 0)
        worker = try Worker(
            shared: Shared(configuration, table: table), network: SimulatedNetwork(seed: 1, weather: Weather()),
            number: 0, clients: 16, log: nil, seed: 1, now: 0, realTime: 0)
    }

    /// Connections to backends up to now.
    var connections: Int { worker.network.attempts }

    /// A client comes, and does this.
    mutating func client(_ steps: Step..., taking pace: (most: Int, nanoseconds: UInt64)? = nil) -> Int32 {
        let descriptor = worker.network.open(from: SocketAddress(ipv4: 0xC000_0201, port: 5000))
        clients.insert(descriptor)
        if let pace { worker.network.slow(descriptor, most: pace.most, every: pace.nanoseconds) }
        ends[descriptor] = End(steps: steps)
        play(descriptor)
        return descriptor
    }

    /// A peer does this besides.
    mutating func add(_ steps: [Step], to descriptor: Int32) {
        ends[descriptor]?.steps += steps
        play(descriptor)
    }

    /// Runs for so many virtual seconds.
    mutating func run(seconds: UInt64) {
        let limit = worker.network.now + seconds * 1_000_000_000
        while worker.network.now < limit {
            let pause = worker.hasQueued ? 0 : max(1_000_000, worker.idleTime(most: 1_000_000_000))
            let deadline = min(limit, worker.network.now + pause)
            if !worker.network.step(until: deadline) { worker.network.sleep(until: deadline) }
            for (descriptor, news) in worker.network.takeNews() { take(news, descriptor) }
            worker.now = worker.network.now
            while worker.network.hasBacklog { _ = worker.accept(from: 3, listener: 0) }
            let events = worker.network.takeReadiness()
            for (token, readiness) in events where worker.isPooled(token) { worker.handle(token, readiness) }
            for (token, readiness) in events { worker.handle(token, readiness) }
            worker.endRound()
            mostHeld = max(mostHeld, worker.heldOctets)
        }
    }

    private mutating func take(_ news: News, _ descriptor: Int32) {
        switch news {
        case .connected:
            ends[descriptor] = End()
            if let backendPace {
                worker.network.slow(descriptor, most: backendPace.most, every: backendPace.nanoseconds)
            }
        case .received(let octets):
            ends[descriptor]?.received += octets
            if !clients.contains(descriptor) { answer(descriptor) }
        case .woke:
            ends[descriptor]?.isWaiting = false
            play(descriptor)
        case .ended, .reset:
            let isReset = if case .reset = news { true } else { false }
            ends[descriptor]?.ended = (Double(worker.network.now) / 1e9, isReset)
            worker.network.end(descriptor, isDeserted: true)
        }
    }

    /// Answers each head that has come.
    private mutating func answer(_ descriptor: Int32) {
        guard var end = ends[descriptor] else { return }
        let heads = end.text.split(separator: "\r\n\r\n", omittingEmptySubsequences: false).count - 1
        while end.requests < heads {
            end.requests += 1
            let plain: [Step] = [.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain")]
            end.steps += answers.isEmpty ? plain : answers.removeFirst()
        }
        ends[descriptor] = end
        play(descriptor)
    }

    private mutating func play(_ descriptor: Int32) {
        while ends[descriptor]?.isWaiting == false, let step = ends[descriptor]?.steps.first {
            ends[descriptor]?.steps.removeFirst()
            switch step {
            case .octets(let text): worker.network.write(descriptor, Array(text.utf8))
            case .body(let count): worker.network.write(descriptor, Array(repeating: 0x78, count: count))
            case .pause(let seconds):
                ends[descriptor]?.isWaiting = true
                worker.network.wake(descriptor, after: UInt64(seconds * 1e9))
            }
        }
    }
}
