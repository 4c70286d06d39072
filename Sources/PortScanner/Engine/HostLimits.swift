/// Which hosts of a sweep answer at a limited rate, what that rate is, and what is asked of them when.
///
/// A kernel sends one ICMP error a second to each peer (Linux), a firewall so many resets a second. A host that was found out is
/// taken out of the sweep's pace: it is asked half as fast again as it answers, and the others go on as they did.
struct HostLimits: Sendable {
    private struct Host {
        /// First tries since the last look, and how many of them were answered.
        var asked: Int32 = 0
        var answered: Int32 = 0
        /// Resets and errors: to first tries, to later ones, and those that came since the first that was late.
        var firsts: Int32 = 0
        var laters: Int32 = 0
        var counted: Int32 = 0
        var since: UInt64 = 0
        var last: UInt64 = 0
        var isError = false
        /// The sweep's try when the last error came.
        var round: Int32 = -1
        var isUndecided = false
    }

    /// A host that is asked at its own pace.
    private struct Slow {
        var host: Int
        /// Positions that were silent when it was found out; those that are answered meanwhile are passed by.
        var positions: [Int32]
        var place = 0
        /// How often all were asked, and the answers of this time.
        var pass = 0
        var answers = 0
        /// Times in a row that nothing was answered.
        var empty = 0
        /// Answers a second, by the best of the last stretches.
        var rate: Double
        var due: UInt64
        var deadline: UInt64
        /// The stretch under way.
        var (began, asked, got): (UInt64, Int, Int)
        var isDone = false
    }

    private let plan: ProbePlan
    private var hosts: [Host]
    private var slow: [Slow] = []
    /// The place in `slow` by host.
    private var places: [Int: Int] = [:]
    /// When counting began anew.
    private var lookedAt: UInt64?
    /// Whether a host may be told from the others: there are several, with ports enough.
    let tellsApart: Bool

    /// Nanoseconds that one host's limit may hold up a sweep.
    private static let longest: UInt64 = 60_000_000_000
    /// Nanoseconds between two times that all are asked: few ports would be asked again before their answers can be there.
    private static let pause: UInt64 = 100_000_000
    /// So many times in a row without an answer, and silence is believed.
    private static let believed = 3
    private static let mostHosts: UInt64 = 1 << 14

    /// Nil if there are too many hosts to keep a record of each.
    init?(_ plan: ProbePlan) {
        guard plan.addresses.count <= Self.mostHosts else { return nil }
        self.plan = plan
        hosts = Array(repeating: Host(), count: Int(plan.addresses.count))
        tellsApart = hosts.count > 1 && plan.ports.count >= 32
    }

    /// Whether a position's host is asked at its own pace.
    func isSlow(_ position: Int) -> Bool {
        !slow.isEmpty && places[host(position)] != nil
    }

    var isDone: Bool { slow.allSatisfy(\.isDone) }

    private func host(_ position: Int) -> Int { Int(plan.probe(at: UInt64(position)).host) }

    /// A first try goes out.
    mutating func ask(_ position: Int, at now: UInt64) {
        if lookedAt == nil { lookedAt = now }
        hosts[host(position)].asked += 1
    }

    /// A position is answered; whether its host is asked at its own pace.
    mutating func hear(_ answer: Evidence, _ position: Int, attempt: Int, round: Int, at now: UInt64) -> Bool {
        let index = host(position)
        if attempt == 0 { hosts[index].answered += 1 }
        if answer.kind != .acceptance {
            if answer.isError { (hosts[index].round, hosts[index].isError) = (Int32(clamping: round), true) }
            if attempt == 0 { hosts[index].firsts += 1 } else { hosts[index].laters += 1 }
            if hosts[index].since > 0 { hosts[index].counted += 1 } else if attempt > 0 { hosts[index].since = now }
            hosts[index].last = now
        }
        guard !slow.isEmpty, let place = places[index] else { return false }
        slow[place].got += 1
        slow[place].answers += 1
        return true
    }

    // MARK: - Who is to blame

    /// A stretch was answered less than those before: whether that is the doing of few hosts, which then go their own way.
    mutating func blame(expected: Double, at now: UInt64, silent: (Int) -> Bool) -> Bool {
        guard tellsApart else { return false }
        defer { look(at: now) }
        let (asked, answered) = hosts.reduce(into: (0.0, 0.0)) {
            $0.0 += Double($1.asked); $0.1 += Double($1.answered)
        }
        let guilty = hosts.indices.filter {
            places[$0] == nil && hosts[$0].asked >= 8
                && Double(hosts[$0].answered) < 0.7 * expected * Double(hosts[$0].asked)
        }
        guard !guilty.isEmpty, guilty.count * 2 <= hosts.count else { return false }
        let theirs = guilty.reduce(into: (0.0, 0.0)) {
            $0.0 += Double(hosts[$1].asked); $0.1 += Double(hosts[$1].answered)
        }
        // The others answer as ever.
        guard asked > theirs.0, (answered - theirs.1) / (asked - theirs.0) > expected - 0.1 else { return false }
        let seconds = Double(max(now - (lookedAt ?? now), 1_000_000)) / 1e9
        for host in guilty {
            places[host] = slow.count
            slow.append(
                Slow(
                    host: host,
                    positions: plan.ports.indices.map { Int(plan.position(host: UInt64(host), place: $0)) }.filter(
                        silent
                    )
                    .map { Int32($0) }, rate: max(50, min(1000, Double(hosts[host].answered) / seconds)), due: now,
                    deadline: now + Self.longest, began: now, asked: 0, got: 0))
        }
        return true
    }

    /// Counts anew.
    mutating func look(at now: UInt64) {
        lookedAt = now
        for index in hosts.indices { (hosts[index].asked, hosts[index].answered) = (0, 0) }
    }

    // MARK: - Their own pace

    /// Asks those that are due; how many.
    mutating func take(
        _ limit: Int, least: Int, at now: UInt64, isSilent: (Int) -> Bool, _ send: (Int, Int) -> Void
    ) -> Int {
        var taken = 0
        for index in slow.indices where !slow[index].isDone {
            while taken < limit, slow[index].due <= now, let position = next(index, least, at: now, isSilent) {
                send(position, slow[index].pass + 1)
                slow[index].asked += 1
                taken += 1
                slow[index].due = max(slow[index].due, now - 10_000_000) + UInt64(1e9 / (1.5 * slow[index].rate))
            }
            adjust(index, at: now)
        }
        return taken
    }

    /// The next silent position; nil if its silence is believed, or the time is over.
    private mutating func next(_ index: Int, _ least: Int, at now: UInt64, _ isSilent: (Int) -> Bool) -> Int? {
        guard now < slow[index].deadline else {
            hosts[slow[index].host].isUndecided = true
            slow[index].isDone = true
            return nil
        }
        while slow[index].place < slow[index].positions.count {
            let position = Int(slow[index].positions[slow[index].place])
            slow[index].place += 1
            if isSilent(position) { return position }
        }
        slow[index].positions.removeAll { !isSilent(Int($0)) }
        (slow[index].place, slow[index].pass) = (0, slow[index].pass + 1)
        slow[index].empty = slow[index].answers == 0 ? slow[index].empty + 1 : 0
        slow[index].answers = 0
        slow[index].due = now + Self.pause
        // All were asked as fast as it answers, and not one had an answer left.
        slow[index].isDone =
            slow[index].positions.isEmpty || slow[index].pass >= least && slow[index].empty >= Self.believed
        return nil
    }

    /// The rate by what came in the last quarter of a second or more.
    private mutating func adjust(_ index: Int, at now: UInt64) {
        let span = now - slow[index].began
        guard slow[index].asked >= 16 && span >= 250_000_000 || slow[index].asked > 0 && span >= 1_000_000_000 else {
            return
        }
        let rate = Double(slow[index].got) * 1e9 / Double(span)
        let isFree = slow[index].got * 10 >= slow[index].asked * 9
        slow[index].rate = isFree ? 2 * max(rate, slow[index].rate) : max(1, rate, 0.8 * slow[index].rate)
        (slow[index].began, slow[index].asked, slow[index].got) = (now, 0, 0)
    }

    /// When the next of them is due.
    var wake: UInt64? { slow.filter { !$0.isDone }.map(\.due).min() }

    // MARK: - What is told

    /// The time for errors at a limited rate is over: hosts that still sent some in the last rounds may have more to say.
    mutating func giveUp(round: Int) {
        for index in hosts.indices where hosts[index].round >= Int32(clamping: round - 1) {
            hosts[index].isUndecided = true
        }
    }

    func isUndecided(host: Int) -> Bool { hosts[host].isUndecided }

    /// The limit of a host, or nil if none was met.
    ///
    /// `isDoubted` says whether silence in the whole sweep is.
    func limit(host index: Int, isDoubted: Bool) -> RateLimit? {
        let host = hosts[index]
        let isSlowed = places[index] != nil
        // Most came late only: so much is seldom lost on the way.
        let isLate = host.laters >= 5 && (host.laters >= host.firsts || isDoubted)
        guard isSlowed || isLate || host.isUndecided else { return nil }
        let seconds = Double(host.last - host.since) / 1e9
        guard host.since > 0, host.counted > 0, seconds > 0 else { return nil }
        return RateLimit(host.isError ? .errors : .resets, perSecond: Double(host.counted) / seconds)
    }
}

/// A limit on the answers of a host, as it was met.
public struct RateLimit: Hashable, Sendable {
    /// What is limited.
    public enum Kind: String, Hashable, Sendable {
        /// ICMP errors.
        case errors = "icmp-errors"
        /// TCP resets.
        case resets
    }

    public var kind: Kind
    /// Answers a second, as they came.
    public var perSecond: Double

    public init(_ kind: Kind, perSecond: Double) { (self.kind, self.perSecond) = (kind, perSecond) }
}
