import Lab
import Testing

@Suite(
    "Hostile frames to a DHCP server",
    .enabled("the tools or rights are missing") {
        await Namespace.isPermitted() && have("python3", "tcpdump", "tshark")
    })
struct DHCPHostileTests {
    @Test func `whatever comes, honest clients are served, nothing grows, and every answer is well-formed`()
        async throws
    {
        let site = try await FourSite(
            more: "dhcpv6: { duid: \"00:03:00:01:02:00:00:00:00:01\" }",
            lan: """
                    forcerenew: true
                    dhcpv6: { reconfigure: true, rapid_commit: true }
                    v6: { subnet: "2001:db8:0:1::/64", pools: "2001:db8:0:1::1000-2001:db8:0:1::1fff" }
                    ra: { managed: true, prefixes: "2001:db8:0:1::/64" }
                """)
        let server = try await site.start()
        defer { server.kill() }
        let hardware = try await site.server.run("cat", ["/sys/class/net/eth0/address"]).filter { !$0.isWhitespace }
        let capture = site.folder.file("capture.pcap")
        var options = Process.Options()
        options.namespace = site.client.name
        let recorder = try Process(
            "tcpdump", ["-i", "eth0", "-U", "-w", capture, "ether src \(hardware)"], options: options)
        defer { recorder.kill() }
        // The same each time, clients included, so that leases and tables have had their growth after the first.
        func play() async throws -> String {
            let result = try await Command.run(
                "python3", [support("dhcp_hostile.py"), "eth0", "192.0.2.1", hardware, "1"], options: options,
                within: .seconds(200))
            return result.output + result.errors
        }
        let first = try await play()
        #expect(first.hasPrefix("15193 frames of 82 kinds"), "\(first)")
        let before = Memory(ofTree: server.identifier).resident
        for _ in 0..<2 {
            let again = try await play()
            #expect(again.hasPrefix("15193 frames of 82 kinds"), "\(again)")
        }
        let after = Memory(ofTree: server.identifier).resident
        // What leases and tables may take, which are bounded; a leak of one octet a frame and kind would show as much.
        #expect(after - before < 3 << 20, "\(before) \(after)")
        #expect(server.isRunning)
        try await Task.sleep(for: .seconds(1))
        let complaints = try await Command.output(
            "tshark",
            [
                "-r", capture, "-o", "udp.check_checksum:TRUE", "-Y", "_ws.malformed || udp.checksum.status == 0", "-T",
                "fields", "-e", "frame.number", "-e", "_ws.expert.message",
            ], within: .seconds(60))
        // An Interface-Id of no octets goes back to whoever sent it, as it must, and tshark finds it too short.
        let others = complaints.split(separator: "\n").filter { !$0.contains("INTERFACE_ID: malformed option") }
        #expect(others.isEmpty, "\(others.prefix(5))")
    }
}
