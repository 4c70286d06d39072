import Hypervisor
import Lab
import Testing

/// From a droplet to the internet and back, over a bond that loses its members.
@Suite(
    "The way out", .serialized, .timeLimit(.minutes(2)),
    .enabled("Open vSwitch, clients or rights are missing") {
        await AddressLab.isPossible("rdisc6", "ping", "sysctl")
    })
struct UplinkTests {
    @Test(arguments: ["active-backup", "balance-slb"])
    func `droplets reach the internet and are reached, whichever member of the bond is pulled`(mode: String)
        async throws
    {
        let site = try await UplinkLab(mode: mode)
        let (lab, droplets) = (site.lab, site.lab.droplets)
        for target in UplinkLab.targets {
            for droplet in droplets { #expect(await site.reaches(target, from: droplet), "\(target)") }
        }
        for number in 1...2 {
            for target in ["192.0.2.1\(number)", "2001:db8::1\(number)"] {
                #expect(await site.reaches(target, from: site.internet), "\(target)")
            }
        }
        // The gateway is the hypervisor's to answer for: by a flow, and by hvaddrd.
        for gateway in ["192.0.2.1", "fe80::1"] {
            let neighbor = try await droplets[0].run("ip", ["neighbor", "show", gateway, "dev", "eth0"])
            #expect(neighbor.contains("\(AddressLab.plan.gateway)"), "\(neighbor)")
        }
        // Of a droplet's question to the gateway the fabric hears nothing.
        #expect(try await lab.ovs.control(["dump-flows"]).contains("arp_tpa=192.0.2.1,"))

        let pings = try [
            (droplets[0], UplinkLab.targets[0]), (droplets[1], UplinkLab.targets[1]),
            (site.internet, "192.0.2.12"), (site.internet, "2001:db8::11"),
        ].enumerated().map { index, way in
            try RunningPing(in: way.0, to: way.1, log: lab.folder.file("way\(index).log"))
        }
        let pause = Duration.milliseconds(1500)
        try await Task.sleep(for: pause)
        for member in [1, 2, 1] {
            try await site.fabric.run("ip", ["link", "set", "port\(member)", "down"])
            try await Task.sleep(for: pause)
            let bond = try await site.bond()
            #expect(bond.contains("member eth\(member): disabled"), "\(bond)")
            try await site.fabric.run("ip", ["link", "set", "port\(member)", "up"])
            try await Wait.until("the member is back", within: .seconds(10), every: .milliseconds(50)) {
                try await site.bond().contains("member eth\(member): enabled")
            }
            try await Task.sleep(for: pause)
        }
        // One that carries is gone for ever.
        let active = try await site.bond().firstMatch(of: /active member mac: [0-9a-f:]+\((eth[12])\)/)
        let gone = active.map { String($0.1) } ?? "eth1"
        try await lab.ovs.namespace.run("ip", ["link", "delete", gone])
        try await Task.sleep(for: pause)
        for ping in pings {
            let (answered, lost) = await ping.finish()
            let silence = RunningPing.silence(of: lost)
            #expect(silence < .seconds(1) && answered > 100, "\(lost) of \(answered)")
            print("uplink \(mode): \(answered) pings answered, \(lost.count) lost, \(silence) at most at a time")
        }
        for target in UplinkLab.targets { #expect(await site.reaches(target, from: droplets[0])) }
    }
}
