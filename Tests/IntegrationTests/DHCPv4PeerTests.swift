import Glibc
import Lab
import Testing

/// A DHCPv4 server in one namespace, and room for clients in another.
final class FourSite: Sendable {
    let folder: TemporaryFolder
    let server: Namespace
    let client: Namespace
    let file: String

    var log: String { Files.text(folder.file("server.log")) ?? "" }

    /// `more` are lines of further networks, `lan` such of this one; a wide one has 65,536 addresses in 10.0.0.0/8.
    init(
        lease: String = "1h", probe: String = "0s", more: String = "", lan: String = "", isWide: Bool = false,
        interface: String = "eth0"
    ) async throws {
        folder = try TemporaryFolder("four")
        (server, client) = (try await Namespace("four-s"), try await Namespace("four-c"))
        for namespace in [server, client] {
            for line in ["accept_dad=0", "accept_ra=0"] {
                try await namespace.run("sysctl", ["-qw", "net.ipv6.conf.default.\(line)"])
            }
        }
        let address = isWide ? "10.0.0.1/8" : "192.0.2.1/24"
        try await Namespace.connect(server, "eth0", address, to: client, "eth0", nil)
        let (subnet, pools, router) =
            isWide
            ? ("10.0.0.0/8", "10.1.0.0-10.1.255.255", "10.0.0.1")
            : ("192.0.2.0/24", "192.0.2.100-192.0.2.199", "192.0.2.1")
        file = try folder.write(
            """
            version: 1
            leases: \(folder.file("leases.sqlite"))
            control: \(folder.file("control.sock"))
            networks:
              lan:
                interface: \(interface)
                v4:
                  subnet: \(subnet)
                  pools: \(pools)
                  lease: \(lease)
                  probe: \(probe)
                  options:
                    routers: \(router)
                    dns_servers: [192.0.2.53, 192.0.2.54]
                    domain_name: lan.example
                    domain_search: [lan.example, example]
                    routes: [ { to: 10.0.0.0/8, via: 192.0.2.9 }, { to: 0.0.0.0/0, via: 192.0.2.1 } ]
            \(lan)
            \(more)
            """, to: "dhcp.yaml")
    }

    /// Starts the server, under `tracer` if one is given.
    func start(_ tracer: [String] = [], isVerbose: Bool = true) async throws -> Process {
        var options = Process.Options()
        options.namespace = server.name
        options.errors = .file(folder.file("server.log"))
        let command = tracer + [Apus.path, "dhcp", "run"] + (isVerbose ? ["--verbose"] : []) + [file]
        let before = log.split(separator: "\n").count { $0.contains("ready") }
        let process = try Process(command[0], Array(command.dropFirst()), options: options)
        try await Wait.until("the server is ready", within: .seconds(10), every: .milliseconds(20)) {
            self.log.split(separator: "\n").count { $0.contains("ready") } > before
        }
        return process
    }

    func wait(for text: String, within seconds: Int = 15) async throws {
        do {
            try await Wait.until("it is logged", within: .seconds(seconds), every: .milliseconds(50)) {
                self.log.contains(text)
            }
        } catch {
            Issue.record("'\(text)' did not come: \(log)")
        }
    }

    /// What an `apus dhcp` command prints.
    func ask(_ arguments: String...) async throws -> String {
        try await Command.output(
            Apus.path, ["dhcp", arguments[0], "--control", folder.file("control.sock")] + arguments.dropFirst())
    }

    /// Gets an address with udhcpc; the address.
    func udhcpc(_ more: [String] = []) async throws -> String {
        let output = try await client.run(
            "sh", ["-c", "busybox udhcpc -i eth0 -n -q -f -s /bin/true \(more.joined(separator: " ")) 2>&1"])
        guard let range = output.firstRange(of: "lease of "), let end = output[range.upperBound...].firstIndex(of: " ")
        else {
            Issue.record("no lease: \(output)")
            return ""
        }
        return String(output[range.upperBound..<end])
    }
}

@Suite(
    "DHCPv4 with other programs",
    .enabled("the tools or rights are missing") {
        await Namespace.isPermitted() && have("dhclient", "busybox", "dhcrelay", "dhcpcd", "strace", "tshark")
    })
struct DHCPv4PeerTests {
    @Test func `dhclient gets an address with all that it asks for, renews it, and gives it back`() async throws {
        let site = try await FourSite(lease: "{ time: 6s, min: 1s, renew: 2s, rebind: 4s }")
        let server = try await site.start()
        defer { server.kill() }
        let lease = site.folder.file("lease")
        // It gives the interface the address, so that the client can renew and release by unicast.
        let script = try site.folder.write(
            """
            #!/bin/sh
            case $reason in BOUND|RENEW|REBIND|REBOOT) ip address replace "$new_ip_address/24" dev "$interface" ;; esac
            """, to: "script")
        try await Command.output("chmod", ["+x", script])
        let arguments = ["-4", "-sf", script, "-lf", lease, "-pf", site.folder.file("pid"), "eth0"]
        // In a session of its own from the beginning: what is left of a command's group when it ends is killed, and the daemon that
        // it becomes leaves the group a moment later.
        try await site.client.run("setsid", ["--wait", "dhclient", "-1"] + arguments)
        let text = Files.text(lease) ?? ""
        for line in [
            "fixed-address 192.0.2.100", "option routers 192.0.2.1", "option domain-name-servers 192.0.2.53,192.0.2.54",
            "option domain-name \"lan.example\"",
        ] { #expect(text.contains(line), "\(line) is not in \(text)") }
        try await Wait.until("it renews", within: .seconds(10), every: .milliseconds(100)) {
            site.log.split(separator: "\n").count { $0.contains("REQUEST answered with ACK") } >= 2
        }
        try await site.client.run("dhclient", ["-r"] + arguments)
        try await site.wait(for: "RELEASE taken")
        #expect(try await site.ask("leases", "--json").contains(#""state":"released""#))
    }

    @Test func `udhcpc and dhcpcd get addresses, each its own, and the same again after a restart`() async throws {
        let site = try await FourSite(probe: "100ms")
        let server = try await site.start()
        let first = try await site.udhcpc()
        #expect(first == "192.0.2.100")
        server.kill()
        _ = await server.exit()
        let again = try await site.start()
        defer { again.kill() }
        #expect(try await site.udhcpc() == first)
        let other = try await site.udhcpc(["-x", "0x3d:00aabbcc", "-C"])
        #expect(other == "192.0.2.101")
        // Its helpers keep what they inherit open, and stay when it ends: a file, and an end of our own.
        let path = site.folder.file("dhcpcd.log")
        _ = try? await site.client.run(
            "sh", ["-c", "timeout -k 1 12 dhcpcd -4 -T -t 8 -f /dev/null eth0 >\(path) 2>&1 </dev/null"])
        _ = try? await Command.output("sh", ["-c", "ip netns pids \(site.client.name) | xargs -r kill -9"])
        let offer = Files.text(path) ?? ""
        #expect(offer.contains("new_routers='192.0.2.1'") || offer.contains("new_routers=192.0.2.1"), "\(offer)")
    }

    @Test func `a relay agent's clients are served through it, and its words come back`() async throws {
        let site = try await FourSite(
            more: """
                  far:
                    v4: { subnet: 198.51.100.0/24, pools: 198.51.100.10-198.51.100.20 }
                """)
        let far = try await Namespace("four-f")
        try await Namespace.connect(site.client, "eth1", "198.51.100.1/24", to: far, "eth0", nil)
        try await site.client.run("ip", ["address", "add", "192.0.2.2/24", "dev", "eth0"])
        try await site.server.run("ip", ["route", "add", "198.51.100.0/24", "via", "192.0.2.2"])
        try await site.client.run("sysctl", ["-qw", "net.ipv4.ip_forward=1"])
        let server = try await site.start()
        defer { server.kill() }
        var options = Process.Options()
        options.namespace = site.client.name
        let relay = try Process(
            "dhcrelay", ["-4", "-d", "-a", "-iu", "eth0", "-id", "eth1", "192.0.2.1"], options: options)
        defer { relay.kill() }
        try await Task.sleep(for: .seconds(1))
        let output = try await far.run("sh", ["-c", "busybox udhcpc -i eth0 -n -q -f -t 8 -T 1 -s /bin/true 2>&1"])
        #expect(output.contains("lease of 198.51.100.10 obtained"), "\(output) \(site.log)")
    }

    @Test func `an address that somebody uses without asking is not lent`() async throws {
        let site = try await FourSite(probe: "500ms")
        // The client's namespace answers ARP for the address; its clients ask from another station, on a macvlan.
        try await site.client.run("ip", ["address", "add", "192.0.2.100/32", "dev", "lo"])
        try await site.client.run("sysctl", ["-qw", "net.ipv4.conf.all.arp_ignore=0"])
        try await site.client.run("ip", ["link", "add", "mac0", "link", "eth0", "type", "macvlan", "mode", "bridge"])
        try await site.client.run("ip", ["link", "set", "mac0", "up"])
        let server = try await site.start()
        defer { server.kill() }
        let output = try await site.client.run(
            "sh", ["-c", "busybox udhcpc -i mac0 -n -q -f -t 5 -T 2 -s /bin/true 2>&1"])
        #expect(output.contains("lease of 192.0.2.101 obtained"), "\(output) \(site.log)")
        #expect(site.log.contains("an address is in use by somebody else"))
    }

    @Test func `an interface may come later, go, and come back`() async throws {
        let site = try await FourSite()
        try await site.server.run("ip", ["link", "delete", "eth0"])
        let server = try await site.start()
        defer { server.kill() }
        for _ in 0..<2 {
            try await Namespace.connect(site.server, "eth0", "192.0.2.1/24", to: site.client, "eth0", nil)
            #expect(try await site.udhcpc() != "")
            try await site.server.run("ip", ["link", "delete", "eth0"])
            try await site.wait(for: "no longer serving on eth0")
        }
    }

    @Test func `a file with mistakes changes nothing, a good one counts at once, and leases stay`() async throws {
        let site = try await FourSite()
        let server = try await site.start()
        defer { server.kill() }
        let address = try await site.udhcpc()
        let good = Files.text(site.file) ?? ""
        _ = try site.folder.write(good + "  lam: { interfce: eth1 }\n", to: "dhcp.yaml")
        server.signal(SIGHUP)
        try await site.wait(for: "the configuration stays as it is")
        #expect(try await site.udhcpc() == address)
        _ = try site.folder.write(good.replacing("192.0.2.53", with: "192.0.2.99"), to: "dhcp.yaml")
        server.signal(SIGHUP)
        try await site.wait(for: "the configuration was read anew")
        #expect(try await site.udhcpc() == address)
    }

    @Test func `operators see leases, end them, and reserve addresses`() async throws {
        let site = try await FourSite()
        let server = try await site.start()
        defer { server.kill() }
        let address = try await site.udhcpc()
        #expect(try await site.ask("show", address).contains("bound"))
        #expect(try await site.ask("stats", "--json").contains(#""message":"DISCOVER""#))
        #expect(try await site.ask("release", address).contains("released"))
        #expect(try await site.ask("reserve", address, "02:00:5e:00:00:99").contains("reserved"))
        #expect(try await site.udhcpc() != address)
        server.kill()
        _ = await server.exit()
        let again = try await site.start()
        defer { again.kill() }
        #expect(try await site.udhcpc() != address)
        #expect(try await site.ask("reserve", "--remove", address).contains("unreserved"))
    }

    @Test func `the sync has ended before each ACK is sent`() async throws {
        let site = try await FourSite()
        let trace = site.folder.file("trace")
        let server = try await site.start(["strace", "-f", "-o", trace, "-e", "trace=fsync,fdatasync,sendmmsg,sendto"])
        for _ in 0..<5 { _ = try await site.udhcpc(["-x", "0x3d:00\(Int.random(in: 100_000...999_999))", "-C"]) }
        _ = await server.stop()
        // Every second message is an ACK: between an offer and the next ACK there is a sync.
        let calls = (Files.text(trace) ?? "").split(separator: "\n").compactMap { line -> Character? in
            if line.contains("sync(") || line.contains("sync resumed") { return line.contains("= 0") ? "s" : nil }
            return line.contains("sendmmsg(") && line.contains("= 1") ? "m" : nil
        }
        let text = String(calls)
        let answers = text.drop { $0 != "m" }
        var (messages, synced, isCovered) = (0, false, true)
        for call in answers {
            if call == "s" {
                synced = true
            } else {
                messages += 1
                if messages.isMultiple(of: 2), !synced { isCovered = false }
                synced = false
            }
        }
        #expect(messages >= 10, "\(text)")
        #expect(isCovered, "\(text)")
    }

    @Test func `each exchange is a span, and a refusal says why`() async throws {
        let site = try await FourSite()
        let path = site.folder.file("spans")
        _ = try site.folder.write((Files.text(site.file) ?? "") + "\ntraces: \(path)\n", to: "dhcp.yaml")
        let server = try await site.start()
        defer { server.kill() }
        let address = try await site.udhcpc()
        // Another client wants the same address.
        _ = try await site.client.run(
            "sh",
            [
                "-c",
                "timeout 3 busybox udhcpc -i eth0 -x 0x3d:00aabbcc -C -r \(address) -n -q -f -s /bin/true 2>&1 || true",
            ])
        _ = await server.stop()
        let lines = (Files.text(path) ?? "").split { $0 == "\n" }.map(String.init)
        #expect(lines.contains { $0.contains(#""name":"DHCP DISCOVER""#) && $0.contains(#""stringValue":"OFFER""#) })
        #expect(
            lines.contains { $0.contains(#""name":"DHCP REQUEST""#) && $0.contains(address) && $0.contains("eth0") })
    }

    @Test func `answers are read by tshark without complaint`() async throws {
        let site = try await FourSite()
        let capture = site.folder.file("capture.pcap")
        var options = Process.Options()
        options.namespace = site.client.name
        let recorder = try Process("tcpdump", ["-i", "eth0", "-U", "-w", capture, "udp port 67"], options: options)
        try await Task.sleep(for: .seconds(1))
        let server = try await site.start()
        defer { server.kill() }
        _ = try await site.udhcpc()
        try await Task.sleep(for: .seconds(1))
        recorder.kill()
        let read = try await Command.output(
            "tshark",
            [
                "-r", capture, "-o", "udp.check_checksum:TRUE", "-Y", "dhcp.type == 2", "-T", "fields", "-e",
                "dhcp.option.dhcp", "-e", "udp.checksum.status", "-e", "_ws.malformed", "-e", "_ws.expert.severity",
            ])
        let rows = read.split(separator: "\n")
        #expect(rows.count == 2, "\(read)")
        // Offer and acknowledgement, good checksums, nothing malformed and nothing remarked.
        for (row, type) in zip(rows, ["2", "5"]) {
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            #expect(fields.first == type && fields[1] == "1", "\(row)")
            #expect(fields.dropFirst(2).allSatisfy { $0.isEmpty }, "\(row)")
        }
    }
}
