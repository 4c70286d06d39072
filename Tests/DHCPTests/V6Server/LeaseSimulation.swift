import DHCP
import Wire

/// A server that crashes, a network that loses, doubles and delays, and clients that believe what they are told: all from
/// one seed.
struct LeaseSimulation {
    /// What a client holds: an address or a prefix, until when by its own account.
    struct Holding: Equatable {
        let address: LeaseAddress
        let until: Instant
    }

    /// A client, as RFC 8415 wants it, but for patience.
    struct Client {
        let number: Int
        var holdings: [HeldKind: Holding] = [:]
        /// What was advertised to it last.
        var advertised: [LeaseAddress] = []
        var nextAction: Instant
        var transactionID: UInt32 = 0
        /// When its message was sent, from which lifetimes count.
        var sentAt: Instant
        var sentType = DHCPv6.MessageType.solicit
    }

    /// A message on its way.
    struct Flight {
        let time: Instant
        let octets: [UInt8]
        /// The client that it is for; nil if it is for the server.
        let client: Int?
        let from: Int
    }

    let seed: UInt64
    var random: SeededRandom
    var site: ServerSite6
    var clients: [Client]
    var flights: [Flight] = []

    /// What was found wrong.
    var findings: [String] = []
    var bindings = 0
    var crashes = 0

    init(seed: UInt64, clients count: Int = 24) {
        self.seed = seed
        random = SeededRandom(seed)
        // Fewer addresses than clients, so that they go from hand to hand.
        site = ServerSite6(
            ServerSite6.configuration(count: UInt128(count * 2 / 3)) {
                $0.networks[0].allowsRapidCommit = seed % 2 == 0
                $0.networks[0].subnets[0].times.valid = 600
                $0.networks[0].subnets[0].times.preferred = 400
                $0.networks[0].subnets[0].times.calm = seed % 3 == 0 ? 25 : 0
                $0.limits.declineWindow = 60
                $0.limits.quarantine = 300
            })
        clients = (0..<count).map {
            Client(number: $0 + 1, nextAction: ServerSite6.start, sentAt: ServerSite6.start)
        }
    }

    mutating func chance(_ hundredths: Int) -> Bool { Int.random(in: 0..<100, using: &random) < hundredths }

    /// Lets so many things happen.
    mutating func run(steps: Int) {
        for _ in 0..<steps where findings.isEmpty {
            step()
            check()
        }
    }

    private mutating func step() {
        site.now = site.now.advanced(byMilliseconds: Int.random(in: 0..<4000, using: &random))
        if chance(1) {
            // The server is away for a while, perhaps for very long.
            if chance(20) { site.now = site.now.advanced(bySeconds: UInt32.random(in: 1...2000, using: &random)) }
            crashes += 1
            site.restart()
        }
        if chance(10) { site.tick() }
        for index in clients.indices where clients[index].nextAction <= site.now { act(index) }
        deliver()
    }

    /// A client does what its time asks for.
    private mutating func act(_ index: Int) {
        var client = clients[index]
        client.holdings = client.holdings.filter { $0.value.until > site.now }
        let held = client.holdings.values.map(\.address)
        client.transactionID = UInt32.random(in: 0...0xFF_FFFF, using: &random)
        client.sentAt = site.now
        client.nextAction = site.now.advanced(bySeconds: UInt32.random(in: 1...200, using: &random))
        let type: DHCPv6.MessageType
        switch Int.random(in: 0..<20, using: &random) {
        case 0 where !held.isEmpty: type = .release
        case 1 where !held.isEmpty: type = .decline
        case 2 where !held.isEmpty: type = .rebind
        case 3 where !held.isEmpty: type = .confirm
        default: type = held.isEmpty ? (client.advertised.isEmpty ? .solicit : .request) : .renew
        }
        client.sentType = type
        let mentioned = held.isEmpty ? client.advertised : held
        // From the moment that it gives something back, a client does not use it any more.
        if type == .release || type == .decline { client.holdings = [:] }
        client.advertised = []
        clients[index] = client
        send(
            message(type, client, mentioned), from: client.number, to: nil,
            isPrompt: type == .release || type == .decline)
    }

    private mutating func message(
        _ type: DHCPv6.MessageType, _ client: Client, _ mentioned: [LeaseAddress]
    ) -> [UInt8] {
        let needsServer = [.request, .renew, .release, .decline].contains(type)
        let isRapid = chance(50)
        let message = Client6.message(
            type, client.number, server: needsServer ? ServerSite6.serverID : nil, transactionID: client.transactionID
        ) {
            if type == .solicit, isRapid { $0.append(DHCPv6.RapidCommit()) }
            $0.append(Client6.addresses(1, mentioned.compactMap(\.ipv6)))
            if type != .confirm, type != .decline { $0.append(Client6.prefixes(1, mentioned.compactMap(\.prefix))) }
        }
        return written { message.write(to: &$0) }
    }

    /// Puts a message on its way: lost, doubled or late, as it happens.
    ///
    /// `isPrompt` says that it is not late: a Release that comes after the client has got the same address again ends that
    /// lease, which no server can tell from what was meant.
    private mutating func send(_ octets: [UInt8], from number: Int, to client: Int?, isPrompt: Bool = false) {
        for _ in 0..<(chance(10) ? 2 : 1) where !chance(15) {
            let delay =
                isPrompt
                ? 0 : chance(10) ? Int.random(in: 0..<60_000, using: &random) : Int.random(in: 0..<50, using: &random)
            flights.append(
                Flight(
                    time: site.now.advanced(byMilliseconds: delay), octets: octets, client: client, from: number))
        }
    }

    private mutating func deliver() {
        let arrived = flights.filter { $0.time <= site.now }.shuffled(using: &random)
        flights.removeAll { $0.time <= site.now }
        for flight in arrived {
            if let index = flight.client { take(flight.octets, index) }
        }
        // What comes at one time is one batch: one commit, and only then the replies.
        let batch = arrived.filter { $0.client == nil }
        guard !batch.isEmpty else { return }
        site.outcome.removeAll()
        for flight in batch {
            site.server.receive(
                flight.octets.span.octets, from: ServerSite6.arrival(from: flight.from), at: site.now,
                into: &site.outcome)
        }
        let isCrash = chance(2)
        if isCrash, chance(50) {
            // Before the commit: nobody hears of it.
            crashes += 1
            site.restart()
            return
        }
        site.commit()
        let transmissions = site.outcome.transmissions
        let octets = site.outcome.octets
        for transmission in transmissions {
            guard case .client6(let station, _, _) = transmission.target else { continue }
            let number = Int(station.rawValue & 0xFFFF)
            if isCrash, chance(50) { continue }
            send(Array(octets[transmission.range]), from: number, to: number - 1)
        }
        if isCrash {
            crashes += 1
            site.restart()
        }
    }

    /// A client takes an answer, if it is one to its last message.
    private mutating func take(_ octets: [UInt8], _ index: Int) {
        var rest = octets.span.octets
        guard let message = try? DHCPv6.Message(reading: &rest) else {
            findings.append("an answer that nobody can read")
            return
        }
        guard message.transactionID == clients[index].transactionID else { return }
        var told: [(LeaseAddress, UInt32)] = message.addresses.map { (LeaseAddress($0), $1) }
        told += message.prefixes.map { (LeaseAddress($0), $1) }
        if message.type == .advertise {
            clients[index].advertised = told.map(\.0)
            clients[index].nextAction = site.now
            return
        }
        let type = clients[index].sentType
        guard type != .release, type != .decline, type != .confirm else { return }
        for (address, valid) in told {
            let kind: HeldKind = address.family == .prefix ? .prefixes : .addresses
            let until = clients[index].sentAt.advanced(bySeconds: valid)
            if valid == 0 {
                if clients[index].holdings[kind]?.address == address { clients[index].holdings[kind] = nil }
            } else {
                bindings += 1
                clients[index].holdings[kind] = Holding(address: address, until: until)
            }
        }
    }

    /// What must hold after each step.
    private mutating func check() {
        var holders: [LeaseAddress: Int] = [:]
        for client in clients {
            for holding in client.holdings.values where holding.until > site.now {
                if let other = holders.updateValue(client.number, forKey: holding.address) {
                    findings.append("\(holding.address) is held by clients \(other) and \(client.number)")
                }
                guard let lease = site.store[holding.address], lease.isBound(at: site.now),
                    lease.client.duid == ServerSite6.duid(client.number)
                else {
                    findings.append("client \(client.number) has \(holding.address), and the store does not know")
                    continue
                }
                if lease.expiry < holding.until {
                    findings.append("client \(client.number) has \(holding.address) for longer than the store knows")
                }
            }
        }
        let bound = site.store.values.filter { $0.isBound(at: site.now) }
        if Set(bound.map { "\($0.client) \($0.address.family)" }).count != bound.count {
            findings.append("an association has two addresses")
        }
        for pool in site.server.poolFill where pool.free > pool.size { findings.append("a pool has more than it has") }
    }
}

/// What a client associates, as far as it matters here.
enum HeldKind: Hashable { case addresses, prefixes }
