import DHCP
import Wire

/// Clients, a network that loses, doubles and delays, and a server whose machine crashes: everything follows from a seed.
///
/// A client believes what an ACK says from the moment that it sent its request, and no longer; so its lease is never longer than
/// the server's. After each step the invariants are looked at.
struct DHCPv4Simulation {
    /// What a client believes.
    struct Player {
        enum State { case idle, selecting, requesting(IPv4Address), bound(IPv4Address, until: Instant) }

        let client: Client
        var state = State.idle
        var transaction: UInt32 = 0
        var asked: Instant
        var next: Instant

        var address: (IPv4Address, until: Instant)? {
            if case .bound(let address, let until) = state { (address, until) } else { nil }
        }
    }

    private enum Parcel {
        case toServer([UInt8])
        case toClient(Int, [UInt8])
    }

    private var random: SeededRandom
    private let store: FaultStore
    private var server: DHCPv4.Server
    private var now = Instant(seconds: 1_700_000_000)
    private var players: [Player]
    private var parcels: [(time: Instant, parcel: Parcel)] = []
    private(set) var acknowledged = 0
    private(set) var crashes = 0

    /// What is wrong, if anything.
    private(set) var problem: String?

    /// One step in so many ends with a crash.
    private let crashPeriod: Int

    init(seed: UInt64, syncs: Bool = true, crashPeriod: Int = 500) {
        self.crashPeriod = crashPeriod
        random = SeededRandom(seed)
        store = FaultStore(syncs: syncs)
        server = DHCPv4.Server(Self.configuration, random: ConductRandom(seed: seed))
        let start = now
        players = (0..<14).map { Player(client: Client(UInt64($0 + 1)), asked: start, next: start) }
    }

    /// Ten addresses for fourteen clients, for two minutes each.
    private static let configuration = Rig.configuration { configuration in
        configuration.networks[0].subnets[0].times.standard = 120
        configuration.networks[0].subnets[0].times.minimum = 30
        configuration.networks[0].subnets[0].times.calm = 10
        configuration.limits.rate = 1000
        configuration.limits.burst = 1000
    }

    /// Plays so many steps, or until something is wrong.
    mutating func run(steps: Int) {
        for _ in 0..<steps where problem == nil {
            now = now.advanced(byMilliseconds: Int.random(in: 1...700, using: &random))
            for index in players.indices where players[index].next <= now { act(index) }
            deliver()
            if chance(crashPeriod) { crash() }
            store.isFull = store.isFull ? !chance(4) : chance(200)
            check()
        }
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private mutating func act(_ index: Int) {
        let client = players[index].client
        players[index].next = now.advanced(byMilliseconds: Int.random(in: 500...8000, using: &random))
        switch players[index].state {
        case .bound(let address, let until):
            if until <= now {
                players[index].state = .idle
            } else if chance(20) {
                players[index].state = .idle
                rest(index)
                send(client.release(address), of: index)
            } else if chance(40) {
                // It found the address in use, and gives it up before it says so.
                players[index].state = .idle
                rest(index)
                send(client.decline(address), of: index)
            } else if chance(3) {
                players[index].asked = now
                send(chance(4) ? client.request(rebooting: address) : client.request(renewing: address), of: index)
            }
        case .idle, .selecting, .requesting:
            players[index].state = .selecting
            players[index].asked = now
            send(client.discover(), of: index)
        }
    }

    /// Waits until nothing of before is under way any more: a RELEASE that came late would end the next lease, and no server
    /// could tell (RFC 2131 has a client wait for ten seconds after a DECLINE).
    private mutating func rest(_ index: Int) {
        players[index].next = now.advanced(byMilliseconds: 6000)
    }

    private mutating func send(_ message: DHCPv4.Message, of index: Int) {
        players[index].transaction &+= 1
        var message = message
        message.header.transactionID = players[index].transaction
        post(.toServer([UInt8](capacity: 600) { message.write(to: &$0, limit: 548) }))
    }

    /// Loses one in ten, doubles one in ten, and delays.
    private mutating func post(_ parcel: Parcel) {
        if chance(10) { return }
        for _ in 0..<(chance(10) ? 2 : 1) {
            parcels.append((now.advanced(byMilliseconds: Int.random(in: 0...2500, using: &random)), parcel))
        }
    }

    /// One round of the server for all that has come, as its loop does it; then the clients.
    private mutating func deliver() {
        let due = parcels.filter { $0.time <= now }
        parcels.removeAll { $0.time <= now }
        var outcome = Outcome()
        for case .toServer(let octets) in due.map({ $0.parcel }) {
            let arrival = Arrival(
                link: Rig.link, network: 0, hardwareSource: nil, source: IPv6Address(mapping: .any),
                target: IPv6Address(mapping: .broadcast), sourcePort: 68)
            server.receive(octets.span.octets, from: arrival, at: now, into: &outcome)
        }
        server.tick(at: now, into: &outcome)
        flush(&outcome)
        for case .toClient(let index, let octets) in due.map({ $0.parcel }) { take(octets, at: index) }
    }

    /// Changes that could not be written, which come before all others.
    private var unsaved: [LeaseChange] = []

    private mutating func flush(_ outcome: inout Outcome) {
        let changes = unsaved + outcome.changes
        if !changes.isEmpty {
            do throws(LeaseStoreError) {
                try store.commit(changes)
                unsaved = []
            } catch {
                unsaved = changes
                return
            }
        }
        // The machine may stop between the commit and the answers.
        if chance(300) { return crash() }
        for transmission in outcome.transmissions {
            let octets = Array(outcome.octets[transmission.range])
            guard let view = try? DHCPv4.MessageView(reading: octets.span.octets),
                let index = players.firstIndex(where: { $0.client.hardware == view.header.hardwareAddress.macAddress })
            else { continue }
            post(.toClient(index, octets))
        }
    }

    private mutating func take(_ octets: [UInt8], at index: Int) {
        var span = octets.span.octets
        guard let message = try? DHCPv4.Message(reading: &span),
            message.header.transactionID == players[index].transaction,
            let type = (try? message.options.read(DHCPv4.MessageType.self)) ?? nil
        else { return }
        let address = message.header.yourAddress
        switch (type, players[index].state) {
        case (.offer, .selecting):
            players[index].state = .requesting(address)
            players[index].asked = now
            send(players[index].client.request(selecting: address), of: index)
        case (.acknowledge, .requesting(let wanted)) where wanted == address: bind(index, message)
        case (.acknowledge, .bound(let held, _)) where held == address: bind(index, message)
        case (.refuse, .requesting), (.refuse, .bound): players[index].state = .idle
        default: break
        }
    }

    private mutating func bind(_ index: Int, _ message: DHCPv4.Message) {
        let seconds = ((try? message.options.read(DHCPv4.LeaseTime.self)) ?? nil)?.time.rawValue ?? 0
        players[index].state = .bound(
            message.header.yourAddress, until: players[index].asked.advanced(bySeconds: seconds))
        acknowledged += 1
    }

    /// The machine stops, and comes back with what its disk has.
    private mutating func crash() {
        crashes += 1
        store.crash(using: &random)
        unsaved = []
        server = DHCPv4.Server(Self.configuration, random: ConductRandom(seed: UInt64(crashes)))
        let now = now
        var fresh = server
        _ = try? store.load { fresh.restore($0, at: now) }
        server = fresh
        parcels.removeAll { if case .toServer = $0.parcel { true } else { false } }
    }

    private mutating func check() {
        var holders: [IPv4Address: Int] = [:]
        for (index, player) in players.enumerated() {
            guard let (address, until) = player.address, until > now else { continue }
            if let other = holders[address] { problem = "\(address) is held by clients \(other) and \(index)" }
            holders[address] = index
            let lease = server.table[LeaseAddress(address)]
            if lease?.hardwareAddress != player.client.hardware || lease?.isBound(at: now) != true {
                problem = "client \(index) was told that it has \(address), and the server does not know"
            }
        }
    }
}
