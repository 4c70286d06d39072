import GRPCCore
import Hypervisor
import Lab
import OpenFlow
import ServiceAPI
import SwiftProtobuf
import Testing

/// hvflowd as a process, on Open vSwitch itself.
@Suite(
    "hvflowd on Open vSwitch", .serialized,
    .enabled("Open vSwitch is not installed, or namespaces may not be made") { await OpenVSwitch.isPossible() })
struct FlowDaemonTests {
    private let flows = (0..<50).map { "table=1,priority=\($0),tcp,actions=output:\($0 + 1)" }

    @Test func `one flow that is refused leaves the whole request undone, and is named`() async throws {
        let lab = try await FlowLab()
        // OVS refuses it as it is added, where a naive client's commit would bring in the others.
        let poison = "priority=7,ip,actions=output:0xffffff10"
        for bad in [poison, "priority=8,actions=group:77"] {
            do {
                try await lab.set(Array(flows.prefix(3)) + [bad], generation: 1)
                Issue.record("'\(bad)' was taken")
            } catch let error as RPCError {
                #expect(error.message.contains("flows[3]"), "\(error)")
                #expect(error.message.contains("OFPBAC_"), "\(error)")
            }
            #expect(try await lab.dump().isEmpty)
            #expect(try await lab.status().owners.allSatisfy { $0.flows == 0 })
        }
        try await lab.set(Array(flows.prefix(3)), generation: 1)
        #expect(try await lab.dump().count == 3)
    }

    @Test func `flows that are taken away or changed by hand are back within a second, others' are untouched`()
        async throws
    {
        let lab = try await FlowLab()
        try await lab.bridge.control(["add-flow"], ["cookie=0x77,table=3,priority=9,actions=drop"])
        try await lab.set(flows, generation: 1)
        try await lab.wait(flows: 51)
        try await lab.bridge.control(["del-flows"], ["table=1,tcp"])
        let time = try await lab.wait(flows: 51)
        #expect(time < .seconds(1), "\(time)")
        try await lab.bridge.control(["mod-flows"], ["table=1,tcp,actions=drop"])
        try await Wait.until("the actions to be back", within: .seconds(1)) {
            try await lab.dump().filter { $0.contains("actions=output") }.count == 50
        }
        try await lab.set([], generation: 2)
        #expect(try await lab.dump() == ["cookie=0x77, table=3, priority=9 actions=drop"])
        #expect(try await lab.status().repaired >= 100)
    }

    @Test func `unchanged flows keep what they counted`() async throws {
        let lab = try await FlowLab()
        try await lab.set(["table=0,priority=5,actions=resubmit(,1)"] + flows, generation: 1)
        func counted() async throws -> Int {
            try await lab.dump(statistics: true).filter { $0.contains("n_packets=") && !$0.contains("n_packets=0,") }
                .count
        }
        // Ethernet, IPv4 and TCP, from port 1 to port 2.
        let packet =
            "020000000002020000000003080045000028000000004006000" + "00a0000010a000002"
            + "0001000200000000000000005002000000000000"
        try await lab.bridge.control(["packet-out"], ["in_port=LOCAL,packet=\(packet),actions=table"])
        try await Wait.until("packets to be counted", within: .seconds(10)) { try await counted() >= 2 }
        let before = try await lab.dump(statistics: true).filter { $0.contains("table=0") }
        var next = flows
        next[10] = "table=1,priority=10,tcp,actions=drop"
        next.removeLast()
        let answer = try await lab.set(
            ["table=0,priority=5,actions=resubmit(,1)"] + next + ["table=1,priority=60,udp,actions=drop"], generation: 2
        )
        #expect((answer.added, answer.changed, answer.removed, answer.unchanged) == (1, 1, 1, 49))
        let after = try await lab.dump(statistics: true).filter { $0.contains("table=0") }
        #expect(before.count == 1 && after.count == 1)
        #expect(after.first?.contains("n_packets=1") == true, "\(after)")
        #expect(after.first?.hasPrefix("cookie=0x1000100000005,") == true, "\(after)")
    }

    @Test func `a switch that was killed has all flows back half a second after it answers`() async throws {
        let lab = try await FlowLab()
        let many = (0..<1000).map { "table=1,priority=\($0),tcp,actions=output:1" }
        try await lab.set(many, generation: 1)
        try await lab.wait(flows: 1000)
        await lab.bridge.kill()
        try await Wait.until("hvflowd to notice", within: .seconds(5)) { try await !lab.status().connected }
        // Requests are taken all the while.
        let answer = try await lab.set(many + ["table=2,actions=drop"], generation: 2)
        #expect(!answer.programmed)
        try await lab.bridge.start()
        let time = try await lab.wait(flows: 1001)
        #expect(time < .milliseconds(500), "\(time)")
        print("hvflowd: 1,001 flows back \(time) after the management socket was there")
    }

    @Test func `setting and deleting a controller, which flushes all flows, is repaired`() async throws {
        let lab = try await FlowLab()
        try await lab.set(flows, generation: 1)
        try await lab.bridge.configure(["set-controller", lab.bridge.bridge, "tcp:127.0.0.1:1"])
        try await lab.wait(flows: 50, within: .seconds(2))
        try await lab.bridge.configure(["del-controller", lab.bridge.bridge])
        try await Task.sleep(for: .milliseconds(50))
        try await lab.wait(flows: 50, within: .seconds(2))
    }

    @Test func `hvflowd killed loses nothing, and touches nothing when it comes back`() async throws {
        let lab = try await FlowLab()
        try await lab.set(flows, generation: 3)
        let before = try await lab.dump()
        lab.daemon.process?.kill()
        await lab.daemon.process?.exit()
        #expect(try await lab.dump() == before)
        try await lab.bridge.control(["--strict", "del-flows"], ["table=1,priority=3,tcp"])
        try await lab.start()
        try await lab.wait(flows: 50, within: .seconds(5))
        let owners = try await lab.status().owners
        #expect(owners.map(\.generation) == [3])
        #expect(owners.map(\.installed) == [50])
        let exit = await lab.daemon.process?.stop()
        #expect(exit?.isSuccess == true)
        #expect(!Files.exists(lab.socket))
        #expect(try await lab.dump().count == 50)
    }

    @Test func `a tap that comes again with another number takes its flows along`() async throws {
        let lab = try await FlowLab()
        let steer = "priority=300,in_port=tap1,udp,tp_src=68,actions=output:tap2"
        let answer = try await lab.set([steer], generation: 1)
        #expect(answer.missingPorts == ["tap1", "tap2"])
        let (first, second) = (try await Namespace("droplet"), try await Namespace("droplet"))
        try await lab.bridge.plug(first, port: "tap1", number: 11, identifiers: ["droplet-id": "1"])
        try await lab.bridge.plug(second, port: "tap2", number: 12)
        try await Wait.until("the flow", within: .seconds(5)) {
            try await lab.dump().contains { $0.contains("in_port=11") && $0.contains("output:12") }
        }
        let ports = try await lab.call { try await $0.ports(.init()) }
        #expect(ports.ports.first { $0.name == "tap1" }?.externalIds == ["droplet-id": "1"])
        try await lab.bridge.configure(["del-port", lab.bridge.bridge, "tap1"])
        try await lab.wait(flows: 0)
        try await lab.bridge.add("tap1", number: 21)
        try await Wait.until("the flow with the new number", within: .seconds(5)) {
            try await lab.dump().map { $0.contains("in_port=21") } == [true]
        }
    }

    @Test func `meters come with flows, and come back with the switch`() async throws {
        let lab = try await FlowLab()
        _ = try await lab.call { service in
            try await service.addFlows(
                .with {
                    $0.owner = 1
                    $0.meters = [.with { $0.text = "meter=9,pktps,bands=type=drop,rate=50" }]
                    $0.flows = [.with { $0.text = "priority=1,udp,actions=meter:9,output:1" }]
                })
        }
        #expect(try await lab.bridge.control(["dump-meters"]).contains("meter=9"))
        await lab.bridge.kill()
        try await lab.bridge.start()
        try await lab.wait(flows: 1)
        #expect(try await lab.bridge.control(["dump-meters"]).contains("meter=9"))
        _ = try await lab.call {
            try await $0.deleteFlows(
                .with {
                    $0.owner = 1; $0.objects = [0]
                })
        }
        #expect(try await lab.dump().isEmpty)
        #expect(try await !lab.bridge.control(["dump-meters"]).contains("meter=9"))
    }

    @Test(.enabled("grpcio is not installed") { await FlowDaemonTests.hasPython })
    func `a stranger drives every call by reflection, and bad requests are told which field is wrong`() async throws {
        let lab = try await FlowLab()
        let script =
            #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Support/hvflow-client.py"
        let result = try await Command.run(Program.tools + "/bin/python", [script, lab.socket, lab.bridge.bridge])
        #expect(result.exit.isSuccess, "\(result.errors)")
        #expect(result.output.contains("every call was driven"))
    }

    static var hasPython: Bool {
        get async {
            let result = try? await Command.run(Program.tools + "/bin/python", ["-c", "import grpc_reflection"])
            return result?.exit.isSuccess ?? false
        }
    }

    @Test func `the commands of hvflowctl say and do what they should`() async throws {
        let lab = try await FlowLab()
        func control(_ arguments: [String]) async throws -> Command.Result {
            try await Command.run(FlowLab.binary, ["hvflowctl"] + arguments + ["--address", "unix:\(lab.socket)"])
        }
        let added = try await control(["add", "priority=3,tcp,actions=drop", "in_port=tap5,actions=drop"])
        #expect(added.output.hasPrefix("2 added, 0 changed, 0 removed"), "\(added)")
        #expect(added.output.contains("waiting for ports: tap5"))
        let file = try lab.folder.write(
            "# ours\npriority=3,tcp,actions=drop\n\npriority=4,udp,actions=drop # new\n", to: "flows")
        let difference = try await control(["diff", "--file", file])
        #expect(difference.exit == .code(4), "\(difference)")
        #expect(difference.output.contains("+ priority=4,udp,actions=drop"))
        #expect(try await control(["set", "--file", file]).output.contains("1 added"))
        #expect(try await control(["diff", "--file", file]).exit.isSuccess)
        let list = try await control(["list"]).output
        #expect(list.split(separator: "\n").count == 3, "\(list)")
        #expect(try await control(["list", "--json"]).output.contains("\"state\":\"FLOW_STATE_INSTALLED\""))
        #expect(try await control(["ports"]).output.contains(lab.bridge.bridge))
        #expect(try await control(["status"]).output.contains("connected"))
        #expect(try await control(["trace", "in_port=LOCAL,tcp"]).output.contains("Datapath actions"))
        #expect(try await control(["watch", "--count", "1"]).output.contains("watching"))
        #expect(try await control(["delete", "priority=4,udp"]).output.contains("1 removed"))
        let wrong = try await control(["add", "priority=3,tcp"])
        #expect(wrong.exit == .code(65))
        #expect(wrong.errors.contains("flows[0].text"))
        let away = try await Command.run(FlowLab.binary, ["hvflowctl", "status", "--address", "unix:/nowhere.sock"])
        #expect(away.exit == .code(69), "\(away)")
    }
}
