import LoadBalancer
import Simulation
import Testing

/// The proxy's real conduct on a network that does its worst, over and over with other seeds.
@Suite("Proxy on a simulated network")
struct ProxyTests {
    /// Plays one seed; what must not have happened is told with it.
    private func play(seed: UInt64, weather: Weather, isRough: Bool) throws -> Ledger {
        var random = SeededGenerator(seed: seed).branch("episodes")
        var site = try Site(seed: seed, weather: weather)
        var number = 0
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            var episodes: [Episode] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                number += 1
                episodes.append(Episode(number: number, isRough: isRough, using: &random))
                site.ledger.episodes[number] = episodes[episodes.count - 1]
            }
            let isClumsy = isRough && Int.random(in: 0..<5, using: &random) == 0
            site.add(
                ScriptedClient(
                    episodes, isPipelining: Bool.random(using: &random),
                    mishap: isClumsy ? ScriptedClient.Mishap.allCases.randomElement(using: &random) : nil))
        }
        site.run(seconds: 3600)
        site.worker.cutAll()
        var ledger = site.ledger
        ledger.spliced = site.worker.network.spliced
        let pipes = site.worker.network.heldPipes
        if !pipes.isEmpty { ledger.faults.append("pipes stay open: \(pipes)") }
        ledger.faults += site.worker.network.faults
        let held = site.worker.network.held
        if !held.isEmpty { ledger.faults.append("descriptors stay open: \(held)") }
        if site.worker.clients != 0 { ledger.faults.append("clients are counted that are gone") }
        if site.inFlight != 0 { ledger.faults.append("requests are counted that are over") }
        for (number, count) in ledger.heads.sorted(by: { $0.key < $1.key }) {
            let most = ledger.episodes[number]?.isIdempotent == true ? 2 : 1
            if count > most { ledger.faults.append("\(number) reached backends \(count) times") }
        }
        let known = ledger.answered + ledger.cut + ledger.refused.values.reduce(0, +)
        if known != number { ledger.faults.append("\(number) requests, but \(known) ends") }
        return ledger
    }

    @Test func `where all goes well, every request is answered`() throws {
        for seed in UInt64(1)...100 {
            let ledger = try play(seed: seed, weather: Weather(), isRough: false)
            #expect(ledger.faults == [], "seed \(seed)")
            #expect(ledger.answered == ledger.episodes.count, "seed \(seed): \(ledger.refused), \(ledger.cut) cut")
            #expect(ledger.heads.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        }
    }

    @Test func `small segments and full buffers change nothing`() throws {
        var weather = Weather.rough
        (weather.refusal, weather.silence, weather.shortage) = (0, 0, 0)
        for seed in UInt64(1)...100 {
            let ledger = try play(seed: seed, weather: weather, isRough: false)
            #expect(ledger.faults == [], "seed \(seed)")
            #expect(ledger.answered == ledger.episodes.count, "seed \(seed): \(ledger.refused), \(ledger.cut) cut")
        }
    }

    @Test func `large answers arrive whole, although writes take only a part`() throws {
        // So that heads come with much of their bodies, which then are moved behind them, and neither always goes whole.
        var weather = Weather()
        weather.segment = 10_000...60_000
        weather.delay = 0...1_000_000
        weather.stall = 0.3
        var spliced = 0
        for seed in UInt64(1)...50 {
            var site = try Site(seed: seed, weather: weather)
            let episodes = (1...12).map { Episode(number: $0, octets: 90_000) }
            for episode in episodes { site.ledger.episodes[episode.number] = episode }
            for start in [0, 6] {
                site.add(ScriptedClient(Array(episodes[start..<start + 6]), isPipelining: false, mishap: nil))
            }
            site.run(seconds: 600)
            #expect(site.ledger.faults == [] && site.worker.network.faults == [], "seed \(seed)")
            #expect(site.ledger.answered == episodes.count, "seed \(seed): \(site.ledger.refused)")
            spliced += site.worker.network.spliced
        }
        #expect(spliced > 10_000_000, "\(spliced)")
    }

    @Test func `whatever breaks, an answer is right, an error of the proxy, or cut`() throws {
        var sum = Ledger()
        var repeated = 0
        for seed in UInt64(1)...300 {
            let ledger = try play(seed: seed, weather: .rough, isRough: true)
            #expect(ledger.faults == [], "seed \(seed)")
            sum.answered += ledger.answered
            sum.cut += ledger.cut
            sum.spliced += ledger.spliced
            sum.refused.merge(ledger.refused, uniquingKeysWith: +)
            repeated += ledger.heads.values.filter { $0 > 1 }.count
        }
        // The simulation itself must have tried what it is for.
        #expect(sum.answered > 500 && sum.cut > 100 && repeated > 0 && sum.spliced > 100_000)
        for reason in ["backend-closed", "response-line", "response-timeout", "head-timeout"] {
            #expect(sum.refused[reason, default: 0] > 0, "no \(reason) among \(sum.refused)")
        }
    }

    @Test(arguments: [10, 30_000, 60_000, 63_990, 90_000, 200_000])
    func `octets behind an answer are nobody's, however it was read`(size: Int) throws {
        var site = try Site(seed: 1, weather: Weather(), isPrompt: true)
        // The first answer tells the proxy how large its server's are, so that the next is read in another way.
        let episodes = (1...6).map { Episode(number: $0, octets: size, isStraying: true) }
        for episode in episodes { site.ledger.episodes[episode.number] = episode }
        site.add(ScriptedClient(episodes, isPipelining: false, mishap: nil))
        site.run(seconds: 600)
        #expect(site.ledger.faults == [] && site.worker.network.faults == [])
        #expect(site.ledger.answered == episodes.count, "\(site.ledger.refused), \(site.ledger.cut) cut")
    }

    @Test func `a seed gives the same course every time`() throws {
        let first = try play(seed: 7, weather: .rough, isRough: true)
        let second = try play(seed: 7, weather: .rough, isRough: true)
        #expect(first.answered == second.answered && first.heads == second.heads && first.refused == second.refused)
    }
}
