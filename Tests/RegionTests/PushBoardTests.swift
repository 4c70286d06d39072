import Hypervisor
import Simulation
import Testing

@Suite("Push board")
struct PushBoardTests {
    private func item(_ droplet: String, _ generation: Int64, gone: Bool = false) -> PushItem {
        PushItem(droplet: droplet, generation: generation, record: gone ? nil : [1])
    }

    private func board(_ names: String..., policy: PushBoard.Policy = .init()) -> PushBoard {
        var board = PushBoard(policy: policy)
        for name in names {
            var status = HypervisorStatus()
            status.applied = 10
            board.add(name, endpoint: name, generation: 10, status: status, at: .zero, chance: 0.5)
        }
        return board
    }

    @Test func `one that has everything is told nothing, one that has not everything`() {
        var board = board("a")
        #expect(board.next(at: .zero).isEmpty)
        board.add("b", endpoint: "b", generation: 11, status: HypervisorStatus(), at: .zero, chance: 0)
        #expect(board.next(at: .zero) == [.sync("b")])
        board.finish(.sync("b"), .done(revision: 12), at: .zero, time: 1, chance: 0)
        #expect(
            board.next(at: .zero).isEmpty
                || board.next(at: .zero).allSatisfy { if case .audit = $0 { true } else { false } })
        #expect(board.behind == 0)
    }

    @Test func `a droplet that changes again before it was told is told once`() {
        var board = board("a")
        board.change("a", item("d", 11), time: 1)
        board.change("a", item("d", 12), time: 1)
        board.change("a", item("e", 13, gone: true), time: 1)
        let push = PushBoard.Action.push("a", [item("d", 12), item("e", 13, gone: true)])
        #expect(board.next(at: .zero) == [push])
        // What comes while it is told is told after that.
        board.change("a", item("d", 14), time: 1)
        #expect(board.next(at: .zero).isEmpty)
        board.finish(push, .done(), at: .zero, time: 1, chance: 0)
        #expect(board.status(of: "a")?.applied == 13)
        #expect(board.next(at: .zero) == [.push("a", [item("d", 14)])])
    }

    @Test func `a change that comes late does not undo a later one, and of a move to where it is the droplet wins`() {
        var board = board("a")
        board.change("a", item("d", 12), time: 1)
        board.change("a", item("d", 11, gone: true), time: 1)
        board.change("a", item("d", 12, gone: true), time: 1)
        #expect(board.next(at: .zero) == [.push("a", [item("d", 12)])])
    }

    @Test func `after a failure it waits longer each time, and tells everything`() {
        var board = board("a")
        board.change("a", item("d", 11), time: 7)
        var now = Duration.zero
        var action = board.next(at: now)[0]
        var pauses: [Duration] = []
        for _ in 0..<10 {
            board.finish(action, .failed("no"), at: now, time: 8, chance: 1)
            #expect(board.next(at: now).isEmpty)
            let due = board.nextDue!
            pauses.append(due - now)
            now = due
            action = board.next(at: now).first { $0 == .sync("a") } ?? .sync("?")
            #expect(action == .sync("a"))
        }
        #expect(pauses.prefix(3) == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
        #expect(pauses.allSatisfy { $0 <= .seconds(30) } && pauses == pauses.sorted())
        #expect(board.status(of: "a")?.since == 7 && board.status(of: "a")?.error == "no")
        board.finish(action, .done(revision: 20), at: now, time: 9, chance: 0)
        #expect(board.status(of: "a")?.applied == 11 && board.status(of: "a")?.error == "")
    }

    @Test func `what is refused for good is not tried again, and is told`() {
        var board = board("a")
        board.change("a", item("d", 11), time: 7)
        let action = board.next(at: .zero)[0]
        board.finish(action, .done(refused: ["d": "mtu: it is 576 to 65535"]), at: .zero, time: 8, chance: 0)
        #expect(board.next(at: .zero).isEmpty)
        #expect(board.status(of: "a")?.error == "d: mtu: it is 576 to 65535")
        board.change("a", item("d", 12), time: 7)
        board.finish(board.next(at: .zero)[0], .done(), at: .zero, time: 8, chance: 0)
        #expect(board.status(of: "a")?.error == "")
    }

    @Test func `no more are told at once than the policy says`() {
        var policy = PushBoard.Policy()
        policy.parallel = 2
        var board = board("a", "b", "c", policy: policy)
        for name in ["a", "b", "c"] { board.change(name, item("d", 11), time: 1) }
        let first = board.next(at: .zero)
        #expect(first.count == 2 && board.next(at: .zero).isEmpty)
        board.finish(first[0], .done(), at: .zero, time: 1, chance: 0)
        #expect(board.next(at: .zero).map(\.hypervisor) == ["c"])
    }

    @Test func `an audit that finds something lost has everything told`() {
        var board = board("a")
        let audit = board.next(at: .seconds(200))
        #expect(audit == [.audit("a", synced: 0)])
        board.finish(audit[0], .outOfStep("lost"), at: .seconds(200), time: 1, chance: 0)
        #expect(board.next(at: .seconds(200)) == [.sync("a")])
        board.finish(.sync("a"), .done(revision: 30), at: .seconds(200), time: 1, chance: 0)
        #expect(board.next(at: .seconds(499)).isEmpty)
        #expect(board.next(at: .seconds(510)) == [.audit("a", synced: 30)])
    }

    /// A region of its own: droplets that come, go and move between hypervisors that fail, forget, and answer late or not at all.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func `all hypervisors have everything in the end`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var policy = PushBoard.Policy()
        policy.parallel = 3
        policy.batch = 2
        policy.pendingLimit = 4
        policy.audit = .seconds(20)
        var board = PushBoard(policy: policy)
        let names = (0..<6).map { "h\($0)" }
        var revision: Int64 = 10
        /// What the store has, and what each hypervisor has: droplet to generation.
        var truth: [String: [String: Int64]] = [:]
        var held: [String: [String: Int64]] = [:]
        var synced: [String: Int64] = [:]
        for name in names { board.add(name, endpoint: name, generation: 10, status: .init(), at: .zero, chance: 0.5) }
        /// What is under way, with what a sync has read, and when it ends.
        var flights: [(action: PushBoard.Action, read: [String: Int64], revision: Int64, end: Duration)] = []
        var now = Duration.zero
        var quietSince = Duration.zero
        while now < .seconds(400) {
            let isBusy = now < .seconds(200)
            if !isBusy, quietSince == .zero { quietSince = now }
            if isBusy, Bool.random(using: &random) {
                revision += 1
                let (name, droplet) = (
                    names.randomElement(using: &random)!, "d\(Int.random(in: 0..<8, using: &random))"
                )
                if truth[name]?[droplet] != nil, Bool.random(using: &random) {
                    truth[name]?[droplet] = nil
                    board.change(name, item(droplet, revision, gone: true), time: 1)
                } else {
                    truth[name, default: [:]][droplet] = revision
                    board.change(name, item(droplet, revision), time: 1)
                }
            }
            if isBusy, Int.random(in: 0..<60, using: &random) == 0 {
                // Its disk is lost.
                let name = names.randomElement(using: &random)!
                (held[name], synced[name]) = (nil, nil)
            }
            for action in board.next(at: now) {
                flights.append(
                    (
                        action, truth[action.hypervisor] ?? [:], revision,
                        now + .milliseconds(Int.random(in: 10...3_000, using: &random))
                    ))
            }
            for (index, flight) in flights.enumerated().reversed() where flight.end <= now {
                flights.remove(at: index)
                let name = flight.action.hypervisor
                let fails = isBusy && Int.random(in: 0..<4, using: &random) == 0
                // It may have been done although the answer is lost.
                let isDone = !fails || Bool.random(using: &random)
                var result = PushResult.done()
                switch flight.action {
                case .push(_, let items):
                    if isDone {
                        for item in items where held[name]?[item.droplet] ?? 0 < item.generation {
                            held[name, default: [:]][item.droplet] = item.record == nil ? nil : item.generation
                        }
                    }
                case .sync:
                    if isDone {
                        held[name] = flight.read
                        synced[name] = flight.revision
                    }
                    result = .done(revision: flight.revision)
                case .audit(_, let wanted):
                    result = synced[name] ?? 0 >= wanted ? .audited : .outOfStep("lost")
                }
                board.finish(
                    flight.action, fails ? .failed("lost") : result, at: now, time: 1,
                    chance: Double.random(in: 0...1, using: &random))
            }
            now += .milliseconds(100)
        }
        for name in names {
            #expect((held[name] ?? [:]) == (truth[name] ?? [:]), "seed \(seed), \(name)")
        }
        #expect(board.behind == 0, "seed \(seed)")
    }

    @Test func `shards are shared out whole, and move only with their instance`() {
        let all: Set = ["a", "b", "c"]
        let shares = all.map { ShardPlan.shards(of: $0, among: all, count: 256) }
        #expect(shares.reduce(into: Set()) { $0.formUnion($1) } == Set(0..<256))
        #expect(shares.map(\.count).reduce(0, +) == 256 && shares.allSatisfy { (50...120).contains($0.count) })
        // When c is gone, a and b keep what they had.
        for name in ["a", "b"] {
            let before = ShardPlan.shards(of: name, among: all, count: 256)
            #expect(before.isSubset(of: ShardPlan.shards(of: name, among: ["a", "b"], count: 256)))
        }
        #expect(ShardPlan.shards(of: "d", among: all, count: 256).isEmpty)
    }
}
