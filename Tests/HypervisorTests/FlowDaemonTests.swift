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

    @Test func `groups come with flows in one bundle, and come back whoever takes them away`() async throws {
        let lab = try await FlowLab()
        @Sendable func groups() async throws -> [String] {
            try await lab.bridge.control(["dump-groups"]).split(separator: "\n").map {
                String($0.trimmingPrefix { $0 == " " })
            }.filter { $0.hasPrefix("group_id") }.sorted()
        }
        @Sendable func change(_ flows: [String], _ texts: [String]) async throws -> Apus_Hvflow_V1_ChangeResponse {
            try await lab.call { service in
                try await service.addFlows(
                    .with {
                        $0.owner = 1
                        $0.groups = texts.map { text in .with { $0.text = text } }
                        $0.flows = flows.map { text in .with { $0.text = text } }
                    })
            }
        }
        let texts = [
            "group_id=7,type=select,bucket=output:1,bucket=weight:3,output:2",
            "group_id=8,type=ff,bucket=watch_port:1,output:1,bucket=watch_port:2,output:2",
        ]
        let answer = try await change(["priority=1,tcp,actions=group:7", "priority=2,udp,actions=group:8"], texts)
        #expect(answer.added == 4 && answer.programmed)
        let before = (try await groups(), try await lab.dump())
        #expect(before.0.count == 2 && before.1.count == 2)
        // One that the switch refuses leaves nothing of its request, whichever of the two it is.
        for (flows, texts, field) in [
            (
                ["priority=3,actions=group:9", "priority=4,actions=group:99"], ["group_id=9,type=all,bucket=output:1"],
                "flows[1]"
            ),
            (["priority=3,actions=drop"], ["group_id=9,type=all,bucket=output:0xffffff10"], "groups[0]"),
        ] {
            do {
                _ = try await change(flows, texts)
                Issue.record("\(texts) was taken")
            } catch let error as RPCError {
                #expect(error.message.contains(field), "\(error)")
            }
            #expect(try await groups() == before.0)
            #expect(try await lab.dump() == before.1)
        }
        // By hand: with a group the switch takes away its flows.
        try await lab.bridge.control(["del-groups"])
        try await Wait.until("groups and flows; \(Files.tail(lab.log))", within: .seconds(1), every: .milliseconds(10))
        {
            let (there, flows) = (try await groups(), try await lab.dump())
            return there == before.0 && flows == before.1
        }
        // What nobody else would find, and what the switch loses.
        lab.daemon.process?.kill()
        await lab.daemon.process?.exit()
        try await lab.start()
        try await lab.wait(flows: 2)
        #expect(try await lab.status().owners.map(\.groups) == [2])
        await lab.bridge.kill()
        try await lab.bridge.start()
        try await lab.wait(flows: 2)
        #expect(try await groups() == before.0)
        _ = try await lab.call {
            try await $0.deleteFlows(
                .with {
                    $0.owner = 1; $0.objects = [0]
                })
        }
        #expect(try await groups().isEmpty)
        #expect(try await lab.dump().isEmpty)
    }

    @Test func `trace, ports and diff say what Open vSwitch's own tools say`() async throws {
        let lab = try await FlowLab()
        let steps = [
            "table=0,priority=5,tcp,actions=load:7->NXM_NX_REG3[],goto_table:1",
            "table=1,priority=6,tcp,actions=output:3",
        ]
        try await lab.set(steps, generation: 1)
        for packet in ["in_port=LOCAL,tcp,nw_src=10.0.0.1,tp_dst=80", "in_port=5,udp,nw_dst=10.0.0.2", "arp"] {
            let ours = try await lab.call { try await $0.trace(.with { $0.flow = packet }) }.text
            let theirs = try await lab.bridge.ask(["ofproto/trace", lab.bridge.bridge, packet])
            func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }
            #expect(lines(ours) == lines(theirs))
        }
        let droplet = try await Namespace("droplet")
        try await lab.bridge.plug(droplet, port: "tap1", number: 11, identifiers: ["droplet-id": "1"])
        try await Wait.until("the port", within: .seconds(5)) {
            try await lab.call { try await $0.ports(.init()) }.ports.contains { $0.name == "tap1" && $0.number == 11 }
        }
        let shown = try await lab.bridge.control(["show"])
        for port in try await lab.call({ try await $0.ports(.init()) }).ports {
            let number = port.number == 0xFFFF_FFFE ? "LOCAL" : "\(port.number)"
            #expect(shown.contains("\(number)(\(port.name)): addr:\(port.hardwareAddress)"), "\(port) \(shown)")
        }
        // What diff says is what set does, and what ovs-ofctl finds between the two.
        let next = [steps[0], "table=1,priority=6,tcp,actions=output:4", "table=1,priority=7,udp,actions=drop"]
        let difference = try await lab.call { service in
            try await service.diff(
                .with {
                    $0.owner = 1
                    $0.flows = next.map { text in
                        .with {
                            $0.text = text; $0.object = 5
                        }
                    }
                })
        }
        #expect(difference.added == [next[2]] && difference.changed == [next[1]] && difference.removed.isEmpty)
        let before = try lab.folder.write(try await lab.dump().joined(separator: "\n") + "\n", to: "before")
        let answer = try await lab.set(next, generation: 2)
        #expect((answer.added, answer.changed, answer.removed, answer.unchanged) == (1, 1, 0, 1))
        let after = try lab.folder.write(try await lab.dump().joined(separator: "\n") + "\n", to: "after")
        let found = try await Command.run("ovs-ofctl", ["-O", "OpenFlow14", "diff-flows", before, after]).output
        // One that went with its old actions, and two that came.
        #expect(found.split(separator: "\n").map(\.first) == ["-", "+", "+"], "\(found)")
    }

    @Test(.enabled("ovs-pki is not installed") { Program.find("ovs-pki") != nil })
    func `OpenFlow and the database over TLS, with the keys of ovs-pki, and with those of nobody`() async throws {
        let lab = try await FlowLab()
        lab.daemon.process?.kill()
        await lab.daemon.process?.exit()
        let folder = lab.folder.file("pki")
        let script = """
            set -e
            mkdir \(folder)
            ovs-pki --dir=\(folder)/pki --log=\(folder)/log init
            cd \(folder)
            ovs-pki --dir=\(folder)/pki --log=\(folder)/log -u req+sign switch switch
            ovs-pki --dir=\(folder)/pki --log=\(folder)/log -u req+sign ours controller
            """
        try await Command.output("sh", ["-c", script])
        let (switches, controllers) = ("\(folder)/pki/switchca/cacert.pem", "\(folder)/pki/controllerca/cacert.pem")
        try await lab.bridge.configure(
            ["set-ssl", "\(folder)/switch-privkey.pem", "\(folder)/switch-cert.pem", controllers])
        try await lab.bridge.configure(["set-controller", lab.bridge.bridge, "pssl:6653:127.0.0.1"])
        try await lab.bridge.listen(at: "pssl:6640:127.0.0.1")
        func start(trusting roots: String) throws -> Lab.Process {
            var options = Lab.Process.Options()
            options.namespace = lab.bridge.namespace.name
            options.errors = .file(lab.log)
            options.environment["SWIFT_BACKTRACE"] = "enable=no"
            return try Lab.Process(
                FlowLab.binary,
                ["hvflowd", "--openflow", "ssl:127.0.0.1:6653", "--database", "ssl:127.0.0.1:6640"]
                    + ["--listen", "unix:\(lab.socket)", "--store", lab.folder.file("store")]
                    + ["--tls-certificate", "\(folder)/ours-cert.pem", "--tls-key", "\(folder)/ours-privkey.pem"]
                    + ["--tls-trusted", roots], options: options)
        }
        let daemon = try start(trusting: switches)
        try await Wait.until("the switch; \(Files.tail(lab.log))", within: .seconds(20)) {
            guard let status = try? await lab.status() else { return false }
            return status.connected && status.databaseConnected
        }
        try await lab.set(flows, generation: 1)
        try await lab.wait(flows: 50)
        try await lab.bridge.control(["del-flows"], ["table=1,tcp"])
        #expect(try await lab.wait(flows: 50) < .seconds(1))
        await daemon.stop()
        // A switch whose authority is not ours is not believed.
        let stranger = try start(trusting: controllers)
        try await Wait.until("hvflowd serves", within: .seconds(20)) { (try? await lab.status()) != nil }
        try await Task.sleep(for: .milliseconds(500))
        let status = try await lab.status()
        #expect(
            !status.connected && !status.databaseConnected && status.reason.contains("CERTIFICATE_VERIFY_FAILED"),
            "\(status)")
        #expect(try await lab.dump().count == 50)
        await stranger.stop()
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
