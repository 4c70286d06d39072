import Glibc
import Lab
import PortScanner
import Testing
import Wire

@Suite("Edge cases of networks", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct EdgeTests {
    let lab: ScanLab
    let folder: TemporaryFolder

    init() async throws {
        lab = try await ScanLab()
        folder = try TemporaryFolder("edge")
    }

    /// Rules before those of the lab, in the target.
    private func rule(_ lines: String) async throws {
        try await lab.target.load(
            "table inet edge {\n chain input {\n type filter hook input priority -10\n\(lines)\n }\n}\n", in: folder)
    }

    @Test(arguments: [1, 10])
    func `lost probes are asked again, and every open port is found`(_ percent: Int) async throws {
        try await rule("ip daddr 10.8.0.3 tcp dport 1-65535 numgen random mod 100 < \(percent) drop")
        let got = try scan("10.8.0.3", from: lab.scanner, ports: "1-65535")
        #expect(got.ports(.open) == lab.open)
        #expect(got.ports(.closed).count + got.ports(.undecided).count == 65_535 - 74)
        #expect(got.ports(.filtered).isEmpty || got.ports(.filtered).count < 3)
        #expect(got.totals.lost > 0)
    }

    @Test func `resets at a limited rate are undecided, not filtered`() async throws {
        try await lab.target.load(
            """
            table inet edge {
              chain output {
                type filter hook output priority 0
                ip saddr 10.8.0.4 tcp flags & rst == rst limit rate over 200/second burst 50 packets drop
              }
            }

            """, in: folder)
        let got = try scan("10.8.0.4", from: lab.scanner, ports: "1-5000") { options in options.tries = 2...4 }
        #expect(got.ports(.open) == lab.open.filter { $0 <= 5000 })
        #expect(got.ports(.filtered).isEmpty)
        #expect(!got.ports(.undecided).isEmpty)
        #expect(got.totals.undecided == UInt64(got.ports(.undecided).count))
    }

    @Test func `a host all of whose ports are open is doubted`() async throws {
        try await lab.target.load(
            "table ip edge {\n chain nat {\n type nat hook prerouting priority dstnat\n"
                + "ip daddr 10.8.0.5 tcp dport 1-65535 redirect to :80\n }\n}\n", in: folder)
        let got = try scan("10.8.0.5", from: lab.scanner, ports: "1-500")
        #expect(got.ports(.open).count == 500)
        #expect(got.hosts.first?.remarks.contains { $0.contains("tarpit") } == true)
    }

    @Test func `a quiet link does not hold up the end`() throws {
        let got = try scan("10.32.0.1", from: lab.scanner, ports: "1-100") { $0.discovery = ScanOptions.Discovery.none }
        #expect(got.ports(.filtered).count == 100)
        #expect(got.seconds < 2)
    }

    @Test func `a reset is never answered, and a half-open connection gets one`() async throws {
        _ = try scan("10.8.0.2", from: lab.scanner, ports: "80,81")
        let text = try await lab.scanner.run("nstat", ["-az", "TcpOutRsts"])
        // The kernel's one for the SYN-ACK of port 80; none for the reset of port 81.
        #expect(text.split(whereSeparator: \.isWhitespace).contains("1"))
    }

    @Test func `UDP: services answer their own protocol, closed ports by ICMP`() async throws {
        var options = Process.Options()
        options.namespace = lab.target.name
        options.output = .file(folder.file("udp"))
        let server = try Process("python3", [support("udp.py")], options: options)
        defer { server.kill() }
        let ready = folder.file("udp")
        try await Wait.until("the UDP responder") { Files.text(ready)?.contains("ready") == true }
        let got = try scan("10.8.0.2", from: lab.scanner, .udp, ports: "53,123,5060,9999")
        #expect(got.ports(.open) == [53, 123, 5060])
        #expect(got.ports(.closed) == [9999])
    }

    @Test func `a real TFTP server, which answers from another port, is open and named`() async throws {
        var options = Process.Options()
        options.namespace = lab.target.name
        var servers: [Process] = []
        for port in [69, 137] {
            servers.append(
                try Process(
                    "/usr/sbin/in.tftpd", ["-L", "-u", "root", "-a", "10.8.0.2:\(port)", "-s", folder.path],
                    options: options))
        }
        defer { for server in servers { server.kill() } }
        let target = lab.target
        try await Wait.until("TFTP") {
            let text = try await target.run("ss", ["-Huln"])
            return text.contains(":69 ") && text.contains(":137 ")
        }
        // On its own port the probe is one of TFTP; on another one nobody answers what does not speak it.
        let got = try scan("10.8.0.2", from: lab.scanner, .udp, ports: "69,137")
        #expect(got.ports(.open) == [69] && got.ports(.openOrFiltered) == [137])
        let named = try await Tools.scan(["-n", "-sU", "-sV", "-p69,137", "10.8.0.2"], in: lab.scanner)
        #expect(
            named.output.contains(/69\/udp +open +tftp/) && named.output.contains(/137\/udp +open +tftp/), "\(named)")
    }

    @Test func `what the ring has no room for is counted, and asked again`() async throws {
        let words = try await lab.target.run("cat", ["/sys/class/net/eth0/address"])
        let station = try #require(MACAddress(String(words.prefix(17)))).rawValue
        let (open, seen) = try inside(lab.scanner) { [lab] in
            let address = UInt128(0x0A08_0003)
            let path = try #require(
                try RouteTable().paths(to: address...address, isIPv6: false, scope: 0, interface: nil).first?.path)
            var request = SweepRequest(
                technique: .synchronize, path: path,
                addresses: AddressSpace(isIPv6: false, ranges: [address...address]),
                ports: Array(1...65_535), stations: .one(station), options: Sweep.Options())
            // Room for less than a hundred frames.
            request.receiveRing = (blockSize: 4096, blockCount: 2)
            var open: [UInt16] = []
            var closed = 0
            let counts = try RawSweep(request).run(
                collect: { finding, isUndecided in
                    if finding.evidence == .synchronizeAcknowledgment { open.append(finding.port) }
                    if finding.evidence == .reset || finding.evidence == .resetWithWindow { closed += 1 }
                }, watch: { _ in true })
            print("\(counts.dropped) frames dropped, \(counts.sent) sent, at \(counts.rate)/s")
            #expect(counts.dropped > 0)
            #expect(closed + Int(counts.undecided) == 65_535 - lab.open.count)
            return (open, counts)
        }
        #expect(open == lab.open)
        #expect(seen.undecided == 0)
    }

    @Test func `protocols are told apart`() throws {
        let got = try scan("10.8.0.2", from: lab.scanner, .ipProtocol, ports: "1,6,17,99,132")
        #expect(got.ports(.open) == [1, 6, 17])
        #expect(got.ports(.closed) == [99, 132])
    }

    @Test func `few descriptors slow a connect scan, and lose nothing`() throws {
        let got = try scan("10.8.0.2", from: lab.scanner, .connect, ports: "1-3000") { $0.concurrency = 8 }
        #expect(got.ports(.open) == lab.open.filter { $0 <= 3000 })
        #expect(got.ports(.closed).count + got.ports(.open).count == 3000)
    }

    @Test func `few ephemeral ports are enough for a connect scan of many hosts`() async throws {
        try await lab.scanner.run("sysctl", ["-qw", "net.ipv4.ip_local_port_range=50000 50015"])
        let got = try scan("10.9.0.0/25", from: lab.scanner, .connect, ports: "80") {
            $0.discovery = ScanOptions.Discovery.none
        }
        #expect(got.hosts.count { $0.ports.first?.state == .open } == 64)
    }
}

/// A program in `Support`.
func support(_ name: String, file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/Support/\(name)"
}
