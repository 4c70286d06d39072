import Hypervisor
import OpenFlow
import Testing

@Suite("Flow engine's meters and groups")
struct FlowMeterGroupTests {
    @Test func `meters come before flows, go after them, and belong to one owner`() throws {
        var lab = EngineLab()
        lab.connect()
        let flow = FlowChange.Item("priority=1,actions=meter:5,output:1", object: 1)
        let meter = FlowChange.Item("meter=5,pktps,bands=type=drop,rate=50", object: 1)
        try lab.ask(FlowChange(.add(replacing: [1]), owner: 1, flows: [flow], meters: [meter]))
        #expect(lab.model.meters.keys.sorted() == [5])
        #expect(throws: FlowFailure.self) { try lab.ask(FlowChange(.add(replacing: nil), owner: 2, meters: [meter])) }
        lab.model.restart()
        lab.disconnect()
        lab.connect()
        #expect(lab.model.meters.keys.sorted() == [5])
        #expect(lab.model.flows.count == 1)
        // A refused request leaves no meter behind.
        #expect(throws: FlowFailure.self) {
            try lab.ask(
                FlowChange(
                    .add(replacing: nil), owner: 1, flows: [.init("priority=666,actions=meter:6,output:1")],
                    meters: [.init("meter=6,pktps,bands=type=drop,rate=1")]))
        }
        lab.wait(.milliseconds(20))
        #expect(lab.model.meters.keys.sorted() == [5])
        try lab.ask(FlowChange(.delete(objects: [1]), owner: 1))
        #expect(lab.model.meters.isEmpty)
    }

    @Test func `groups are in the flows' bundle, choose among the ports that are there, and belong to one owner`()
        throws
    {
        var lab = EngineLab()
        lab.model.ports = ["eth1": 11]
        lab.connect()
        let flow = FlowChange.Item("priority=1,actions=group:5", object: 1)
        let group = FlowChange.Item("group_id=5,type=select,bucket=output:eth1,bucket=weight:2,output:eth2", object: 1)
        let summary = try lab.ask(FlowChange(.add(replacing: [1]), owner: 1, flows: [flow], groups: [group]))
        #expect(summary.added == 2 && summary.missingPorts == ["eth2"])
        func buckets() -> [String] { lab.model.groups[5]?.buckets.map(\.actions.text) ?? [] }
        #expect(buckets() == ["output:11"] && lab.model.flows.count == 1)
        lab.port("eth2", 12)
        lab.wait(.milliseconds(20))
        #expect(buckets() == ["output:11", "output:12"])
        // The same again is no change, and another's number is refused.
        #expect(try lab.ask(FlowChange(.add(replacing: [1]), owner: 1, flows: [flow], groups: [group])).unchanged == 2)
        #expect(throws: FlowFailure.self) { try lab.ask(FlowChange(.add(replacing: nil), owner: 2, groups: [group])) }
        // A refused request leaves no group behind, and names what was refused.
        do {
            try lab.ask(
                FlowChange(
                    .add(replacing: nil), owner: 1, flows: [.init("priority=666,actions=group:6")],
                    groups: [.init("group_id=6,type=all,bucket=output:1")]))
            Issue.record("it was taken")
        } catch let FlowFailure.refused(field, _, _, _) {
            #expect(field == "flows[0]")
        }
        lab.wait(.milliseconds(20))
        #expect(lab.model.groups.keys.sorted() == [5])
        // What somebody takes away is put back, with the flows that went along.
        lab.meddle { $0.take(number: 5) }
        lab.wait(.milliseconds(20))
        #expect(buckets() == ["output:11", "output:12"] && lab.model.flows.count == 1)
        lab.model.restart()
        lab.disconnect()
        lab.connect()
        #expect(buckets() == ["output:11", "output:12"] && lab.model.flows.count == 1)
        // What was kept is wanted again, and nothing is written where it is there.
        var next = EngineLab()
        next.model = lab.model
        for change in lab.stored { try next.engine.restore(try #require(StoredChange(change.text))) }
        next.connect()
        #expect(next.bundles.isEmpty && next.engine.isSettled)
        #expect(next.engine.ownerReports.map(\.groups) == [1])
        let difference = try next.engine.difference(FlowChange(.set, owner: 1, flows: [flow]))
        #expect(difference.removed == [group.text] && difference.unchanged == 1)
        try next.ask(FlowChange(.delete(objects: [1]), owner: 1))
        #expect(next.model.groups.isEmpty && next.model.flows.isEmpty)
    }

    @Test(arguments: [
        "group_id=all,type=all,bucket=output:1", "type=all,bucket=output:1", "group_id=1,bucket=output:1",
        "group_id=1,type=ff,bucket=output:1", "group_id=1,type=all,bucket=output:",
        "group_id=1,type=all,bucket=nonsense",
        "group_id=1,type=all\nbucket=output:1",
    ])
    func `a group that is no use is named by its field`(_ text: String) throws {
        var lab = EngineLab()
        lab.connect()
        do {
            try lab.ask(FlowChange(.add(replacing: nil), owner: 1, groups: [.init(text)]))
            Issue.record("'\(text)' was taken")
        } catch let FlowFailure.invalid(violations) {
            #expect(violations.map(\.field) == ["groups[0].text"])
        }
    }

    @Test func `a meter that somebody takes away comes back, and the flows that went along`() throws {
        var lab = EngineLab()
        lab.connect()
        let flow = FlowChange.Item("priority=1,actions=meter:5,output:1", object: 1)
        let meter = FlowChange.Item("meter=5,pktps,bands=type=drop,rate=50", object: 1)
        try lab.ask(FlowChange(.add(replacing: [1]), owner: 1, flows: [flow], meters: [meter]))
        lab.meddle { $0.take(number: 5) }
        lab.wait(.milliseconds(20))
        #expect(lab.model.meters.keys.sorted() == [5] && lab.model.flows.count == 1)
    }
}
