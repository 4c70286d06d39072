/// The conduct of a sweep: what to send next, what an answer means, when a port's silence is believed.
///
/// It is a value that knows neither sockets nor the clock: time and answers come in, positions of a plan and tries go out. Each
/// try is a lane that walks the positions in order, a timeout behind the lane before, and passes by what is answered.
package struct Sweep: ~Copyable {
    /// How a sweep behaves.
    package struct Options: Sendable {
        /// Tries at a silent port: as many at least, and at most.
        package var tries = 2...8
        /// Nanoseconds: the timeout before there is a sample, and its bounds.
        package var initialTimeout: UInt64 = 500_000_000
        package var timeout: ClosedRange<UInt64> = 100_000_000...10_000_000_000
        /// Probes per second: to begin with, and at most.
        package var initialRate = 20_000.0
        package var ceiling = Double.infinity
        /// Probes per second at least, whatever is answered.
        package var floor = 50.0
        /// Nanoseconds that may be spent on ports that a rate limit leaves open.
        package var patience: UInt64 = 1_600_000_000
        /// Whether silence can hide an error that a rate limit held back (`Technique.readsSilence`).
        package var readsSilence = false
        /// Nanoseconds between a batch of tries and the next in a rate-limited host: such limits give one answer a second.
        package var refill: UInt64 = 1_050_000_000

        package init() {}
    }

    private struct Lane {
        var head = 0
        /// When the last probe of each block of positions went.
        var times: [UInt64]
        /// A lane that waits for a rate limit to let answers through again begins here.
        var notBefore: UInt64 = 0
    }

    /// Positions, from 0.
    package let count: Int
    /// Positions without an answer.
    package private(set) var silent: Int
    /// Positions whose answers are known from a sweep before this one.
    package private(set) var restored = 0
    /// Probes that went out.
    package private(set) var sent: UInt64 = 0
    /// Answers to probes that were answered before.
    package private(set) var duplicates = 0
    /// Whether it is over.
    package private(set) var isFinished = false
    /// Whether silence was not believed in the end: those ports are undecided.
    package private(set) var leavesUndecided = false
    package private(set) var loss = LossEstimate()
    package private(set) var roundTrip: RoundTrip
    package private(set) var pace: Pace
    package private(set) var congestion = Congestion()

    /// What is known of single hosts; nil if they are too many, or not known.
    private var limits: HostLimits?
    private let options: Options
    private var evidence: [UInt8]
    private var timesToLive: [UInt8]
    /// Positions that have had their first try before this sweep; empty if there are none.
    private var wereAsked: [Bool] = []
    private var lanes: [Lane]
    private var lastSent: UInt64 = 0
    private var lastError: UInt64 = 0
    private var errors = 0
    private var errorsAtRound = -1
    private var isPatient = false
    private var began: UInt64?
    private var patienceEnd: UInt64 = 0
    private var review: UInt64 = 0
    /// Answers that came until then were taken.
    private var drained: UInt64 = 0

    /// Positions that share a time.
    private static let block = 64

    /// A sweep over `count` positions, at least one.
    ///
    /// By the plan, if there is one, hosts are told apart, each of which may limit its answers.
    package init(count: Int, options: Options, plan: ProbePlan? = nil) {
        precondition(count > 0 && count <= 1 << 26, "a sweep has 1 to 2^26 positions")
        limits = plan.flatMap { HostLimits($0) }
        self.count = count
        self.options = options
        silent = count
        evidence = Array(repeating: 0, count: count)
        timesToLive = Array(repeating: 0, count: count)
        roundTrip = RoundTrip(initial: options.initialTimeout, bounds: options.timeout)
        pace = Pace(rate: options.initialRate, ceiling: options.ceiling)
        let blank = Lane(times: Array(repeating: 0, count: (count + Self.block - 1) / Self.block))
        lanes = Array(repeating: blank, count: options.tries.lowerBound)
    }

    /// What came back for a position.
    package func outcome(_ position: Int) -> (evidence: Evidence, timeToLive: UInt8) {
        (Evidence(rawValue: evidence[position]), timesToLive[position])
    }

    /// Whether a host's silence is not believed.
    package func leavesUndecided(host: Int) -> Bool { leavesUndecided || limits?.isUndecided(host: host) == true }

    /// The limit that a host's answers met.
    package func limit(host: Int) -> RateLimit? { limits?.limit(host: host, isDoubted: leavesUndecided) }

    /// How many tries silent positions have had.
    package var tries: Int { lanes.count }

    /// Takes up to `limit` probes that are due, for the caller to send now; their number.
    package mutating func take(_ limit: Int, at now: UInt64, _ send: (_ position: Int, _ attempt: Int) -> Void) -> Int {
        if began == nil { began = now }
        let remaining = Double(max(1, count - lanes[0].head))
        let floor = max(options.floor, remaining / 60)
        // What is lent to the closures below is read while the rest is changed.
        var limits: HostLimits?
        swap(&limits, &self.limits)
        defer { swap(&limits, &self.limits) }
        congestion.judge(at: now, drained: drained, settling: roundTrip.settling, floor: floor, pace: &pace) {
            expected in
            limits?.blame(expected: expected, at: now) { evidence[$0] == 0 } ?? false
        }
        let allowance = pace.allowance(limit, at: now)
        var taken = 0
        if now >= review {
            review = now + 5_000_000
            addLanes()
        }
        if limits != nil {
            // Each such host has a pace of its own; the user's ceiling is everybody's.
            let isBounded = options.ceiling.isFinite
            let own = limits?.take(
                isBounded ? allowance : limit, least: options.tries.lowerBound, at: now,
                isSilent: { evidence[$0] == 0 }, send)
            if isBounded {
                taken += own ?? 0
            } else if let own, own > 0 {
                sent += UInt64(own)
                lastSent = now
                return own
            }
        }
        // Later tries first: an answer that is missing is worth more than one more question.
        var lane = lanes.count - 1
        while lane > 0, taken < allowance {
            taken += advance(lane, allowance - taken, at: now, limits, send)
            lane -= 1
        }
        if taken < allowance { taken += begin(allowance - taken, at: now, &limits, send) }
        if taken > 0 {
            pace.spend(taken)
            sent += UInt64(taken)
            lastSent = now
        } else if limits?.isDone != false {
            settle(at: now, &limits)
        }
        return taken
    }

    /// First tries.
    private mutating func begin(
        _ limit: Int, at now: UInt64, _ limits: inout HostLimits?, _ send: (Int, Int) -> Void
    ) -> Int {
        if !wereAsked.isEmpty || limits?.tellsApart == true { return beginEach(limit, at: now, &limits, send) }
        let end = min(lanes[0].head + limit, count)
        let start = lanes[0].head
        guard start < end else { return 0 }
        for position in start..<end {
            lanes[0].times[position / Self.block] = now
            congestion.sent(position, at: now)
            send(position, 0)
        }
        lanes[0].head = end
        return end - start
    }

    /// First tries, but not of what a sweep before this one had asked, nor of hosts that go their own way.
    private mutating func beginEach(
        _ limit: Int, at now: UInt64, _ limits: inout HostLimits?, _ send: (Int, Int) -> Void
    ) -> Int {
        var taken = 0
        while lanes[0].head < count, taken < limit {
            let position = lanes[0].head
            lanes[0].times[position / Self.block] = now
            lanes[0].head += 1
            guard wereAsked.isEmpty || !wereAsked[position], limits?.isSlow(position) != true else { continue }
            congestion.sent(position, at: now)
            if limits?.tellsApart == true { limits?.ask(position, at: now) }
            send(position, 0)
            taken += 1
        }
        return taken
    }

    /// Takes what a sweep before this one saw of a position: its answer, or that it was asked in vain.
    package mutating func restore(_ position: Int, _ answer: Evidence, timeToLive: UInt8) {
        precondition(lanes[0].head == 0, "what is known is told before the first probe")
        if wereAsked.isEmpty { wereAsked = Array(repeating: false, count: count) }
        guard !wereAsked[position] else { return }
        wereAsked[position] = true
        guard answer != .none else { return }
        (evidence[position], timesToLive[position]) = (answer.rawValue, timeToLive)
        silent -= 1
        restored += 1
    }

    /// Positions before this one have had their first try.
    package var asked: Int { lanes[0].head }

    /// Later tries at what is silent, as far as the lane before is a timeout ahead.
    private mutating func advance(
        _ lane: Int, _ limit: Int, at now: UInt64, _ limits: borrowing HostLimits?, _ send: (Int, Int) -> Void
    ) -> Int {
        guard lanes[lane].head < count, now >= lanes[lane].notBefore else { return 0 }
        let timeout = roundTrip.timeout
        var taken = 0
        var position = lanes[lane].head
        while position < count, taken < limit {
            let place = position / Self.block
            let end = min((place + 1) * Self.block, count)
            guard lanes[lane - 1].head >= end, lanes[lane - 1].times[place] + timeout <= now else { break }
            // A block of which nothing was sent keeps the time of the lane before.
            if position % Self.block == 0 { lanes[lane].times[place] = lanes[lane - 1].times[place] }
            while position < end, taken < limit {
                if evidence[position] == 0, limits?.isSlow(position) != true {
                    lanes[lane].times[place] = now
                    send(position, lane)
                    taken += 1
                }
                position += 1
            }
        }
        lanes[lane].head = position
        return taken
    }

    /// Opens lanes while silence is not believed after so many tries; they run behind each other.
    private mutating func addLanes() {
        guard !isPatient, silent > 0 else { return }
        let wanted = loss.triesWanted(least: options.tries.lowerBound, most: options.tries.upperBound)
        while lanes.count < wanted { lanes.append(Lane(times: Array(repeating: 0, count: lanes[0].times.count))) }
    }

    /// Nothing is due: ends if silence is believed.
    private mutating func settle(at now: UInt64, _ limits: inout HostLimits?) {
        addLanes()
        guard let last = lanes.last else { return }
        guard last.head == count || silent == 0, lanes[0].head == count else { return }
        guard silent > 0 else {
            isFinished = true
            return
        }
        guard now >= lastSent + roundTrip.timeout else { return }
        if waitsForLimit(at: now, &limits) { return }
        leavesUndecided = leavesUndecided || loss.expectedErrors(after: lanes.count) > 0.5
        isFinished = true
    }

    /// Silence could hide errors, which hosts send at a limited rate: tries again when the limit allows it.
    ///
    /// A limit may be spent before the first probe, so that even a scan without an error has one such round. A whole round
    /// without one more error ends that, or the user's patience.
    private mutating func waitsForLimit(at now: UInt64, _ limits: inout HostLimits?) -> Bool {
        guard options.readsSilence else { return false }
        if !isPatient {
            isPatient = true
            patienceEnd = now + options.patience
        } else if errors == errorsAtRound {
            // The last round got through to every silent port, and none had an error to send.
            return false
        }
        let next = max(now, (errors > 0 ? lastError : lastSent) + options.refill)
        guard next <= patienceEnd, lanes.count < 200 else {
            if limits == nil { leavesUndecided = true } else { limits?.giveUp(round: lanes.count) }
            return false
        }
        errorsAtRound = errors
        var lane = Lane(times: Array(repeating: 0, count: lanes[0].times.count))
        lane.notBefore = next
        lanes.append(lane)
        return true
    }

    /// Takes a true answer; whether it is the first for its position.
    ///
    /// `isTimed` is false if it is not known how long the answer took.
    @discardableResult
    package mutating func receive(
        _ answer: Evidence, position: Int, attempt: UInt8, timeToLive: UInt8, isTimed: Bool = true, at now: UInt64
    ) -> Bool {
        precondition(position >= 0 && position < count, "an answer is about a position")
        let place = position / Self.block
        let lane = Int(attempt)
        // An answer to a probe that was not sent is somebody's play with an old one.
        let isSlow = limits?.isSlow(position) == true
        guard isSlow || lane < lanes.count && lanes[lane].times[place] > 0 else { return false }
        if evidence[position] != 0 {
            duplicates += 1
            return false
        }
        if isTimed, !isSlow, lane < Cookie.attempts - 1 {
            let time = lanes[lane].times[place]
            roundTrip.add(now > time ? now - time : 0)
        }
        evidence[position] = answer.rawValue
        timesToLive[position] = timeToLive
        silent -= 1
        // What a host's own limit keeps back is no loss of the network's.
        let isOwn = limits?.hear(answer, position, attempt: lane, round: lanes.count, at: now) == true
        if !isOwn { loss.add(answer.kind, attempt: attempt) }
        if lane == 0, !isSlow { congestion.answered(position) }
        if answer.isError {
            errors += 1
            lastError = now
        }
        return true
    }

    /// All answers that had come by then were taken: what is missing now is missing.
    package mutating func drained(at now: UInt64) { drained = now }

    /// This machine lost frames for want of room: slower, and what they answered is tried again.
    package mutating func lostHere(_ frames: Int, at now: UInt64) {
        guard frames > 0 else { return }
        congestion.lostHere(at: now, floor: options.floor, pace: &pace)
    }

    /// When to ask again if nothing is due and nothing comes.
    package func wake(after now: UInt64) -> UInt64 {
        var soonest = UInt64.max
        let timeout = roundTrip.timeout
        if lanes[0].head < count { soonest = pace.next }
        for lane in lanes.indices.dropFirst() where lanes[lane].head < count {
            let place = lanes[lane].head / Self.block
            guard lanes[lane - 1].head >= min((place + 1) * Self.block, count) else { continue }
            let due = max(lanes[lane - 1].times[place] + timeout, lanes[lane].notBefore, pace.next)
            soonest = min(soonest, due)
        }
        if let due = limits?.wake { soonest = min(soonest, max(due, pace.next)) }
        if soonest == .max { soonest = lastSent + timeout }
        return max(soonest, now + 50_000)
    }
}
