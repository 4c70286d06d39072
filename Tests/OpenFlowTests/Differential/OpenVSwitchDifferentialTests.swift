import Lab
import OpenFlow
import Testing
import Wire

/// A session with Open vSwitch itself, beside what ovs-ofctl says of the same switch.
@Suite(
    "Differential: Open vSwitch", .serialized,
    .enabled("Open vSwitch is not installed, or namespaces may not be made") { await OpenVSwitch.isPossible() })
struct OpenVSwitchDifferentialTests {
    /// ovs-ofctl's list of flows, without what they counted.
    private func listed(_ bridge: OpenVSwitch) async throws -> Set<String> {
        let text = try await bridge.control(["--no-stats", "dump-flows"])
        return Set(text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }.map(String.init))
    }

    @Test func `flows are read back as they were sent, and as ovs-ofctl lists them`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        #expect(client.features?.datapath == 0x0200_0000_0001)
        let texts = [
            "table=0,priority=0,actions=drop",
            "cookie=0x10001,priority=300,in_port=1,udp,tp_src=68,tp_dst=67,actions=output:100",
            "cookie=0x10001,priority=310,in_port=1,icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1,actions=output:100",
            "priority=200,dl_vlan=5,dl_vlan_pcp=3,actions=pop_vlan,resubmit(,1)",
            "priority=201,vlan_tci=0x1000/0x1000,actions=mod_vlan_vid:7,NORMAL",
            "table=1,priority=7,ct_state=+trk+new,ip,actions=ct(commit,zone=7,exec(set_field:0x5->ct_mark)),output:2",
            "table=1,priority=8,arp,arp_op=1,arp_tpa=10.0.0.1,actions=move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],"
                + "set_field:02:00:00:00:00:09->eth_src,load:0x2->NXM_OF_ARP_OP[],IN_PORT",
            "table=2,tcp,reg0=0x5/0xff,tp_dst=0x50/0xfff0,actions=set_field:0x3/0xf->reg1,goto_table:3",
            "table=3,xxreg1=0x1234,actions=learn(table=4,idle_timeout=9,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],"
                + "output:NXM_OF_IN_PORT[]),CONTROLLER:128",
            "table=3,priority=5,conj_id=7,ip,actions=write_metadata:0x5/0xff,goto_table:4",
            "table=5,ipv6,ipv6_src=fd00::/64,nw_frag=later,actions=clone(dec_ttl,output:3),note:01.02",
        ]
        let flows = try texts.map { try FlowMod(.add, text: $0) }
        #expect(try client.commit(flows) == .done)
        let read = try client.flows()
        #expect(Set(read.map { $0.text(statistics: false) }) == (try await listed(bridge)))
        #expect(read.count == flows.count)
        for flow in flows {
            let found = read.first {
                $0.table == flow.table && $0.priority == flow.priority && $0.match.canonical == flow.match.canonical
            }
            #expect(found?.cookie == flow.cookie, "\(flow)")
            #expect(found?.instructions.text == flow.instructions.text, "\(flow)")
        }
        // What it lists can be read again, by us and by it.
        let again = try read.map { try FlowMod(.add, text: $0.description) }
        #expect(
            try client.commit(
                [FlowMod(.delete)].map {
                    var all = $0; all.table = FlowMod.allTables; return all
                } + again) == .done)
        #expect(
            Set(try client.flows().map { $0.text(statistics: false) }) == Set(read.map { $0.text(statistics: false) }))
    }

    @Test func `a thousand generated flows are listed as ovs-ofctl lists them`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        var generator = Generator(seed: 900)
        var refused = 0
        var names: Set<String> = []
        for _ in 0..<10 {
            let flows = (0..<100).map { _ in
                var flow = generator.flowMod()
                (flow.command, flow.cookieMask, flow.outPort, flow.outGroup) = (.add, 0, .any, FlowMod.anyGroup)
                flow.flags.remove(.checkOverlap)
                // Groups and meters that are not there are refused.
                flow.instructions.removeAll { if case .meter = $0 { true } else { false } }
                return flow
            }
            guard case .refused(let refusals) = try client.change(flows.map { .flowMod($0) }) else { continue }
            refused += refusals.count
            for refusal in refusals { names.insert("\(refusal.error.code)") }
        }
        // Only for what the generator does not see to.
        #expect(
            names.isSubset(of: [
                "OFPBAC_BAD_OUT_GROUP", "OFPBAC_MATCH_INCONSISTENT", "OFPBAC_BAD_OUT_PORT", "OFPBAC_BAD_ARGUMENT",
            ]), "\(names)")
        let read = try client.flows()
        #expect(read.count > 500 && read.count + refused <= 1000)
        let theirs = try await listed(bridge)
        let ours = Set(read.map { $0.text(statistics: false) })
        #expect(
            ours.subtracting(theirs).isEmpty,
            "\(ours.subtracting(theirs).first ?? "")\n\(theirs.subtracting(ours).first ?? "")")
        #expect(theirs.subtracting(ours).isEmpty)
    }

    @Test func `one message refused, or failing, leaves a bundle undone`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        let good = try (0..<3).map { try FlowMod(.add, text: "priority=\($0),actions=drop") }
        var prerequisite = good[0]
        prerequisite.match = Match([.exact(.tcpSource, 80)])
        guard case .refused(let early) = try client.commit(good + [prerequisite]) else {
            Issue.record("what lacks a prerequisite was taken")
            return
        }
        #expect(early.map(\.index) == [3])
        #expect(early.map { "\($0.error.code)" } == ["OFPBMC_BAD_PREREQ"])
        #expect(try client.flows() == [])
        let group = try FlowMod(.add, text: "actions=group:77")
        guard case .refused(let late) = try client.commit([good[0], group, good[1]]) else {
            Issue.record("a group that is not there was taken")
            return
        }
        #expect(late.map(\.index) == [1])
        #expect(late.map(\.error.code) == [.badOutGroup])
        #expect(try client.flows() == [])
        #expect(try client.commit(good) == .done)
        #expect(try client.flows().count == 3)
    }

    @Test func `groups and meters are read back as ovs-ofctl lists them`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        let group = try GroupMod(
            .add,
            text: "group_id=9,type=select,bucket=weight:5,actions=output:1,bucket=actions=set_field:1->tun_id,output:2")
        let meter = try MeterMod(.add, text: "meter=3,pktps,burst,bands=type=drop,rate=50,burst_size=5")
        #expect(try client.change([.groupMod(group), .meterMod(meter)]) == .done)
        let groups = try client.ask(.groupDescriptions).flatMap { body -> [GroupDescription] in
            if case .groupDescriptions(let list) = body { list } else { [] }
        }
        let listed = try await bridge.control(["dump-groups"])
        #expect(groups.map { " " + $0.description } == listed.split(separator: "\n").dropFirst().map(String.init))
        #expect(groups.map(\.buckets) == [group.buckets])
        let meters = try client.ask(.meterConfiguration(MeterMod.allMeters)).flatMap { body -> [MeterConfiguration] in
            if case .meterConfiguration(let list) = body { list } else { [] }
        }
        let theirs = try await bridge.control(["dump-meters"])
        #expect(theirs.contains(try #require(meters.first).description))
        #expect(meters.first?.bands == meter.bands)
    }

    @Test func `a monitor tells of flows that others change, and ports of their coming`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        #expect(try client.commit([try FlowMod(.add, text: "priority=1,actions=drop")]) == .done)
        let monitor = FlowMonitorRequest(monitor: 5, flags: [.initial, .add, .removed, .modify, .instructions])
        let initial = try client.ask(.flowMonitor([monitor]))
        #expect(Self.events(initial).map(\.event) == [.initial])
        try await bridge.control(["add-flow"], ["table=3,priority=77,tcp,actions=output:5"])
        try await bridge.control(["del-flows"], ["tcp"])
        try client.run("two updates") { Self.events(Self.updates(client.events)).count >= 2 }
        let events = Self.events(Self.updates(client.events))
        #expect(events.map(\.event) == [.added, .removed])
        #expect(events.map { $0.match.description } == ["tcp", "tcp"])
        #expect(events.first?.instructions.text == "output:5")
        client.events = []
        try client.send(.setAsync(AsyncConfig([.packetIn: 0, .portStatus: 7, .flowRemoved: 0])))
        #expect(try client.change([]) == .done)
        let other = try await Namespace("droplet")
        try await bridge.plug(other, port: "tap1", number: 17, identifiers: ["droplet-id": "1"])
        try client.run("a port's coming") { Self.statuses(client.events).contains { $0.reason == .add } }
        let status = try #require(Self.statuses(client.events).first { $0.reason == .add })
        #expect(status.port.name == "tap1")
        #expect(status.port.number == PortNumber(rawValue: 17))
        let ports = try client.ask(.portDescriptions).flatMap { body -> [PortDescription] in
            if case .portDescriptions(let list) = body { list } else { [] }
        }
        #expect(Set(ports.map(\.name)) == ["br0", "tap1"])
        // The same port in the database, by its name.
        let database = try Connection(bridge.databaseSocket)
        var session = OVSDBSession(at: Connection.now)
        var tables = OVSDBTables(sets: BridgePort.sets)
        func take(_ actions: [OVSDBSession.Action]) throws {
            for action in actions {
                if case .send(let octets) = action { try database.send(octets) }
                if case .update(_, let update) = action { tables.apply(update) }
            }
        }
        func run(until condition: () -> Bool) throws {
            let deadline = Connection.now + .seconds(10)
            while !condition() {
                try #require(Connection.now < deadline)
                if let octets = database.receive(within: .milliseconds(100)) {
                    try take(session.receive(octets, at: Connection.now))
                }
            }
        }
        try take(session.monitor(BridgePort.columns, named: "ports", at: Connection.now).1)
        try run { tables.ports(of: "br0").contains { $0.name == "tap1" } }
        let found = tables.ports(of: "br0").first { $0.name == "tap1" }
        #expect(
            found
                == BridgePort(name: "tap1", number: PortNumber(rawValue: 17), externalIdentifiers: ["droplet-id": "1"]))
        try await bridge.configure(["set", "interface", "tap1", "external_ids:droplet-id=2", "external_ids:more=x"])
        try run {
            tables.ports(of: "br0").first { $0.name == "tap1" }?.externalIdentifiers == [
                "droplet-id": "2", "more": "x",
            ]
        }
        try await bridge.configure(["del-port", "br0", "tap1"])
        try run { !tables.ports(of: "br0").contains { $0.name == "tap1" } }
        try client.run("a port's going") { Self.statuses(client.events).contains { $0.reason == .delete } }
    }

    @Test func `a packet goes out, and one comes in`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        try client.send(.setAsync(AsyncConfig([.packetIn: 0x3F, .portStatus: 0, .flowRemoved: 0])))
        #expect(
            try client.commit([
                try FlowMod(
                    .add, text: "cookie=0x77,dl_type=0x88b5,actions=set_field:0x5->reg1,controller(max_len=100)")
            ]) == .done)
        let frame = octets("020000000002 020000000003 88b5") + [UInt8](repeating: 0x5A, count: 46)
        try client.send(.packetOut(PacketOut(actions: [.output(.table)], data: frame)))
        try client.run("the packet") { client.events.contains { if case .packetIn = $0 { true } else { false } } }
        for case .packetIn(let packet) in client.events {
            #expect(packet.data == frame)
            #expect(packet.cookie == 0x77)
            #expect(packet.match.exact(.register(1)) == 5)
        }
    }

    @Test func `a killed switch is seen, comes back, and has lost its flows`() async throws {
        let bridge = try await OpenVSwitch()
        let client = try SwitchClient(bridge.management)
        #expect(try client.commit([try FlowMod(.add, text: "actions=drop")]) == .done)
        await bridge.kill()
        #expect(throws: Connection.Failure.self) { try client.run("the end") { false } }
        #expect(client.isClosed)
        try await bridge.start()
        let again = try SwitchClient(bridge.management)
        #expect(again.features?.datapath == client.features?.datapath)
        #expect(try again.flows() == [])
    }

    @Test func `droplets reach each other through it, and nothing is left of it`() async throws {
        let (first, second) = (try await Namespace("droplet"), try await Namespace("droplet"))
        var bridge: OpenVSwitch? = try await OpenVSwitch()
        try await bridge?.plug(first, address: "10.20.0.11/24", port: "tap1", number: 1)
        try await bridge?.plug(second, address: "10.20.0.12/24", port: "tap2", number: 2)
        let ping = ["-c", "1", "-W", "2", "10.20.0.12"]
        // Without flows nothing passes.
        await #expect(throws: LabError.self) { try await first.run("ping", ping) }
        try await bridge?.control(["add-flow"], ["in_port=1,actions=output:2"])
        try await bridge?.control(["add-flow"], ["in_port=2,actions=output:1"])
        // What it did with the first packet it does until it looks at its flows again.
        try await Wait.until("a packet to pass", within: .seconds(10)) {
            (try? await first.run("ping", ping)) != nil
        }
        let trace = try await bridge?.ask(["ofproto/trace", "br0", "in_port=1"])
        #expect(trace?.contains("output:2") == true)
        let name = try #require(bridge?.namespace.name)
        let socket = try #require(bridge?.databaseSocket)
        let folder = try #require(socket.split(separator: "/").dropLast().last)
        func running() -> [String] {
            Files.names(in: "/proc").filter { Files.text("/proc/\($0)/cmdline")?.contains(folder) ?? false }
        }
        #expect(running().count >= 2)
        bridge = nil
        try await Wait.until("all of it to be gone", within: .seconds(5)) {
            running().isEmpty && !Files.exists("/run/netns/\(name)") && !Files.exists(socket)
        }
    }

    private static func updates(_ events: [Message.Body]) -> [MultipartReply.Body] {
        events.compactMap { if case .multipartReply(let reply) = $0 { reply.body } else { nil } }
    }

    private static func events(_ replies: [MultipartReply.Body]) -> [FlowUpdate.Full] {
        replies.flatMap { body -> [FlowUpdate] in if case .flowMonitor(let list) = body { list } else { [] } }
            .compactMap { if case .full(let update) = $0 { update } else { nil } }
    }

    private static func statuses(_ events: [Message.Body]) -> [PortStatus] {
        events.compactMap { if case .portStatus(let status) = $0 { status } else { nil } }
    }
}
