import Simulation
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test func `numbers are those of the published generators`() {
        // xoshiro256** after SplitMix64 of 0, computed apart with integers of any size.
        var random = SeededGenerator(seed: 0)
        let numbers = (0..<4).map { _ in random.next() }
        #expect(
            numbers == [
                0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0, 0x6AA5_94F1_262D_2D2C,
            ])
    }

    @Test func `branches differ by name and by seed, and do not depend on what was drawn`() {
        var trunk = SeededGenerator(seed: 7)
        var early = trunk.branch("network")
        _ = trunk.next()
        var late = trunk.branch("network")
        var other = trunk.branch("disk")
        var stranger = SeededGenerator(seed: 8).branch("network")
        let first = early.next()
        let others = (late.next(), other.next(), stranger.next())
        #expect(others.0 == first && others.1 != first && others.2 != first)
    }

    @Test func `events come in order of time, and of planning where times are equal`() {
        var line = Timeline<Int>()
        for (event, delay) in [(1, 30), (2, 10), (3, 20), (4, 10), (5, 0)] as [(Int, UInt64)] {
            line.plan(event, after: delay)
        }
        var seen: [(Int, UInt64)] = []
        while let event = line.next() { seen.append((event, line.now)) }
        #expect(seen.map(\.0) == [5, 2, 4, 3, 1])
        #expect(seen.map(\.1) == [0, 10, 10, 20, 30])
    }

    @Test func `many events come as a sorted list says`() {
        var random = SeededGenerator(seed: 42)
        var line = Timeline<Int>()
        var expected: [(time: UInt64, number: Int)] = []
        var tickets: [Int: Timeline<Int>.Ticket] = [:]
        var found: [Int] = []
        for number in 0..<1_500 {
            let delay = UInt64.random(in: 0..<500, using: &random)
            tickets[number] = line.plan(number, after: delay)
            expected.append((line.now + delay, number))
            if number % 5 == 0, let victim = (0...number).randomElement(using: &random), let ticket = tickets[victim] {
                if line.cancel(ticket) { expected.removeAll { $0.number == victim } }
                let isCancelledTwice = line.cancel(ticket)
                #expect(!isCancelledTwice)
            }
            if number % 3 == 0, let event = line.next() { found.append(event) }
        }
        while let event = line.next() { found.append(event) }
        // Events planned after others had happened cannot come before those.
        #expect(found.count == expected.count && Set(found) == Set(expected.map(\.number)))
        let times = Dictionary(uniqueKeysWithValues: expected.map { ($0.number, $0.time) })
        #expect(
            zip(found, found.dropFirst()).allSatisfy { first, second in
                (times[first] ?? 0, first) < (times[second] ?? 0, second)
            })
        #expect(line.count == 0)
    }

    @Test func `a limit holds time back`() {
        var line = Timeline<String>()
        line.plan("late", after: 100)
        let early = line.next(until: 99)
        #expect(early == nil && line.now == 0)
        line.advance(to: 99)
        let event = line.next(until: 100)
        #expect(event == "late" && line.now == 100)
    }

    /// What happens in a small world: messages that are lost, delayed, doubled and sent again.
    private func trace(seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        var line = Timeline<(message: Int, attempt: Int)>()
        for message in 0..<50 { line.plan((message, 1), after: UInt64.random(in: 0...1_000, using: &random)) }
        var trace: [String] = []
        while let (message, attempt) = line.next() {
            let isLost = Int.random(in: 0..<4, using: &random) == 0
            trace.append("\(line.now) \(message) \(attempt) \(isLost ? "lost" : "arrived")")
            if isLost {
                line.plan((message, attempt + 1), after: UInt64.random(in: 1...100, using: &random) << attempt)
            }
        }
        return trace
    }

    @Test func `the same seed gives the same course, and another seed another`() {
        #expect(trace(seed: 1) == trace(seed: 1))
        #expect(trace(seed: 1) != trace(seed: 2))
        #expect(trace(seed: 1).count > 50)
    }
}
