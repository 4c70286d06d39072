import PortScanner
import Testing

@Suite("Conversations")
struct ServiceConversationTests {
    /// Seeds of the fuzzer, and random octets, in pieces of every size: no conversation traps, and none says more than a little.
    @Test func `whatever comes, in whatever pieces, ends`() {
        var random = Seeded(state: 5)
        for number in ConversationList.all.indices {
            for _ in 0..<60 {
                var conversation = ConversationList.all[number]
                _ = conversation.open()
                var heard: [UInt8] = []
                for _ in 0..<20 {
                    heard += (0..<Int.random(in: 1...64, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    switch conversation.receive(heard) {
                    case .send: heard = []
                    case .more: continue
                    default: break
                    }
                }
                _ = conversation.end(heard)
            }
        }
    }

    @Test(arguments: [
        ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "ssh OpenSSH 9.2p1"),
        ("SSH-1.99-Cisco-1.25\n", "ssh Cisco SSH 1.25"),
        ("* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.\r\n", "imap Dovecot imapd"), ("RFB 003.008\n", "vnc"),
        ("@RSYNCD: 31.0\n", "rsync rsync"), ("( success ( 2 2 ( ) ( edit-pipeline ) ) ) ", "svn Subversion svnserve"),
        ("220 (vsFTPd 3.0.3)\r\n", "ftp vsftpd 3.0.3"),
        ("220 mx.example.org ESMTP Postfix (Debian/GNU)\r\n", "smtp Postfix smtpd"),
        ("hello\r\n", ""), ("\u{0}\u{1}\u{2}", ""),
    ])
    func `a greeting tells the service`(greeting: String, told: String) {
        var conversation = GreetingConversation()
        _ = conversation.open()
        var identity: ServiceIdentity?
        // One octet at a time, as a hostile network might.
        var heard: [UInt8] = []
        for octet in greeting.utf8 where identity == nil {
            heard.append(octet)
            switch conversation.receive(heard) {
            case .found(let found): identity = found
            case .send: identity = conversation.end([])
            default: break
            }
        }
        identity = identity ?? conversation.end(heard)
        let words = [identity?.name, identity?.product, identity?.version].compactMap(\.self)
        #expect(words.joined(separator: " ") == told)
    }

    @Test func `an inquiry of a mute port takes its budget and no more`() {
        var inquiry = Inquiry(.tcp, port: 4444, host: "h", options: .init(), at: 0)
        var now: UInt64 = 0
        var running: [(Int, UInt64)] = []
        while !inquiry.isFinished, now < 10_000_000_000 {
            while let attempt = inquiry.next(at: now) { running.append((attempt.number, attempt.deadline)) }
            #expect(running.count <= 10)
            now += 1_000_000
            for (number, deadline) in running where deadline <= now { inquiry.finish(number, .foreign([]), at: now) }
            running.removeAll { $0.1 <= now }
            inquiry.tick(at: now)
        }
        #expect(now <= 2_000_000_000 && inquiry.verdict == nil)
    }

    @Test func `a server that wants TLS is not taken for one without`() {
        var inquiry = Inquiry(.tcp, port: 4444, host: "h", options: .init(), at: 0)
        var numbers: [Int: Inquiry.Layer] = [:]
        while let attempt = inquiry.next(at: 200_000_000) { numbers[attempt.number] = attempt.layer }
        let plain = numbers.first { $0.value == .none && $0.key > 1 }?.key ?? 0
        let handshake = numbers.first { $0.value != .none }?.key ?? 0
        var refusal = ServiceIdentity("http", .resembled)
        refusal.product = "nginx"
        inquiry.finish(plain, .found(refusal), at: 210_000_000)
        #expect(!inquiry.isFinished)
        let summary = CertificateSummary(
            subject: "CN=x", issuer: "CN=x", names: [], notBefore: 0, notAfter: 0, fingerprint: "", version: "",
            cipher: "",
            applicationProtocol: nil)
        inquiry.finish(handshake, .encrypted(summary), at: 220_000_000)
        let next = inquiry.next(at: 221_000_000)
        #expect(next?.layer == .tls(offering: []))
        inquiry.finish(next?.number ?? 0, .found(ServiceIdentity("http")), at: 230_000_000)
        #expect(inquiry.isFinished && inquiry.verdict?.isEncrypted == true && inquiry.verdict?.certificate == summary)
    }
}

@Suite("recog's XML")
struct RecogTests {
    private static let file = """
        <?xml version="1.0" encoding="UTF-8"?>
        <fingerprints matches="ssh.banner" protocol="ssh">
          <!-- ours -->
          <fingerprint pattern="^ExampleSSH[_-](\\d+\\.\\d+)(?: (\\S+))?$">
            <description>An example &amp; more</description>
            <example service.version="1.5">ExampleSSH_1.5</example>
            <param pos="0" name="service.vendor" value="Example"/>
            <param pos="0" name="service.product" value="Example SSH"/>
            <param pos="1" name="service.version"/>
            <param pos="0" name="service.cpe23" value="cpe:/a:example:ssh:{service.version}"/>
          </fingerprint>
          <fingerprint pattern="^(unclosed"><description>x</description></fingerprint>
        </fingerprints>
        """

    @Test func `a file's pattern tells product and version`() throws {
        let rules = try RecogRules(Array(Self.file.utf8))
        #expect(rules.matches == "ssh.banner" && rules.skipped == 1)
        #expect(rules.look("ExampleSSH_1.5")?["service.version"] == "1.5")
        #expect(rules.look("Other") == nil)
        var identity = ServiceIdentity("ssh")
        identity.banner = "ExampleSSH-2.0 x"
        identity.apply(rules)
        #expect(
            identity.product == "Example SSH" && identity.version == "2.0"
                && identity.platforms == ["cpe:/a:example:ssh:2.0"])
    }

    @Test(arguments: [
        "<!DOCTYPE x><fingerprints matches='a'/>", "<fingerprints", "<a></b>", "<a>", "<x/>", "<a b='&lol;'/>", "",
    ])
    func `what is no such file is refused`(text: String) {
        #expect(throws: ReportError.self) { _ = try RecogRules(Array(text.utf8)) }
    }
}

@Suite("Audit")
struct AuditTests {
    @Test func `findings are held against the policy`() throws {
        var builder = TargetSetBuilder()
        try TargetSpecification("192.0.2.1").include(in: &builder)
        let targets = builder.finish()
        let policy = AuditPolicy(rules: [
            .init(
                "web", source: nil, targets: targets, ports: PortSelection(tcp: PortSet([80, 443])), expectation: .open),
            .init(
                "rest", source: "outside", targets: targets, ports: PortSelection(tcp: PortSet([22, 23, 25])),
                expectation: .dropped),
            .init(
                "other", source: "inside", targets: targets, ports: PortSelection(tcp: PortSet([22])),
                expectation: .open),
        ])
        var host = HostResult(targets[0], .up, StateReason(.userSet))
        host.ports = [
            PortResult(.tcp, 80, .open, StateReason(.synAck, timeToLive: 64)),
            PortResult(.tcp, 443, .filtered, StateReason(.noResponse)),
            PortResult(.tcp, 22, .open, StateReason(.synAck, timeToLive: 64)),
            PortResult(.tcp, 23, .filtered, StateReason(.adminProhibited)),
            PortResult(.tcp, 25, .undecided, StateReason(.lost)),
        ]
        var other = host
        other.ports = [80, 443, 22, 23, 25].map {
            PortResult(.tcp, $0, $0 == 443 ? .unfiltered : .filtered, StateReason(.noResponse))
        }
        let report = AuditReport(policy, source: "outside", synchronize: [host], acknowledge: [other])
        #expect(
            report.checks.map(\.verdict) == [.met, .unexpectedlyFiltered, .unexpectedlyOpen, .different, .undecided])
        #expect(report.isViolated && !report.isMet)
        #expect(report.behaviours.first?.kind == .stateless)
        #expect(report.junit.contains("failures=\"4\"") && report.json.contains("\"unexpected-open\""))
    }

    @Test func `a server of IRC that refuses so many connections is asked once more, alone`() throws {
        var inquiry = Inquiry(.tcp, port: 5672, host: "192.0.2.1", options: Inquiry.Options(), at: 0)
        let greeting = inquiry.next(at: 0)
        inquiry.finish(try #require(greeting).number, .foreign([]), at: 1)
        var attempts: [Inquiry.Attempt] = []
        while let attempt = inquiry.next(at: 200_000_000) { attempts.append(attempt) }
        try #require(attempts.count > 3)
        let reply = Array(":irc.example.org 451 * VERSION :You have not registered.\r\n".utf8)
        inquiry.finish(attempts[2].number, .foreign(reply), at: 200_000_000)
        #expect(inquiry.isAlone)
        // Time for the server to see that the others are gone; what they say still counts for nothing.
        let early = inquiry.next(at: 250_000_000)
        #expect(early == nil)
        inquiry.finish(attempts[3].number, .found(ServiceIdentity("http")), at: 260_000_000)
        let last = inquiry.next(at: 300_000_001)
        let more = inquiry.next(at: 300_000_001)
        #expect(more == nil)
        inquiry.finish(try #require(last).number, .unreachable, at: 400_000_000)
        #expect(inquiry.isFinished)
        #expect(inquiry.verdict?.name == "irc")
    }

    @Test func `the names of an Erlang port mapper are read to the end of its list`() {
        var conversation = ErlangConversation()
        let list: [UInt8] = [0, 0, 0x11, 0x11] + Array("name rabbit at port 25672\nname b at port 1\n".utf8)
        guard case .more = conversation.receive(list) else {
            Issue.record("the list has no end before the stream's"); return
        }
        #expect(conversation.end(list)?.extraInformation == "nodes: rabbit, b")
        #expect(conversation.end(Array("\0\0\0\0".utf8)) == nil)
        guard case .foreign = conversation.receive([0, 0, 1, 1, 7]) else { Issue.record("that is no name"); return }
    }
}
