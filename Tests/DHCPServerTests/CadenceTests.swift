import DHCP
import DHCPServer
import Testing
import Wire

@Suite("The cadence of rounds")
struct CadenceTests {
    private static let second: UInt64 = 1_000_000_000

    @Test func `where little comes, nothing waits`() {
        var cadence = Cadence()
        // A client's two messages, close behind each other, a hundred times a second.
        for number in 0..<100 {
            let time = Self.second + UInt64(number) * 10_000_000
            for step in [0, 100_000] as [UInt64] {
                let (delay, mayCommit) = (cadence.delay(at: time + step), cadence.mayCommit(at: time + step))
                #expect(delay == 0 && mayCommit)
                cadence.note(1, at: time + step)
                cadence.noteCommit(at: time + step)
            }
        }
    }

    @Test func `under load rounds and commits keep their distance, and lose it when the load is gone`() {
        var cadence = Cadence()
        var (time, rounds, commits) = (Self.second, 0, 0)
        // A message every 20 microseconds, for a tenth of a second.
        while time < Self.second + Self.second / 10 {
            let delay = cadence.delay(at: time)
            #expect(delay <= Cadence.period)
            time += delay
            cadence.note(max(Int(delay / 20_000), 1), at: time)
            rounds += 1
            if cadence.mayCommit(at: time) {
                cadence.noteCommit(at: time)
                commits += 1
            }
            time += 20_000
        }
        // Each window begins without a delay only before it is known to be a busy one.
        #expect((180...240).contains(rounds), "\(rounds)")
        #expect((80...125).contains(commits), "\(commits)")
        let (delay, mayCommit) = (cadence.delay(at: time + 30_000_000), cadence.mayCommit(at: time + 30_000_000))
        #expect(delay == 0 && mayCommit)
    }
}

@Suite("Answers on their way out")
struct DeparturesTests {
    private func batch(_ count: Int, every: Int = 1) -> Outcome {
        var outcome = Outcome()
        for number in 0..<count {
            outcome.send(
                .routed(IPv4Address(192, 0, 2, 1), port: UInt16(number)), on: LinkIdentifier(interfaceIndex: 1),
                capacity: 1, isPromise: number % every == 0
            ) { $0.append(UInt8(truncatingIfNeeded: number)) }
        }
        return outcome
    }

    /// Lets leave what may; the ports of what left.
    private func leave(_ departures: inout Departures, at time: UInt64) -> [UInt16] {
        var (left, ports) = (departures.allowance(at: time), [UInt16]())
        while left > 0, let group = departures.next(left) {
            for number in group.range where group.batch.transmissions[number].isPromise == group.promises {
                guard case .routed(_, let port) = group.batch.transmissions[number].target else { continue }
                ports.append(port)
                left -= 1
                departures.note(1)
            }
        }
        return ports
    }

    @Test func `few leave at once, many one slot behind the other, in their order`() {
        var departures = Departures()
        var time: UInt64 = 1_000_000_000
        departures.add(batch(20), promises: true)
        #expect(leave(&departures, at: time).count == 20)
        let isEmpty = departures.isEmpty
        #expect(isEmpty)
        departures.add(batch(500), promises: true)
        // The slot has room for twelve more.
        var ports = leave(&departures, at: time + 1000)
        #expect(ports.count == Departures.least - 20)
        var slots = 1
        while !departures.isEmpty, slots < 1000 {
            let delay = departures.delay(at: time)
            #expect(delay <= Departures.slot)
            time += Departures.slot
            let now = leave(&departures, at: time)
            #expect(now.count <= Departures.least)
            ports += now
            slots += 1
        }
        #expect(ports == (0..<500).map { UInt16($0) })
        #expect((500 / Departures.least...500 / Departures.least + 2).contains(slots), "\(slots)")
    }

    @Test func `no rate is limited: the more wait, the more leave`() {
        var departures = Departures()
        var (time, most) = (UInt64(1_000_000_000), 0)
        // 400,000 a second for a second.
        for _ in 0..<2000 {
            departures.add(batch(200), promises: true)
            _ = leave(&departures, at: time)
            most = max(most, departures.count)
            time += Departures.slot
        }
        #expect(most < 200 * 32 + 200, "\(most)")
    }

    @Test func `a loop that was away makes up for it, but what came after an idle time does not leave at once`() {
        var departures = Departures()
        departures.add(batch(300), promises: true)
        #expect(leave(&departures, at: 1_000_000_000).count == Departures.least)
        #expect(leave(&departures, at: 1_000_000_000 + 3 * Departures.slot).count == 3 * Departures.least)
        while !departures.isEmpty { _ = leave(&departures, at: 2_000_000_000) + leave(&departures, at: 3_000_000_000) }
        departures.add(batch(300), promises: true)
        #expect(leave(&departures, at: 9_000_000_000).count == Departures.least)
    }

    @Test func `of a batch only the promises leave, or only the others`() {
        var departures = Departures()
        departures.add(batch(10, every: 3), promises: false)
        departures.add(batch(10, every: 3), promises: true)
        #expect(departures.count == 10)
        #expect(leave(&departures, at: 1_000_000_000) == [1, 2, 4, 5, 7, 8, 0, 3, 6, 9])
    }
}
