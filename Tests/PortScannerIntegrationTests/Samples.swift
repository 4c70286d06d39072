import PortScanner
import Wire

/// Reports with everything in them that a scan can find, hostile words included.
enum Samples {
    static let description = ScanDescription(
        arguments: "apus scan -sSU -sV -p \"1-1000\" <host> & more", version: "1.0", startTime: 1_795_000_000,
        scans: [
            .init("syn", .tcp, PortSet(1...1000)), .init("udp", .udp, PortSet([53, 123])),
        ])

    static var hosts: [HostResult] {
        var host = HostResult(.ipv4(IPv4Address(192, 0, 2, 10)), .up, StateReason(.echoReply, timeToLive: 63))
        host.name = "web.example.org"
        host.reverseNames = ["a.example.org", "b.example.org"]
        host.hardwareAddress = MACAddress(2, 0, 0, 0xAB, 0, 1)
        host.roundTrip = .init(smoothed: .microseconds(1234), deviation: .microseconds(100))
        (host.startTime, host.endTime) = (1_795_000_000, 1_795_000_002)
        var ssh = ServiceIdentity("ssh")
        (ssh.product, ssh.version, ssh.extraInformation) = ("OpenSSH", "9.2p1", "Debian \"<&>' 2; ]]>")
        (ssh.operatingSystem, ssh.platforms) = ("Linux", ["cpe:/a:openbsd:openssh:9.2p1"])
        var web = ServiceIdentity("http")
        web.isEncrypted = true
        (web.product, web.hostName) = ("=cmd|calc,nginx", "x")
        web.certificate = CertificateSummary(
            subject: "CN=web.example.org", issuer: "CN=ca", names: ["web.example.org"], notBefore: 1_700_000_000,
            notAfter: 1_800_000_000, fingerprint: "00ff", version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256",
            applicationProtocol: "h2")
        var unknown = ServiceIdentity("unknown", .resembled)
        unknown.banner = Sanitizer.escaped(Array("\u{1B}[2J\u{0}\u{7}<x>".utf8))
        host.ports = [
            PortResult(.tcp, 22, .open, StateReason(.synAck, timeToLive: 64), service: ssh),
            PortResult(.tcp, 80, .closed, StateReason(.reset, timeToLive: 64)),
            PortResult(.tcp, 443, .open, StateReason(.synAck, timeToLive: 64), service: web),
            PortResult(
                .tcp, 700, .filtered,
                StateReason(.adminProhibited, timeToLive: 62, source: .ipv4(IPv4Address(192, 0, 2, 1)))),
            PortResult(.tcp, 999, .open, StateReason(.synAck), service: unknown),
            PortResult(.udp, 53, .openOrFiltered, StateReason(.noResponse)),
        ]
        host.otherPorts = [
            PortTally(.tcp, .closed, .reset, PortSet((1...900).filter { ![22, 80, 443, 700].contains($0) })),
            PortTally(.tcp, .undecided, .lost, PortSet(901...998)),
        ]
        host.system = SystemGuess(
            candidates: [
                .init(
                    name: "Linux 6.16 or later", vendor: "Linux", family: "Linux", generation: "6.X",
                    deviceType: "general purpose", accuracy: 97, platforms: ["cpe:/o:linux:linux_kernel:6"],
                    isFromDocumentation: false)
            ], fingerprint: "ttl=64,opts=MSTNW")
        host.remarks = ["one remark"]
        var second = HostResult(
            .ipv6(IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1)), .up, StateReason(.neighborResponse))
        second.ports = [PortResult(.tcp, 25, .open, StateReason(.synAck, timeToLive: 64))]
        let down = HostResult(.ipv4(IPv4Address(192, 0, 2, 11)), .down, StateReason(.noResponse))
        return [host, second, down]
    }

    static func summary(_ outcome: ScanSummary.Outcome) -> ScanSummary {
        var summary = ScanSummary(endTime: 1_795_000_003, elapsed: .milliseconds(3050), outcome: outcome)
        (summary.hostsUp, summary.hostsDown, summary.hostsTotal) = (2, 1, 3)
        (summary.probesSent, summary.answersReceived, summary.undecided) = (1002, 900, 98)
        return summary
    }

    /// A whole report; with fewer hosts, one that was interrupted.
    static func report(_ format: ReportFormat, hosts count: Int = 3) -> String {
        var writer = format.makeWriter()
        return writer.begin(description) + hosts.prefix(count).map { writer.add($0) }.joined()
            + writer.finish(summary(count == 3 ? .complete : .interrupted))
    }
}
