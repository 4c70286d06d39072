import Glibc
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Testing
import Wire

@Suite(
    "hvaddrd on Open vSwitch", .serialized,
    .enabled("Open vSwitch, clients or rights are missing") {
        await AddressLab.isPossible("dhclient", "busybox", "rdisc6", "ndisc6", "ping")
    })
struct AddressSwitchTests {
    @Test(arguments: [false, true])
    func `each droplet's client gets exactly its parameters`(offload: Bool) async throws {
        let lab = try await AddressLab(droplets: 2, offload: offload)
        let daemon = try await lab.start()
        defer { daemon.kill() }
        for number in 1...2 { try await lab.set(number) }
        try await lab.install([1: AddressLab.parameters(1), 2: AddressLab.parameters(2)])
        for number in 1...2 {
            let output = try await lab.udhcpc(number)
            #expect(output.contains("lease of 192.0.2.1\(number) obtained from 192.0.2.1"), "\(output) \(lab.log)")
        }
        // As a client would set them.
        for number in 1...2 {
            try await lab.droplets[number - 1].run("ip", ["address", "add", "192.0.2.1\(number)/24", "dev", "eth0"])
            try await lab.droplets[number - 1].run(
                "ip", ["address", "add", "2001:db8::1\(number)/64", "dev", "eth0", "nodad"])
        }
        if !offload {
            for target in ["192.0.2.12", "2001:db8::12"] {
                try await lab.droplets[0].run("ping", ["-c", "3", "-i", "0.2", "-W", "2", target])
            }
        }
        // The router came by itself, or was asked for when the link came up.
        try await Wait.until("a route", within: .seconds(10), every: .milliseconds(100)) {
            try await lab.droplets[0].run("ip", ["-6", "route", "show", "default"]).contains("via fe80::1")
        }
    }

    @Test func `dhclient gets IPv4 with all options, and IPv6 with an address and a prefix`() async throws {
        let lab = try await AddressLab(droplets: 1)
        let daemon = try await lab.start()
        defer { daemon.kill() }
        try await lab.set(1)
        try await lab.install([1: AddressLab.parameters(1)])
        let lease = lab.folder.file("lease4")
        try await lab.droplets[0].run(
            "dhclient", ["-4", "-1", "-sf", "/bin/true", "-lf", lease, "-pf", lab.folder.file("pid4"), "eth0"])
        _ = try? await Command.output("sh", ["-c", "kill $(cat \(lab.folder.file("pid4")))"])
        let text = Files.text(lease) ?? ""
        for line in [
            "fixed-address 192.0.2.11", "option routers 192.0.2.1", "option domain-name-servers 192.0.2.53",
            "option domain-name \"example.org\"", "option dhcp-lease-time 3600", "option interface-mtu 1450",
            "option dhcp-server-identifier 192.0.2.1",
        ] { #expect(text.contains(line), "\(line) is not in \(text)") }
        let lease6 = try lab.folder.write("", to: "lease6")
        let output = try await lab.run(
            1, "dhclient",
            [
                "-6", "-1", "-v", "-d", "-N", "-P", "-sf", "/bin/true", "-lf", lease6, "-pf", lab.folder.file("pid6"),
                "eth0",
            ],
            until: "PRC: Bound to lease")
        #expect(output.contains("Bound to lease"), "\(output) \(lab.log)")
        let text6 = Files.text(lease6) ?? ""
        for part in ["iaaddr 2001:db8::11", "iaprefix 2001:db8:100::/56", "dhcp6.name-servers 2001:db8::53"] {
            #expect(text6.contains(part), "\(part) is not in \(text6)")
        }
    }

    @Test func `rdisc6 hears the router, and ndisc6 finds it`() async throws {
        let lab = try await AddressLab(droplets: 1)
        let daemon = try await lab.start()
        defer { daemon.kill() }
        try await lab.set(1) { $0.ipv6.gateway = "2001:db8::1" }
        try await lab.install([1: AddressLab.parameters(1) { $0.ipv6.gateway = "2001:db8::1" }])
        let router = try await lab.run(1, "rdisc6", ["-r", "3", "eth0"], until: "from fe80::1")
        for part in ["from fe80::1", "Stateful address conf.    :          Yes", "2001:db8::/64", "2001:db8::53"] {
            #expect(router.contains(part), "\(part) is not in \(router)")
        }
        for target in ["fe80::1", "2001:db8::1"] {
            let neighbor = try await lab.run(1, "ndisc6", ["-r", "3", target, "eth0"], until: "from ")
            #expect(neighbor.contains("02:00:00:00:00:01"), "\(neighbor)")
        }
        // The gateway's ARP is answered by flows alone.
        try await lab.droplets[0].run("ip", ["address", "add", "192.0.2.11/24", "dev", "eth0"])
        _ = try? await lab.droplets[0].run("ping", ["-c", "1", "-W", "1", "192.0.2.1"])
        let neighbor = try await lab.droplets[0].run("ip", ["neighbor", "show", "192.0.2.1"])
        #expect(neighbor.contains("02:00:00:00:00:01"), "\(neighbor)")
    }

    @Test func `what a droplet pretends to be gets it nowhere`() async throws {
        let lab = try await AddressLab(droplets: 2)
        let daemon = try await lab.start()
        defer { daemon.kill() }
        for number in 1...2 { try await lab.set(number) }
        try await lab.install([1: AddressLab.parameters(1), 2: AddressLab.parameters(2)])
        let (liar, victim) = (lab.droplets[0], lab.droplets[1])
        try await victim.run("ip", ["address", "add", "192.0.2.12/24", "dev", "eth0"])
        try await victim.run("ip", ["address", "add", "2001:db8::12/64", "dev", "eth0", "nodad"])
        try await liar.run("ip", ["address", "add", "192.0.2.11/24", "dev", "eth0"])
        try await liar.run("ip", ["address", "add", "2001:db8::11/64", "dev", "eth0", "nodad"])
        func reaches(_ arguments: String...) async -> Bool {
            (try? await liar.run("ping", ["-c", "1", "-W", "1"] + arguments)) != nil
        }
        // The falsifier first: as itself it gets through.
        #expect(await reaches("192.0.2.12"))
        #expect(await reaches("2001:db8::12"))
        // Another's addresses.
        try await liar.run("ip", ["address", "add", "192.0.2.99/24", "dev", "eth0"])
        try await liar.run("ip", ["address", "add", "2001:db8::99/64", "dev", "eth0", "nodad"])
        #expect(await !reaches("-I", "192.0.2.99", "192.0.2.12"))
        #expect(await !reaches("-I", "2001:db8::99", "2001:db8::12"))
        // Another's hardware address, by which nothing at all is answered.
        try await liar.run("ip", ["link", "set", "eth0", "down"])
        try await liar.run("ip", ["link", "set", "eth0", "address", "02:00:00:00:01:02"])
        try await liar.run("ip", ["link", "set", "eth0", "up"])
        try await liar.run("ip", ["address", "replace", "192.0.2.11/24", "dev", "eth0"])
        #expect(await !reaches("192.0.2.12"))
        #expect(try await !lab.udhcpc(1, tries: 2).contains("lease of"))
    }

    @Test func `a droplet's own server and router are heard by nobody`() async throws {
        let lab = try await AddressLab(droplets: 2)
        let daemon = try await lab.start()
        defer { daemon.kill() }
        for number in 1...2 { try await lab.set(number) }
        try await lab.install([1: AddressLab.parameters(1), 2: AddressLab.parameters(2)])
        let sniffed = lab.folder.file("sniffed")
        var options = Lab.Process.Options()
        options.namespace = lab.droplets[1].name
        options.output = .file(sniffed)
        let sniffer = try Lab.Process(
            "tcpdump", ["-l", "-n", "-i", "eth0", "ether src 02:00:00:00:01:01"], options: options)
        defer { sniffer.kill() }
        try await Task.sleep(for: .milliseconds(700))
        let script = """
            import socket
            def csum(data):
                total = sum(int.from_bytes(data[i:i+2].ljust(2, b'\\0'), 'big') for i in range(0, len(data), 2))
                while total >> 16: total = (total & 0xffff) + (total >> 16)
                return ~total & 0xffff
            raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            raw.bind(('eth0', 0))
            source = bytes.fromhex('020000000101')
            link = bytes.fromhex('fe800000000000000000000000000000')[:8] + bytes.fromhex('000000fffe000101')
            link = link[:8] + bytes([0x00, 0, 0, 0xff, 0xfe, 0, 1, 1])
            nodes = bytes.fromhex('ff020000000000000000000000000001')
            def icmp(body, hop=255):
                pseudo = link + nodes + len(body).to_bytes(4, 'big') + b'\\0\\0\\0\\x3a'
                body = body[:2] + csum(pseudo + body).to_bytes(2, 'big') + body[4:]
                return bytes.fromhex('333300000001') + source + b'\\x86\\xdd' + b'\\x60\\0\\0\\0' + len(body).to_bytes(2, 'big') + bytes([58, hop]) + link + nodes + body
            ra = bytes([134, 0, 0, 0, 64, 0, 7, 8]) + bytes(8)
            na = bytes([136, 0, 0, 0, 0x20, 0, 0, 0]) + bytes.fromhex('20010db8000000000000000000000012')
            def udp4(sport, dport):
                payload = bytes(300)
                head = bytes([0x45, 0]) + (328).to_bytes(2, 'big') + bytes([0, 0, 0, 0, 64, 17, 0, 0]) + bytes([192, 0, 2, 11]) + b'\\xff' * 4
                head = head[:10] + csum(head).to_bytes(2, 'big') + head[12:]
                return b'\\xff' * 6 + source + b'\\x08\\0' + head + sport.to_bytes(2, 'big') + dport.to_bytes(2, 'big') + (308).to_bytes(2, 'big') + b'\\0\\0' + payload
            arp = b'\\xff' * 6 + source + b'\\x08\\x06' + bytes([0, 1, 8, 0, 6, 4, 0, 2]) + source + bytes([192, 0, 2, 1]) + b'\\xff' * 6 + bytes([192, 0, 2, 12])
            tagged = b'\\xff' * 6 + source + b'\\x81\\0\\0\\2' + b'\\x08\\0' + udp4(68, 67)[14:]
            victim = bytes.fromhex('020000000102')
            # To all, and to the neighbor alone, whose frames a flow brings to it.
            for frame in [icmp(ra), icmp(na), udp4(67, 68), arp, tagged]:
                raw.send(frame)
                raw.send(victim + frame[6:])
            """
        try await lab.droplets[0].run("python3", ["-c", script])
        try await Task.sleep(for: .seconds(1))
        #expect((Files.text(sniffed) ?? "").isEmpty, "\(Files.text(sniffed) ?? "")")
        // The second droplet's tag in the first one's frame is not believed either.
        let stats = try await lab.call { try await $0.stats(.with { $0.dropletID = "d2" }) }
        #expect(stats.counters["answered.DISCOVER.OFFER"] == nil)
        // The falsifier: what it may send is seen.
        try await lab.droplets[0].run("ip", ["address", "add", "192.0.2.11/24", "dev", "eth0"])
        _ = try? await lab.droplets[0].run("ping", ["-c", "1", "-W", "1", "192.0.2.12"])
        try await Wait.until("its question for an address is heard", within: .seconds(5), every: .milliseconds(100)) {
            (Files.text(sniffed) ?? "").contains("192.0.2.12")
        }
    }

    @Test func `addr0 may be made anew, and the daemon killed: droplets are answered again at once`() async throws {
        let lab = try await AddressLab(droplets: 1)
        var daemon = try await lab.start()
        defer { daemon.kill() }
        try await lab.set(1)
        let flows = [1: AddressLab.parameters(1)]
        try await lab.install(flows)
        #expect(try await lab.udhcpc(1).contains("lease of 192.0.2.11"))
        try await lab.ovs.configure(["del-port", "br0", "addr0"])
        try await AddressLab.addPort(lab.ovs)
        try await lab.install(flows)
        #expect(try await lab.udhcpc(1).contains("lease of 192.0.2.11"), "\(lab.log)")
        let stats = try await lab.call { try await $0.stats(Apus_Hvaddr_V1_StatsRequest()) }
        #expect(stats.daemon.portOpenings == 2 && stats.daemon.portOpen)
        daemon.kill()
        await daemon.exit()
        #expect(try await !lab.udhcpc(1, tries: 1).contains("lease of"))
        // Nobody tells it anything: what it knew, it knows.
        daemon = try await lab.start()
        #expect(try await lab.udhcpc(1).contains("lease of 192.0.2.11"), "\(lab.log)")
        let held = try await lab.call { try await $0.get(.with { $0.dropletID = "d1" }) }.droplet
        #expect(held.configuredGeneration == 1 && held.parameters == flows[1])
        let exit = await daemon.stop()
        #expect(exit.isSuccess, "\(exit) \(lab.log)")
    }

    @Test func `hvflowd programs each droplet's flows, again after it lost them, and takes them away`() async throws {
        let lab = try await AddressLab(droplets: 2)
        var (flows, address) = try lab.startFlows()
        defer { flows.kill() }
        let daemon = try await lab.start(flows: address)
        defer { daemon.kill() }
        for number in 1...2 { try await lab.set(number) }
        func programmed(_ name: String) async throws -> Apus_Hvaddr_V1_Droplet {
            try await lab.call { service in
                try await ServedDaemon.wait(service, name) { $0.programmedGeneration == $0.configuredGeneration }
            }
        }
        for name in ["d1", "d2"] {
            let held = try await programmed(name)
            #expect(held.programmedGeneration == 1, "\(held.programmingError) \(lab.log)")
        }
        for number in 1...2 {
            #expect(try await lab.udhcpc(number).contains("lease of 192.0.2.1\(number)"), "\(lab.log)")
        }
        // Another address: served at once, and its flows follow.
        try await lab.set(1, generation: 2) { $0.ipv4.address = "192.0.2.77/24" }
        #expect(try await programmed("d1").programmedGeneration == 2)
        #expect(try await lab.udhcpc(1).contains("lease of 192.0.2.77"))
        let dump = try await lab.ovs.control(["dump-flows"])
        #expect(dump.contains("nw_src=192.0.2.77") && !dump.contains("nw_src=192.0.2.11"))
        // hvflowd dies and forgets: droplets are answered meanwhile, and it is told everything again.
        flows.kill()
        await flows.exit()
        #expect(try await lab.udhcpc(1).contains("lease of 192.0.2.77"))
        try await Command.output("rm", ["-r", lab.folder.file("flows")])
        try await lab.ovs.control(["del-flows"])
        (flows, address) = try lab.startFlows()
        try await Wait.until("the flows are there again", within: .seconds(15), every: .milliseconds(100)) {
            try await lab.ovs.control(["dump-flows"]).contains("nw_src=192.0.2.12")
        }
        #expect(try await lab.udhcpc(2).contains("lease of 192.0.2.12"))
        _ = try await lab.call {
            try await $0.delete(
                .with {
                    $0.dropletID = "d2"
                    $0.generation = 2
                })
        }
        try await Wait.until("its flows are gone", within: .seconds(10), every: .milliseconds(100)) {
            try await !lab.ovs.control(["dump-flows"]).contains("nw_src=192.0.2.12")
        }
        #expect(try await !lab.udhcpc(2, tries: 1).contains("lease of"))
    }
}
