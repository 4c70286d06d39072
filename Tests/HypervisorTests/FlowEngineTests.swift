import Hypervisor
import OpenFlow
import Testing

@Suite("Flow engine")
struct FlowEngineTests {
    private let drop = "priority=10,tcp,actions=drop"

    @Test func `what is wanted comes into the switch, marked with owner, round and object`() throws {
        var lab = EngineLab()
        lab.connect()
        let summary = try lab.ask(.set(5, ["table=2,priority=10,udp,actions=output:3", drop]))
        #expect(summary.isProgrammed)
        #expect((summary.added, summary.removed, summary.generation, summary.revision) == (2, 0, 5, 1))
        #expect(
            lab.model.texts == [
                "cookie=0x1000500000007,table=0,priority=10,tcp,actions=drop",
                "cookie=0x1000500000007,table=2,priority=10,udp,actions=output:3",
            ])
        #expect(lab.stored.count == 1)
    }

    @Test func `the same request again changes nothing, and an older one is refused`() throws {
        var lab = EngineLab()
        lab.connect()
        try lab.ask(.set(5, [drop]))
        lab.forget()
        let again = try lab.ask(.set(5, ["priority=10, tcp, actions=drop"]))
        #expect((again.unchanged, again.added, again.revision) == (1, 0, 1))
        #expect(lab.bundles.isEmpty)
        #expect(throws: FlowFailure.precondition("generation 4 of owner 1 is older than 5, which is there")) {
            try lab.ask(.set(4, [drop]))
        }
        #expect(throws: FlowFailure.self) { try lab.ask(.set(5, ["actions=drop"])) }
        var set = FlowChange.set(6, [drop])
        set.expectedGeneration = 4
        #expect(throws: FlowFailure.precondition("the generation of owner 1 is 5, not 4")) { try lab.ask(set) }
        #expect(lab.stored.count == 1)
    }

    @Test func `of a change only the difference is sent, and changed actions keep the flow`() throws {
        var lab = EngineLab()
        lab.connect()
        let flows = (0..<20).map { "priority=\($0),tcp,actions=output:\($0 + 1)" }
        try lab.ask(.set(1, flows))
        lab.forget()
        var next = flows
        next[3] = "priority=3,tcp,actions=output:99"
        next[4] = "priority=400,tcp,actions=drop"
        let summary = try lab.ask(.set(2, next))
        #expect((summary.added, summary.changed, summary.removed, summary.unchanged) == (1, 1, 1, 18))
        let bundle = try #require(lab.bundles.first)
        #expect(bundle.map(\.command) == [.deleteStrict, .modifyStrict, .add])
        #expect(lab.model.births.values.allSatisfy { $0 == 1 })
        #expect(lab.model.flows.count == 20)
        #expect(lab.model.texts.contains { $0.contains("priority=3,tcp,actions=output:99") })
    }

    @Test func `what the switch refuses is named by its field, and nothing of the request stays`() throws {
        var lab = EngineLab()
        lab.connect()
        try lab.ask(.set(1, [drop]))
        #expect(throws: FlowFailure.refused(field: "flows[1]", error: "OFPBAC_BAD_OUT_GROUP", type: 2, number: 9)) {
            try lab.ask(.set(2, [drop, "priority=666,actions=group:9", "priority=9,actions=drop"]))
        }
        #expect(lab.model.flows.count == 1)
        #expect(lab.engine.ownerReports.map(\.flows) == [1])
        #expect(lab.engine.ownerReports.map(\.generation) == [1])
        #expect(lab.stored.count == 1)
        // The owner can go on.
        #expect(try lab.ask(.set(2, [drop, "priority=9,actions=drop"])).isProgrammed)
    }

    @Test func `flows of others are neither removed nor overwritten`() throws {
        var lab = EngineLab()
        var foreign = try FlowMod(.add, text: "priority=10,tcp,actions=normal")
        foreign.cookie = 0x0009_0000_0000_0001
        _ = lab.model.put(foreign)
        lab.connect()
        #expect(throws: FlowFailure.self) { try lab.ask(.set(1, [drop])) }
        #expect(lab.model.texts == ["cookie=0x9000000000001,table=0,priority=10,tcp,actions=NORMAL"])
        try lab.ask(.set(1, ["priority=11,tcp,actions=drop"]))
        #expect(lab.model.flows.count == 2)
        // Away, a request cannot know of them: then the flow is rejected until the place is free.
        lab.disconnect()
        try lab.ask(.add([drop]))
        lab.connect()
        #expect(lab.model.flows.count == 2)
        #expect(lab.engine.ownerReports.map(\.rejected) == [1])
        lab.meddle { $0.take(ModelSwitch.Place(foreign)) }
        lab.wait(.seconds(1))
        #expect(lab.engine.ownerReports.map(\.installed) == [2])
    }

    @Test func `what somebody takes away or changes is put back, and only that`() throws {
        var lab = EngineLab()
        lab.connect()
        let flows = (0..<10).map { "priority=\($0),tcp,actions=output:1" }
        try lab.ask(.set(1, flows))
        lab.forget()
        let victim = try FlowMod(.add, text: flows[4])
        lab.meddle { $0.take(ModelSwitch.Place(victim)) }
        lab.wait(.milliseconds(20))
        #expect(lab.bundles.map(\.count) == [1])
        #expect(lab.model.flows.count == 10)
        var changed = try FlowMod(.add, text: "priority=4,tcp,actions=drop")
        changed.cookie = 0x0001_0001_0000_0007
        lab.meddle { $0.put(changed) }
        lab.wait(.milliseconds(20))
        #expect(lab.model.texts.filter { $0.contains("output:1") }.count == 10)
        // One with a cookie of ours that nobody wants goes.
        var stray = try FlowMod(.add, text: "priority=999,actions=drop")
        stray.cookie = 0x0001_0000_0000_0000
        lab.meddle { $0.put(stray) }
        lab.wait(.milliseconds(20))
        #expect(lab.model.flows.count == 10)
        #expect(lab.engine.repaired == 3)
    }

    @Test func `what no event told of the timer finds`() throws {
        var lab = EngineLab()
        lab.connect()
        try lab.ask(.set(1, [drop]))
        lab.model.restart()
        lab.wait(.seconds(61))
        #expect(lab.model.flows.count == 1)
        #expect(lab.engine.repaired == 1)
    }

    @Test func `a flow waits for its port, follows its number, and waits again`() throws {
        var lab = EngineLab()
        lab.model.ports = ["addr0": 100]
        lab.connect()
        let steer = "priority=300,in_port=tap17,udp,tp_src=68,actions=output:addr0"
        let summary = try lab.ask(
            .set(1, [steer, "priority=1,actions=resubmit(\"tap17\",3),output(port=addr0,max_len=64)"]))
        #expect(summary.missingPorts == ["tap17"])
        #expect(lab.model.flows.isEmpty)
        #expect(lab.engine.ownerReports.map(\.pending) == [2])
        lab.port("tap17", 17)
        lab.wait(.milliseconds(20))
        #expect(
            lab.model.texts == [
                "cookie=0x1000100000007,table=0,priority=1,actions=resubmit(17,3),output(port=100,max_len=64)",
                "cookie=0x1000100000007,table=0,priority=300,udp,in_port=17,tp_src=68,actions=output:100",
            ])
        lab.port("tap17", 33)
        lab.wait(.milliseconds(20))
        #expect(lab.model.texts.map { $0.contains("33") } == [true, true])
        #expect(lab.model.flows.count == 2)
        lab.port("addr0", nil)
        lab.wait(.milliseconds(20))
        #expect(lab.model.flows.isEmpty)
        let reports = lab.engine.reports(owner: nil, objects: [], foreign: false, statistics: [])
        #expect(reports.map(\.reason) == ["no port addr0", "no port addr0"])
    }

    @Test func `two ports may exchange their numbers`() throws {
        var lab = EngineLab()
        lab.model.ports = ["a": 1, "b": 2]
        lab.connect()
        try lab.ask(.set(1, ["in_port=a,actions=output:b", "in_port=b,actions=output:a"]))
        lab.disconnect()
        lab.model.ports = ["a": 2, "b": 1]
        lab.connect()
        #expect(
            lab.model.texts == [
                "cookie=0x1000100000007,table=0,in_port=1,actions=output:2",
                "cookie=0x1000100000007,table=0,in_port=2,actions=output:1",
            ])
    }

    @Test func `a port that the database says is no use gives no number`() throws {
        var lab = EngineLab()
        lab.connect()
        let long = "patch-to-integration"
        lab.perform(
            lab.engine.updated(
                database: [BridgePort(name: long, number: nil, error: "could not open network device")], at: lab.now))
        try lab.ask(.set(1, ["actions=output:\(long)"]))
        let reports = lab.engine.reports(owner: nil, objects: [], foreign: false, statistics: [])
        #expect(reports.map(\.reason) == ["no port \(long) (could not open network device)"])
        lab.perform(
            lab.engine.updated(database: [BridgePort(name: long, number: PortNumber(rawValue: 44))], at: lab.now))
        lab.wait(.milliseconds(20))
        #expect(lab.model.texts.map { $0.contains("output:44") } == [true])
    }

    @Test func `while the switch is away changes are kept, and come with it`() throws {
        var lab = EngineLab()
        let summary = try lab.ask(.set(1, [drop]))
        #expect(!summary.isProgrammed)
        #expect(lab.stored.count == 1)
        lab.connect()
        #expect(lab.model.flows.count == 1)
        #expect(lab.engine.programmedRevision == lab.engine.revision)
        lab.model.restart()
        lab.disconnect()
        lab.connect()
        #expect(lab.model.flows.count == 1)
    }

    @Test(arguments: [true, false])
    func `a connection that ends under a request leaves it wanted`(isDone: Bool) throws {
        var lab = EngineLab()
        lab.connect()
        lab.losesNextAnswer = isDone
        let summary = try lab.ask(.set(1, [drop]))
        #expect(!summary.isProgrammed)
        lab.connect()
        #expect(lab.model.flows.count == 1)
        #expect(lab.model.births.values.allSatisfy { $0 == 1 })
    }

    @Test func `one flow that the switch refuses does not keep the others off it`() throws {
        var lab = EngineLab()
        try lab.ask(.set(1, [drop, "priority=666,actions=group:1", "priority=12,actions=drop"]))
        lab.connect()
        #expect(lab.model.flows.count == 2)
        let reports = lab.engine.reports(owner: 1, objects: [], foreign: false, statistics: [])
        #expect(reports.filter { $0.state == .rejected }.map(\.reason) == ["OFPBAC_BAD_OUT_GROUP"])
        #expect(lab.events.contains { if case .rejected = $0 { true } else { false } })
    }

    @Test func `what the disk refuses is taken back out of the switch`() throws {
        var lab = EngineLab()
        lab.connect()
        try lab.ask(.set(1, [drop]))
        lab.storageFailure = "no space left"
        #expect(throws: FlowFailure.storage("no space left")) {
            try lab.ask(.set(2, ["priority=5,actions=drop"], force: true))
        }
        lab.wait(.milliseconds(20))
        #expect(lab.model.texts.map { $0.contains("tcp") } == [true])
        #expect(lab.engine.ownerReports.map(\.generation) == [1])
    }

    @Test func `a request that removes much needs force, and one that adds much is refused`() throws {
        var settings = FlowEngine.Settings()
        settings.flowLimit = 40
        var lab = EngineLab(settings)
        lab.connect()
        let flows = (0..<30).map { "priority=\($0),actions=drop" }
        try lab.ask(.set(1, flows))
        #expect(throws: FlowFailure.self) { try lab.ask(.set(2, Array(flows.prefix(14)))) }
        #expect(lab.model.flows.count == 30)
        #expect(try lab.engine.difference(.set(2, Array(flows.prefix(14)))).needsForce)
        #expect(try lab.ask(.set(2, Array(flows.prefix(15)))).removed == 15)
        #expect(try lab.ask(.set(3, [], force: true)).removed == 15)
        #expect(throws: FlowFailure.self) { try lab.ask(.set(4, (0..<41).map { "priority=\($0),actions=drop" })) }
    }

    @Test func `objects are replaced and deleted as wholes`() throws {
        var lab = EngineLab()
        lab.connect()
        try lab.ask(.add(["priority=1,actions=drop", "priority=2,actions=drop"], object: 1))
        try lab.ask(.add(["priority=3,actions=drop"], object: 2))
        let summary = try lab.ask(
            FlowChange(
                .add(replacing: [1]), owner: 1,
                flows: [.init("priority=2,actions=drop", object: 1), .init("priority=4,actions=drop", object: 1)]))
        #expect((summary.added, summary.removed, summary.unchanged) == (1, 1, 2))
        #expect(lab.model.births.values.allSatisfy { $0 == 1 })
        #expect(try lab.ask(FlowChange(.delete(objects: [1, 9]), owner: 1)).removed == 2)
        #expect(try lab.ask(FlowChange(.delete(objects: []), owner: 1, flows: [.init("priority=3")])).removed == 1)
        #expect(try lab.ask(FlowChange(.delete(objects: []), owner: 1, flows: [.init("priority=3")])).removed == 0)
        #expect(lab.model.flows.isEmpty)
    }

    @Test(arguments: [
        ("cookie=0x5,actions=drop", "flows[0].text"), ("idle_timeout=5,actions=drop", "flows[0].text"),
        ("check_overlap,actions=drop", "flows[0].text"), ("table=255,actions=drop", "flows[0].text"),
        ("priority=1", "flows[0].text"), ("in_port=,actions=drop", "flows[0].text"),
        ("actions=drop\npriority=2,actions=drop", "flows[0].text"), ("tcp,actions=nonsense", "flows[0].text"),
    ])
    func `a text that is no use is named by its field`(_ text: String, _ field: String) throws {
        var lab = EngineLab()
        lab.connect()
        do {
            try lab.ask(.set(1, [text]))
            Issue.record("'\(text)' was taken")
        } catch let FlowFailure.invalid(violations) {
            #expect(violations.map(\.field) == [field])
        }
        #expect(lab.engine.ownerReports.isEmpty)
    }

    @Test func `what was kept is wanted again, and unchanged flows stay as they are`() throws {
        var lab = EngineLab()
        lab.model.ports = ["tap1": 4]
        lab.connect()
        try lab.ask(.set(3, [drop, "in_port=tap1,actions=output:tap1", "priority=9,actions=drop"]))
        try lab.ask(FlowChange(.delete(objects: []), owner: 1, flows: [.init("priority=9")], generation: 4))
        var again = EngineLab()
        again.model = lab.model
        for change in lab.stored {
            try again.engine.restore(try #require(StoredChange(change.text)))
        }
        again.connect()
        #expect(again.bundles.isEmpty)
        #expect(again.engine.ownerReports == lab.engine.ownerReports)
        #expect(again.engine.revision == 2)
        // Kept as a whole it is the same.
        var third = EngineLab()
        try third.engine.restore(try #require(StoredChange(lab.engine.whole(1).text)))
        third.model = lab.model
        third.connect()
        #expect(third.bundles.isEmpty)
        #expect(third.engine.ownerReports == lab.engine.ownerReports)
    }

    @Test func `texts with anything in them are read or refused, and what is read can be kept`() throws {
        var random = SeededRandom(11)
        let seeds = [
            "table=2,priority=300,in_port=tap17,udp,tp_src=68,actions=output:addr0,resubmit(\"tap 1\",3)",
            "in_port=tap1,actions=output(port=tap2,max_len=64),enqueue:tap3:4,learn(table=1,output:NXM_OF_IN_PORT[])",
            "ipv6,ipv6_src=fd00::/64,actions=ct(commit,zone=7,exec(set_field:0x5->ct_mark)),output:reg0[0..15]",
        ]
        let letters = Array("tap01=,:()[]\"-> \\nactionsoutputé\u{0}\n".utf8)
        var taken = 0
        for _ in 0..<4000 {
            var octets = Array(seeds.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<octets.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: octets[place] = letters.randomElement(using: &random)!
                case 1: octets.insert(letters.randomElement(using: &random)!, at: place)
                default: octets.remove(at: place)
                }
            }
            let text = String(decoding: octets, as: UTF8.self)
            var lab = EngineLab()
            lab.model.ports = ["tap17": 5, "addr0": 6]
            lab.connect()
            do {
                try lab.ask(.set(1, [text]))
            } catch FlowFailure.invalid {
                continue
            }
            taken += 1
            var again = EngineLab()
            for change in lab.stored { try again.engine.restore(try #require(StoredChange(change.text))) }
            #expect(again.engine.ownerReports.map(\.flows) == [1], "\(text)")
        }
        #expect(taken > 500)
    }
}
