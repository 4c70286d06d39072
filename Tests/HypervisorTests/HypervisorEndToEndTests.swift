import Lab
import Testing

/// The whole way: rns, hvaddrd, hvflowd, Open vSwitch, and droplets with the clients that people have.
@Suite(
    "A hypervisor from end to end", .serialized, .timeLimit(.minutes(3)),
    .enabled("Open vSwitch, etcd, clients or rights are missing") {
        await AddressLab.isPossible("dhclient", "busybox", "rdisc6", "ping", "etcd", "etcdctl", "dnsmasq")
    })
struct HypervisorEndToEndTests {
    @Test func `droplets that rns makes get exactly their parameters, reach each other, and nobody as another`()
        async throws
    {
        let site = try await HypervisorSite(droplets: 3)
        let lab = site.lab
        for number in 1...3 { try await site.create(number) }
        for number in 1...3 { try await site.waitForFlows(of: number) }

        // dhclient asks for everything, and is told what is the first droplet's alone.
        let lease = lab.folder.file("lease4")
        try await lab.droplets[0].run(
            "dhclient", ["-4", "-1", "-sf", "/bin/true", "-lf", lease, "-pf", lab.folder.file("pid4"), "eth0"])
        _ = try? await Command.output("sh", ["-c", "kill $(cat \(lab.folder.file("pid4")))"])
        let text = Files.text(lease) ?? ""
        for line in [
            "fixed-address 192.0.2.11;", "option subnet-mask 255.255.255.0;", "option routers 192.0.2.1;",
            "option domain-name-servers 192.0.2.51;", "option interface-mtu 1410;", "option host-name \"web-1\";",
            "option domain-name \"d1.example.org\";",
        ] { #expect(text.contains(line), "\(line) is not in \(text)") }
        let lease6 = try lab.folder.write("", to: "lease6")
        let bound = try await lab.run(
            1, "dhclient",
            ["-6", "-1", "-v", "-d", "-N", "-P", "-sf", "/bin/true", "-lf", lease6, "-pf", lab.folder.file("pid6")]
                + ["eth0"], until: "PRC: Bound to lease")
        #expect(bound.contains("Bound to lease"), "\(bound) \(site.logs)")
        let text6 = Files.text(lease6) ?? ""
        for part in ["iaaddr 2001:db8::11 ", "iaprefix 2001:db8:1", "dhcp6.name-servers 2001:db8::51;"] {
            #expect(text6.contains(part), "\(part) is not in \(text6)")
        }
        for number in 2...3 {
            let output = try await lab.udhcpc(number)
            #expect(output.contains("lease of 192.0.2.1\(number) obtained from 192.0.2.1"), "\(output) \(site.logs)")
        }
        let router = try await lab.run(3, "rdisc6", ["-r", "3", "eth0"], until: "from fe80::1")
        for part in ["from fe80::1", "Stateful address conf.    :          Yes", "2001:db8::/64", "2001:db8::53"] {
            #expect(router.contains(part), "\(part) is not in \(router)")
        }

        for number in 1...3 { try await site.configure(number) }
        for (number, other) in [(1, 2), (2, 3), (3, 1)] {
            #expect(await site.reaches(number, "192.0.2.1\(other)"))
            #expect(await site.reaches(number, "2001:db8::1\(other)"))
        }

        try await Self.rogueIsUnheard(site)

        // As the second droplet the first gets nowhere: not by its addresses, and not by its hardware address.
        let liar = lab.droplets[0]
        try await lab.droplets[1].run("ip", ["link", "set", "eth0", "down"])
        try await liar.run("ip", ["address", "add", "192.0.2.12/24", "dev", "eth0"])
        try await liar.run("ip", ["address", "add", "2001:db8::12/64", "dev", "eth0", "nodad"])
        #expect(await !site.reaches(1, "-I", "192.0.2.12", "192.0.2.13"))
        #expect(await !site.reaches(1, "-I", "2001:db8::12", "2001:db8::13"))
        #expect(await site.reaches(1, "-I", "192.0.2.11", "192.0.2.13"))
        try await liar.run("ip", ["link", "set", "eth0", "down"])
        try await liar.run("ip", ["link", "set", "eth0", "address", AddressLab.hardware(2)])
        try await liar.run("ip", ["link", "set", "eth0", "up"])
        try await site.configure(1)
        #expect(await !site.reaches(1, "-I", "192.0.2.11", "192.0.2.13"))
        #expect(await !site.reaches(1, "-I", "192.0.2.12", "192.0.2.13"))
        #expect(try await !lab.udhcpc(1, tries: 2).contains("lease of"))
    }

    /// The second droplet serves addresses and is a router: its neighbor hears nothing of either.
    private static func rogueIsUnheard(_ site: HypervisorSite) async throws {
        let (lab, rogue) = (site.lab, site.lab.droplets[1])
        try await rogue.run("ip", ["address", "add", "2001:db8:bad::1/64", "dev", "eth0", "nodad"])
        let log = lab.folder.file("rogue.log")
        var options = Lab.Process.Options()
        options.namespace = rogue.name
        options.errors = .file(log)
        // The neighbor listens for nine seconds, in which the rogue's first advertisement goes out.
        async let listening = lab.droplets[2].run("sh", ["-c", "rdisc6 -m -r 1 -w 9000 eth0 || true"])
        try await Task.sleep(for: .milliseconds(300))
        let server = try Lab.Process(
            "dnsmasq",
            [
                "--no-daemon", "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--dhcp-authoritative",
                "--no-ping",
                "--leasefile-ro", "--user=root", "--log-dhcp", "--dhcp-range=192.0.2.200,192.0.2.220,1h",
                "--enable-ra", "--dhcp-range=2001:db8:bad::,ra-only", "--ra-param=eth0,high,4,1800",
            ], options: options)
        defer { server.kill() }
        try await Wait.until("the rogue advertises", within: .seconds(8), every: .milliseconds(50)) {
            (Files.text(log) ?? "").contains("RTR-ADVERT(eth0)")
        }
        let heard = try await listening
        #expect(heard.contains("from fe80::1") && !heard.contains("bad"), "\(heard)")
        let output = try await lab.udhcpc(3)
        #expect(output.contains("lease of 192.0.2.13 obtained from 192.0.2.1"), "\(output)")
        let lease = lab.folder.file("rogue-lease")
        try await lab.droplets[2].run(
            "dhclient", ["-4", "-1", "-sf", "/bin/true", "-lf", lease, "-pf", lab.folder.file("pid7"), "eth0"])
        _ = try? await Command.output("sh", ["-c", "kill $(cat \(lab.folder.file("pid7")))"])
        let leases = Files.text(lease) ?? ""
        #expect(leases.contains("fixed-address 192.0.2.13;") && !leases.contains("192.0.2.20"), "\(leases)")
        // The rogue was asked for nothing either.
        let said = Files.text(log) ?? ""
        #expect(!said.contains("DHCPDISCOVER") && !said.contains("DHCPREQUEST"), "\(said)")
        let routes = try await lab.droplets[2].run("ip", ["-6", "route", "show"])
        #expect(!routes.contains("bad"), "\(routes)")
        try await rogue.run("ip", ["address", "del", "2001:db8:bad::1/64", "dev", "eth0"])
    }

    @Test func `what operators do to the switch is mended: flows, controllers, a tap and addr0`() async throws {
        let site = try await HypervisorSite(droplets: 2)
        let lab = site.lab
        for number in 1...2 { try await site.create(number) }
        for number in 1...2 { try await site.waitForFlows(of: number) }
        for number in 1...2 { try await site.configure(number) }
        #expect(await site.reaches(1, "192.0.2.12"))
        let before = try await site.dump()
        func mended(_ what: String) async throws -> Duration {
            let start = ContinuousClock.now
            try await Wait.until("\(what); \(site.logs)", within: .seconds(10), every: .milliseconds(5)) {
                try await site.dump() == before
            }
            return ContinuousClock.now - start
        }
        try await lab.ovs.control(["del-flows"], ["table=1"])
        let time = try await mended("the flows are back")
        #expect(time < .seconds(1), "\(time)")
        print("hypervisor: flows deleted by hand were back after \(time)")
        for change in [["set-controller", "br0", "tcp:127.0.0.1:1"], ["del-controller", "br0"]] {
            try await lab.ovs.configure(change)
            print("hypervisor: flows were back \(try await mended(change[0])) after \(change[0])")
        }
        // The tap comes again with another number, and its droplet goes on.
        try await lab.ovs.configure(["del-port", "br0", "tap1"])
        try await lab.ovs.add("tap1", number: 31)
        try await Wait.until("the tap's flows; \(site.logs)", within: .seconds(5), every: .milliseconds(20)) {
            let flows = try await site.dump()
            return flows.count == before.count && flows.contains { $0.contains("in_port=31,") }
                && !flows.contains { $0.contains("in_port=1,") }
        }
        #expect(await site.reaches(1, "192.0.2.12"))
        #expect(await site.reaches(2, "2001:db8::11"))
        #expect(try await lab.udhcpc(1).contains("lease of 192.0.2.11"), "\(site.logs)")
        // And addr0, which hvaddrd follows and the flows as well.
        try await lab.ovs.configure(["del-port", "br0", "addr0"])
        try await AddressLab.addPort(lab.ovs, number: 101)
        try await Wait.until("addr0's flows; \(site.logs)", within: .seconds(5), every: .milliseconds(20)) {
            let flows = try await site.dump()
            return flows.count == before.count && flows.contains { $0.contains("output:101") }
                && !flows.contains { $0.contains("output:100") }
        }
        for number in 1...2 {
            #expect(try await lab.udhcpc(number).contains("lease of 192.0.2.1\(number)"), "\(site.logs)")
        }
    }

    @Test func `daemons that are killed, one by one and all at once, lose no ping and nothing that was configured`()
        async throws
    {
        let site = try await HypervisorSite(droplets: 4, members: 3)
        let lab = site.lab
        for number in 1...3 { try await site.create(number) }
        for number in 1...3 { try await site.waitForFlows(of: number) }
        for number in 1...3 { try await site.configure(number) }
        #expect(await site.reaches(1, "192.0.2.12"))
        #expect(await site.reaches(2, "2001:db8::13"))
        var before = try await site.dump()

        let pings = [
            try RunningPing(in: lab.droplets[0], to: "192.0.2.12", log: lab.folder.file("ping1.log")),
            try RunningPing(in: lab.droplets[1], to: "2001:db8::13", log: lab.folder.file("ping2.log")),
        ]
        let pause = Duration.milliseconds(800)
        await site.killFlows()
        try await Task.sleep(for: pause)
        try site.startFlows()
        await site.killAddresses()
        try await Task.sleep(for: pause)
        try await site.startAddresses()
        await site.killRegion()
        try await Task.sleep(for: pause)
        try await site.startRegion()
        // Two of three members are enough: a droplet that is made now is served.
        await site.etcd.kill(0)
        try await Task.sleep(for: pause)
        try await site.create(4)
        try await site.waitForFlows(of: 4)
        #expect(try await lab.udhcpc(4).contains("lease of 192.0.2.14"), "\(site.logs)")
        before = try await site.dump()
        // All at once, and the members that were left.
        await site.killFlows()
        await site.killAddresses()
        await site.killRegion()
        for member in 1...2 { await site.etcd.kill(member) }
        try await Task.sleep(for: pause)
        // Nobody but hvaddrd is needed for an answer.
        try await site.startAddresses()
        #expect(try await lab.udhcpc(3).contains("lease of 192.0.2.13"), "\(site.logs)")
        try site.startFlows()
        for member in 0...2 { try site.etcd.start(member) }
        try await site.etcd.waitUntilWorking()
        try await site.startRegion()
        for ping in pings {
            let (answered, lost) = await ping.finish()
            #expect(lost.isEmpty && answered > 60, "\(lost) of \(answered)")
            print("hypervisor: \(answered) pings answered, \(lost.count) lost, while all daemons were killed")
        }
        #expect(try await site.dump() == before)

        // All goes on, and the droplet that was made in between is reached.
        #expect(try await site.rns(["droplet", "list"]).contains("d4"))
        #expect(try await lab.udhcpc(4).contains("lease of 192.0.2.14"), "\(site.logs)")
        try await site.configure(4)
        #expect(await site.reaches(4, "192.0.2.11"))
        try await Self.switchIsKilled(site)
    }

    /// Kills ovs-vswitchd, and holds hvflowd against half a second from when the management socket answers.
    private static func switchIsKilled(_ site: HypervisorSite) async throws {
        let before = try await site.dump()
        await site.lab.ovs.kill()
        async let started: Void = site.lab.ovs.start()
        var answered: ContinuousClock.Instant?
        var now: [String] = []
        try await Wait.until("the flows are back; \(site.logs)", within: .seconds(15), every: .milliseconds(2)) {
            // What was asked before it answered counts, too.
            let asked = ContinuousClock.now
            guard let dump = try? await site.dump() else { return false }
            if answered == nil { answered = asked }
            now = dump
            return dump.count == before.count
        }
        let time = ContinuousClock.now - (answered ?? .now)
        try await started
        #expect(time < .milliseconds(500), "\(time)")
        #expect(now == before)
        print("hypervisor: \(before.count) flows back \(time) after the management socket answered")
        for (number, other) in [(1, "192.0.2.12"), (2, "2001:db8::13"), (4, "192.0.2.11")] {
            #expect(await site.reaches(number, "-c", "3", other))
        }
        #expect(try await site.lab.udhcpc(1).contains("lease of 192.0.2.11"), "\(site.logs)")
    }
}
