import Hostile
import Linux
import LoadBalancer
import Simulation

/// A worker between clients and their backends, all of whom play what the input says.
struct FuzzSite: ~Copyable {
    private var worker: Worker<SimulatedNetwork>
    private let table: ServerTable
    private let script: FuzzScript
    private var clients: [Int32] = []
    private var peers: [Int32: FuzzPeer] = [:]
    /// Answers given, over all backends.
    private var answered = 0
    private var rounds = 0
    private var asked: [AskedRequests]

    /// More than any input of 64 KiB needs, in segments of one octet.
    private static let roundLimit = 2_000_000
    private static let second: UInt64 = 1_000_000_000

    init(_ script: FuzzScript) throws {
        self.script = script
        asked = script.clients.indices.map { AskedRequests(script.sent(by: $0)) }
        var weather = script.isRough ? Weather.rough : Weather()
        weather.segment = 1...script.segment
        var configuration = Configuration()
        let addresses = (0..<2).map { SocketAddress(ipv4: 0x7F00_0001, port: 9000 + UInt16($0)) }
        var listener = Configuration.Listener(name: "web", addresses: [SocketAddress(ipv4: 0x7F00_0001, port: 80)])
        listener.pool = 0
        configuration.listeners = [listener]
        configuration.pools = [
            Configuration.Pool(
                name: "pool", servers: addresses.map { Configuration.Server(name: "\($0)", address: $0) })
        ]
        // Fewer places to reserve: a worker is made for each input.
        configuration.pools[0].idleConnections = 2
        configuration.timeouts.tunnel = .seconds(60)
        table = ServerTable(pools: configuration.pools, workers: 1, now: 0)
        worker = try Worker(
            shared: Shared(configuration, table: table),
            network: SimulatedNetwork(seed: script.seed, weather: weather), number: 0, clients: 4, log: nil,
            seed: script.seed, now: 0, realTime: 0)
        for (number, steps) in script.clients.enumerated() {
            // Each has an address of its own, by which backends tell whose a request is.
            let client = worker.network.open(from: SocketAddress(ipv4: 0xC000_0200 + UInt32(number), port: 5000))
            var peer = FuzzPeer()
            peer.steps = steps
            peer.play(client, &worker.network)
            clients.append(client)
            peers[client] = peer
        }
    }

    /// Runs until the proxy holds no descriptor.
    mutating func run() {
        let limit = 4000 * Self.second
        while !worker.network.held.isEmpty || worker.network.hasBacklog {
            hold(worker.network.now < limit, "every connection ends in an hour of virtual time")
            rounds += 1
            hold(rounds < Self.roundLimit, "the number of rounds is bounded")
            let pause = worker.hasQueued ? 0 : max(1_000_000, worker.idleTime(most: 10 * Self.second))
            let deadline = worker.network.now + pause
            if !worker.network.step(until: deadline) { worker.network.sleep(until: deadline) }
            tellPeers()
            worker.now = worker.network.now
            while worker.network.hasBacklog { _ = worker.accept(from: 3, listener: 0) }
            let events = worker.network.takeReadiness()
            // As the loop does it.
            for (token, readiness) in events where worker.isPooled(token) { worker.handle(token, readiness) }
            for (token, readiness) in events { worker.handle(token, readiness) }
            worker.endRound()
        }
        // What the proxy sent last is still under way.
        repeat { tellPeers() } while worker.network.step(until: limit)
    }

    private mutating func tellPeers() {
        for (descriptor, news) in worker.network.takeNews() {
            var peer = peers[descriptor] ?? FuzzPeer()
            peer.take(news, descriptor, &worker.network)
            if !clients.contains(descriptor) { serve(&peer, descriptor) }
            peers[descriptor] = peer
        }
    }

    /// A backend reads what has come, strictly, and begins the answers to it.
    private mutating func serve(_ peer: inout FuzzPeer, _ descriptor: Int32) {
        while !peer.isTunnel, peer.used < peer.received.count {
            let rest = Array(peer.received[peer.used...])
            switch SeenRequest.read(rest) {
            case .whole(let request, let count):
                hold(request.faults.isEmpty, "a backend got \(request.faults)")
                let client = request.client
                hold(
                    client < asked.count && asked[client].take(request),
                    "a backend got what nobody asked for: \(request)")
                peer.note(client)
                peer.used += count
                if !peer.isGone, !peer.hasAnsweredHead { answer(&peer, descriptor, request) }
                peer.hasAnsweredHead = false
            case .head(let request):
                hold(request.faults.isEmpty, "a backend got \(request.faults)")
                peer.note(request.client)
                guard script.isEarly, !peer.isGone, !peer.hasAnsweredHead else { return }
                peer.hasAnsweredHead = true
                return answer(&peer, descriptor, request)
            case .incomplete: return peer.note(nil)
            case .fault(let fault): return hold(false, "a backend got \(fault)")
            }
        }
    }

    private mutating func answer(_ peer: inout FuzzPeer, _ descriptor: Int32, _ request: SeenRequest) {
        var steps: [FuzzScript.Step] = [.octets(Array("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n".utf8))]
        if request.method != "HEAD" { steps.append(.mark) }
        if answered < script.answers.count { steps = script.answers[answered] }
        answered += 1
        peer.isTunnel = request.isUpgrade && steps.contains { $0.mayChangeProtocols }
        peer.steps += steps
        peer.play(descriptor, &worker.network)
    }

    /// What must hold when all is over.
    func check() {
        hold(worker.network.faults.isEmpty, "the proxy used \(worker.network.faults)")
        hold(worker.heldOctets == 0, "all buffers are given back")
        hold(worker.clients == 0, "no client is counted any more")
        let inFlight = (0..<table.count).reduce(0) { $0 + table.inFlight(of: $1) }
        hold(inFlight == 0, "no request is in flight any more")
        for (number, client) in clients.enumerated() {
            guard let peer = peers[client] else { continue }
            let isEnded = peer.hasEnded && !peer.wasReset
            ClientView(received: peer.received, isEnded: isEnded, mayHaveHeads: script.mayAskForHeads(number)).check()
            // A stalled read hides what has arrived, which no kernel does.
            if !script.isRough { checkMarks(in: peer.received, of: number) }
        }
    }

    /// Nothing may reach a client that had arrived at the proxy before the proxy sent a request of this client's there.
    private func checkMarks(in received: [UInt8], of client: Int) {
        for place in received.indices where received[place...].starts(with: FuzzScript.mark) {
            let digits = received[(place + FuzzScript.mark.count)...].prefix(7)
            guard let number = Int(String(decoding: digits, as: UTF8.self)),
                let (descriptor, peer) = peers.first(where: { $0.value.marks[number] != nil }),
                let written = peer.marks[number],
                let arrival = worker.network.arrivals[descriptor]?.first(where: { $0.end > written })
            else { continue }
            let isOwn = peer.requests.contains { ($0.client ?? client) == client && $0.start < arrival.sent }
            hold(isOwn, "client \(client) got what came before its request: mark \(number)")
        }
    }
}

extension SeenRequest {
    /// Whose it is, by the address that the proxy has told of; a number that no client has where that is missing.
    var client: Int {
        guard let line = lines.first(where: { $0.hasPrefix("x-forwarded-for: 192.0.2.") }),
            let number = line.split(separator: ".").last.flatMap({ Int($0) })
        else { return .max }
        return number
    }
}

extension FuzzScript.Step {
    var mayChangeProtocols: Bool {
        guard case .octets(let octets) = self else { return false }
        // Wherever it stands: an input may cut it off before, which only makes the check weaker.
        return octets.indices.contains { octets[$0...].starts(with: "101".utf8) }
    }
}

extension FuzzScript {
    /// Whether a client's request may ask for a head alone, so that its answer has no body.
    func mayAskForHeads(_ client: Int) -> Bool {
        let sent = sent(by: client)
        return sent.indices.contains { sent[$0...].starts(with: "HEAD ".utf8) }
    }
}
