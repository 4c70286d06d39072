import Hypervisor
import Lab
import OpenFlow
import ServiceAPI
import Testing
import Wire

@Suite("Droplet flows")
struct DropletFlowsTests {
    static let plan: BridgePlan = {
        var plan = BridgePlan(gateway: DropletSite.gateway)
        plan.uplink = "bond0"
        return plan
    }()

    @Test func `every flow belongs to the port, the tag or the addresses of its droplet`() throws {
        let flows = DropletFlows(try DropletSite.parameters(), tag: 17, on: Self.plan)
        #expect(Set(flows.flows).count == flows.flows.count)
        for flow in flows.flows where flow.hasPrefix("table=0") {
            #expect(flow.contains("in_port=tap17") || flow.contains("in_port=addr0,dl_vlan=17"), "\(flow)")
        }
        for flow in flows.flows where flow.hasPrefix("table=1") {
            #expect(flow.hasSuffix("actions=output:tap17"), "\(flow)")
        }
        let steering = flows.flows.filter { $0.contains("output:addr0") }
        #expect(
            steering.count == 4
                && steering.allSatisfy { $0.contains("meter:17,push_vlan:0x8100,set_field:4113->vlan_vid") })
        // All that passes comes from the droplet's own hardware address.
        for flow in flows.flows where flow.hasSuffix("goto_table:1") {
            #expect(flow.contains("dl_src=02:00:00:00:01:11"), "\(flow)")
        }
    }

    @Test func `a droplet without a protocol may not speak it`() throws {
        let none = DropletFlows(
            try DropletSite.parameters {
                $0.clearIpv4()
                $0.clearIpv6()
            }, tag: 17, on: Self.plan)
        #expect(!none.flows.contains { $0.contains("goto_table") || $0.contains("output:addr0") })
    }

    @Test func `the same parameters make the same flows`() throws {
        let parameters = try DropletSite.parameters()
        let flows = DropletFlows(parameters, tag: 17, on: Self.plan)
        for _ in 0..<10 { #expect(DropletFlows(parameters, tag: 17, on: Self.plan) == flows) }
    }

    @Test(.enabled("ovs-ofctl is needed") { Program.find("ovs-ofctl") != nil })
    func `ovs-ofctl reads the text`() async throws {
        let folder = try TemporaryFolder("flows")
        let parameters = try DropletSite.parameters {
            $0.ipv4.anchor = "10.17.0.5/16"
            $0.ipv4.anchorGateway = "10.17.0.1"
            $0.ipv6.gateway = "2001:db8::1"
            $0.ipv6.routerAdvertisement.autonomous = true
        }
        let flows = Self.plan.flows + DropletFlows(parameters, tag: 17, on: Self.plan).flows
        // Its reader of files knows no names of ports.
        let numbered = flows.map {
            $0.replacing("tap17", with: "17").replacing("addr0", with: "100").replacing("bond0", with: "200")
        }
        try Files.write(numbered.joined(separator: "\n") + "\n", to: folder.file("flows"))
        let read = try await Command.output("ovs-ofctl", ["-O", "OpenFlow14", "parse-flows", folder.file("flows")])
        #expect(
            read.split(separator: "\n").count { $0.contains("FLOW_MOD") || $0.contains("ADD") } == flows.count,
            "\(read)")
    }
}
