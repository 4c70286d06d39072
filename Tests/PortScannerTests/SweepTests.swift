import PortScanner
import Testing

/// A network of the tests' own: ports that answer or not, and what befalls packets, all from a seed.
private struct SimulatedTargets {
    enum Port { case open, closed, silent, rejected }

    var ports: [Port]
    /// The chance that a probe, or an answer, gets lost.
    var loss = 0.0
    var duplication = 0.0
    /// Nanoseconds from a probe to its answer.
    var delay: ClosedRange<UInt64> = 100_000...300_000
    /// Answers a second that pass, and so many at once; nil for no limit.
    var resetLimit: Double?
    var errorLimit: (rate: Double, burst: Double)?
    /// Probes a second that the network carries.
    var capacity: Double?
    var generator: Seeded

    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    struct Bucket {
        var tokens: Double
        var moment: UInt64 = 0

        mutating func take(_ rate: Double, _ burst: Double, at now: UInt64) -> Bool {
            tokens = min(burst, tokens + rate * Double(now - moment) / 1e9)
            moment = now
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }

    struct Outcome {
        var seconds: Double
        var sent: Int
        var evidence: [Evidence]
        var isUndecided: Bool
        var duplicates: Int
        var sentTwice: Int
        var rate: Double
    }

    /// Plays a sweep to its end.
    mutating func play(_ options: Sweep.Options) -> Outcome {
        var sweep = Sweep(count: ports.count, options: options)
        var now: UInt64 = 1_000_000_000
        let began = now
        var pending: [(time: UInt64, position: Int, attempt: Int, evidence: Evidence)] = []
        var (resets, errors, wire) = (Bucket(tokens: 50), Bucket(tokens: errorLimit?.burst ?? 0), Bucket(tokens: 64))
        var tries = [Int](repeating: 0, count: ports.count)
        while !sweep.isFinished {
            precondition(now < began + 3_600_000_000_000, "a sweep ends within an hour")
            var shots: [(Int, Int)] = []
            let count = sweep.take(64, at: now) { shots.append(($0, $1)) }
            for (position, attempt) in shots {
                precondition(sweep.outcome(position).evidence == .none, "what is answered is not asked again")
                tries[position] += 1
                if let capacity, !wire.take(capacity, 256, at: now) { continue }
                if .random(in: 0..<1, using: &generator) < loss { continue }
                let evidence: Evidence
                switch ports[position] {
                case .open: evidence = .synchronizeAcknowledgment
                case .closed:
                    if let resetLimit, !resets.take(resetLimit, 50, at: now) { continue }
                    evidence = .reset
                case .silent: continue
                case .rejected:
                    if let errorLimit, !errors.take(errorLimit.rate, errorLimit.burst, at: now) { continue }
                    evidence = .administrativelyProhibited
                }
                if .random(in: 0..<1, using: &generator) < loss { continue }
                let copies = .random(in: 0..<1, using: &generator) < duplication ? 2 : 1
                for _ in 0..<copies {
                    pending.append((now + .random(in: delay, using: &generator), position, attempt, evidence))
                }
            }
            // A call that sends a batch takes its time.
            var next = count > 0 ? now + 64_000 : sweep.wake(after: now)
            if count == 0, let first = pending.map(\.time).min() { next = min(next, max(first, now + 1000)) }
            now = next
            let due = pending.filter { $0.time <= now }.sorted { $0.time < $1.time }
            pending.removeAll { $0.time <= now }
            for item in due {
                sweep.receive(
                    item.evidence, position: item.position, attempt: UInt8(min(item.attempt, 7)), timeToLive: 64,
                    at: item.time)
            }
            sweep.drained(at: now)
        }
        return Outcome(
            seconds: Double(now - began) / 1e9, sent: Int(sweep.sent),
            evidence: ports.indices.map { sweep.outcome($0).evidence }, isUndecided: sweep.leavesUndecided,
            duplicates: sweep.duplicates, sentTwice: tries.count { $0 > 1 }, rate: sweep.pace.rate)
    }

    /// How many ports were seen as they are not.
    func errors(_ evidence: [Evidence]) -> Int {
        zip(ports, evidence).count { port, evidence in
            switch port {
            case .open: evidence != .synchronizeAcknowledgment
            case .closed: evidence != .reset
            case .silent: evidence != .none
            case .rejected: evidence != .administrativelyProhibited
            }
        }
    }

    static func usual(_ count: Int, seed: UInt64) -> SimulatedTargets {
        var generator = Seeded(state: seed)
        let ports: [Port] = (0..<count).map { _ in
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<3: .open
            case 3..<6: .silent
            default: .closed
            }
        }
        return SimulatedTargets(ports: ports, generator: generator)
    }
}

@Suite("Conduct of a sweep")
struct SweepTests {
    @Test func `without loss every state is right, and two tries are enough`() {
        var targets = SimulatedTargets.usual(20_000, seed: 1)
        let outcome = targets.play(Sweep.Options())
        #expect(targets.errors(outcome.evidence) == 0)
        #expect(!outcome.isUndecided)
        let silent = targets.ports.count { $0 == .silent }
        #expect(outcome.sent == 20_000 + silent)
        #expect(outcome.seconds < 1.5)
    }

    @Test(arguments: [0.01, 0.05, 0.1, 0.2], [UInt64(1), 2, 3])
    func `with loss, tries go on until silence is believed`(_ loss: Double, _ seed: UInt64) {
        var targets = SimulatedTargets.usual(5_000, seed: seed)
        (targets.loss, targets.duplication, targets.delay) = (loss, 0.05, 100_000...40_000_000)
        let outcome = targets.play(Sweep.Options())
        // Probes and answers are lost each on their own: at 20 % a try fails with a chance of 36 %, and eight in a row once
        // in 3,500 times.
        let wrong = targets.errors(outcome.evidence)
        #expect(wrong == 0 || outcome.isUndecided, "seed \(seed): \(wrong) wrong, and not said")
        #expect(wrong <= 6)
        #expect(outcome.duplicates > 0)
    }

    @Test func `answers that come late, twice and in any order count once`() {
        var targets = SimulatedTargets.usual(3_000, seed: 9)
        (targets.duplication, targets.delay) = (0.5, 1_000_000...900_000_000)
        var options = Sweep.Options()
        options.initialTimeout = 1_000_000_000
        let outcome = targets.play(options)
        #expect(targets.errors(outcome.evidence) == 0)
    }

    @Test func `the rate falls to what the network carries`() {
        var targets = SimulatedTargets.usual(60_000, seed: 4)
        targets.capacity = 30_000
        let outcome = targets.play(Sweep.Options())
        #expect(targets.errors(outcome.evidence) == 0)
        #expect((8_000...60_000).contains(outcome.rate))
        // Sending twice as fast as answers come would need as many probes again.
        #expect(outcome.sent < 100_000)
    }

    @Test func `the ceiling is kept`() {
        var targets = SimulatedTargets.usual(2_000, seed: 5)
        var options = Sweep.Options()
        (options.ceiling, options.initialRate) = (1_000, 1_000)
        let outcome = targets.play(options)
        #expect(outcome.seconds >= Double(outcome.sent) / 1_000 - 0.05)
        #expect(targets.errors(outcome.evidence) == 0)
    }

    @Test func `resets at a limited rate leave ports undecided, and no open one is missed`() {
        var targets = SimulatedTargets.usual(20_000, seed: 6)
        targets.resetLimit = 100
        var options = Sweep.Options()
        (options.ceiling, options.initialRate) = (20_000, 20_000)
        let outcome = targets.play(options)
        for (port, evidence) in zip(targets.ports, outcome.evidence) where port == .open {
            #expect(evidence == .synchronizeAcknowledgment)
        }
        #expect(outcome.isUndecided)
    }

    @Test func `errors at one a second: patience decides, or nobody pretends`() {
        var generator = SimulatedTargets.Seeded(state: 8)
        let ports: [SimulatedTargets.Port] = (0..<500).map { _ in
            Int.random(in: 0..<20, using: &generator) == 0
                ? .rejected : Bool.random(using: &generator) ? .closed : .silent
        }
        var targets = SimulatedTargets(ports: ports, generator: generator)
        targets.errorLimit = (1, 6)
        var options = Sweep.Options()
        options.readsSilence = true
        let hasty = targets.play(options)
        #expect(hasty.isUndecided)
        #expect(hasty.seconds < 3)
        options.patience = 120_000_000_000
        let patient = targets.play(options)
        #expect(targets.errors(patient.evidence) == 0)
        #expect(!patient.isUndecided)
        // Without such a limit nothing is undecided, and it takes one round more.
        targets.errorLimit = nil
        let free = targets.play(options)
        #expect(targets.errors(free.evidence) == 0)
        #expect(!free.isUndecided)
    }

    @Test func `an answer to a try that was never sent counts for nothing`() {
        var sweep = Sweep(count: 10, options: Sweep.Options())
        let early = sweep.receive(.reset, position: 3, attempt: 0, timeToLive: 64, at: 5)
        #expect(!early)
        _ = sweep.take(64, at: 1_000_000_000) { _, _ in }
        let never = sweep.receive(.reset, position: 0, attempt: 1, timeToLive: 64, at: 1_000_000_100)
        let first = sweep.receive(.reset, position: 0, attempt: 0, timeToLive: 64, at: 1_000_000_100)
        #expect(!never)
        #expect(first)
    }

    @Test func `what a sweep knew when it was ended comes back from a file, and no octet of it is believed`() throws {
        let space = AddressSpace(isIPv6: false, ranges: [0x0A00_0001...0x0A00_0003])
        let hash = KeyedHash(key: (3, 4))
        let plan = ProbePlan(addresses: space, ports: [80, 443], hash: hash)
        var sweep = Sweep(count: 6, options: Sweep.Options(), plan: plan)
        _ = sweep.take(64, at: 1_000_000_000) { _, _ in }
        sweep.receive(.reset, position: 0, attempt: 0, timeToLive: 57, at: 1_000_000_100)
        let memory = ScanMemory([
            SweepMemory(sweep, plan, hash, label: "syn", isWhole: false, reporters: [0x0A00_0002: 0x0A00_0009])
        ])
        let octets = memory.octets
        #expect(ScanMemory(octets) == memory)
        for length in octets.indices { #expect(ScanMemory(Array(octets[..<length])) == nil) }
        var random = SimulatedTargets.Seeded(state: 11)
        for _ in 0..<3000 {
            var other = octets
            other[Int.random(in: other.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            // Some are other memories; none traps.
            _ = ScanMemory(other)
        }
        // In another order, what was answered is not asked, and what was asked in vain only once more.
        var again = Sweep(
            count: 6, options: Sweep.Options(), plan: ProbePlan(addresses: space, ports: [80, 443], hash: KeyedHash()))
        for position in 0..<3 { again.restore(position, position == 0 ? .reset : .none, timeToLive: 57) }
        var asked: [Int] = []
        for time: UInt64 in [2_000_000_000, 2_001_000_000] {
            _ = again.take(64, at: time) { position, _ in asked.append(position) }
        }
        #expect(asked == [3, 4, 5] && again.restored == 1)
        _ = again.take(64, at: 2_700_000_000) { position, _ in asked.append(position) }
        #expect(asked.sorted() == [1, 2, 3, 3, 4, 4, 5, 5])
    }

    @Test func `a clock that stood still gives no burst`() {
        var pace = Pace(rate: 1_000, ceiling: .infinity)
        #expect(pace.allowance(64, at: 0) == 1)
        pace.spend(1)
        // An hour later, two milliseconds' worth.
        #expect(pace.allowance(64, at: 3_600_000_000_000) == 2)
        pace.spend(2)
        #expect(pace.allowance(64, at: 3_600_000_000_000) == 0)
    }
}
