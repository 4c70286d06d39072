import Linux
import LoadBalancer
import Reactor
import Simulation

/// A worker between scripted clients and backends, on a network and a clock of its own.
struct Site: ~Copyable {
    var worker: Worker<SimulatedNetwork>
    var ledger = Ledger()
    private let table: ServerTable
    private var clients: [Int32: ScriptedClient] = [:]
    private var backends: [Int32: ScriptedBackend] = [:]
    private var raw: [Int32: [UInt8]] = [:]
    private var random: SeededGenerator
    /// Whether the proxy looks after each event, and not at several at one time.
    private let isPrompt: Bool

    init(seed: UInt64, weather: Weather, isPrompt: Bool = false) throws {
        self.isPrompt = isPrompt
        var configuration = Configuration()
        let addresses = (0..<3).map { SocketAddress(ipv4: 0x7F00_0001, port: 9000 + UInt16($0)) }
        let pool = Configuration.Pool(
            name: "pool", servers: addresses.map { Configuration.Server(name: "\($0)", address: $0) })
        var listener = Configuration.Listener(name: "web", addresses: [SocketAddress(ipv4: 0x7F00_0001, port: 80)])
        listener.pool = 0
        configuration.listeners = [listener]
        configuration.pools = [pool]
        table = ServerTable(pools: configuration.pools, workers: 1, now: 0)
        worker = try Worker(
            shared: Shared(configuration, table: table), network: SimulatedNetwork(seed: seed, weather: weather),
            number: 0, clients: 64, log: nil, seed: seed, now: 0, realTime: 0)
        random = SeededGenerator(seed: seed).branch("site")
    }

    mutating func add(_ client: ScriptedClient) {
        let descriptor = worker.network.open(from: SocketAddress(ipv4: 0xC000_0201, port: 5000))
        clients[descriptor] = client
        clients[descriptor]?.begin(descriptor, &worker.network)
    }

    /// A client that sends octets as they are, and keeps what it gets.
    mutating func addRaw(_ octets: [UInt8]) -> Int32 {
        let descriptor = worker.network.open(from: SocketAddress(ipv4: 0xC000_0201, port: 5000))
        raw[descriptor] = []
        worker.network.write(descriptor, octets)
        return descriptor
    }

    /// What a client of `addRaw` has got.
    func answer(to descriptor: Int32) -> [UInt8] { raw[descriptor] ?? [] }

    /// Requests in flight, as the balancing counts them.
    var inFlight: UInt64 { (0..<table.count).reduce(0) { $0 + table.inFlight(of: $1) } }

    /// Runs until the proxy holds no descriptor, or so many virtual seconds are over.
    mutating func run(seconds: UInt64) {
        let limit = seconds * 1_000_000_000
        while worker.network.now < limit, !worker.network.held.isEmpty || worker.network.hasBacklog {
            let pause = worker.hasQueued ? 0 : max(1_000_000, worker.idleTime(most: 1_000_000_000))
            let deadline = worker.network.now + pause
            if worker.network.step(until: deadline) {
                // More may happen before the proxy looks.
                while !isPrompt, Int.random(in: 0..<3, using: &random) > 0,
                    worker.network.step(until: worker.network.now + 1_000_000)
                {}
            } else {
                worker.network.sleep(until: deadline)
            }
            tellPeers()
            worker.now = worker.network.now
            while worker.network.hasBacklog { _ = worker.accept(from: 3, listener: 0) }
            for (token, readiness) in worker.network.takeReadiness() { worker.handle(token, readiness) }
            worker.endRound()
        }
        // What the proxy sent last is still under way.
        repeat { tellPeers() } while worker.network.step(until: limit)
    }

    private mutating func tellPeers() {
        for (descriptor, news) in worker.network.takeNews() {
            if clients[descriptor] != nil {
                clients[descriptor]?.take(news, descriptor, &worker.network, &ledger)
            } else if raw[descriptor] != nil {
                switch news {
                case .received(let octets): raw[descriptor]? += octets
                case .ended, .reset: worker.network.end(descriptor, isDeserted: true)
                case .connected, .woke: break
                }
            } else {
                backends[descriptor, default: ScriptedBackend()].take(news, descriptor, &worker.network, &ledger)
            }
        }
    }
}
