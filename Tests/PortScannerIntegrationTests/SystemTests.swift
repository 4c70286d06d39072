import Glibc
import Lab
import Linux
import PortScanner
import Testing
import Wire

/// Two namespaces: one asks, one is asked.
private struct Pair {
    let asking: Namespace
    let asked: Namespace

    init() async throws {
        asking = try await Namespace("asking")
        asked = try await Namespace("asked")
        try await Namespace.connect(asking, "eth0", "10.77.0.1/24", to: asked, "eth0", "10.77.0.2/24")
        try await asking.raise("eth0", address: "fd00:77::1/64")
        try await asked.raise("eth0", address: "fd00:77::2/64")
    }

    /// Something that listens in the asked namespace on port 8080.
    func listen() async throws -> Process {
        var options = Process.Options()
        options.namespace = asked.name
        let process = try Process(
            "/usr/bin/python3",
            [
                "-c",
                "import socket,time; s=socket.create_server(('::',8080),family=socket.AF_INET6,dualstack_ipv6=True); time.sleep(600)",
            ], options: options)
        try await Wait.until("it listens") {
            try await asked.run("ss", ["-Htln", "sport = :8080"]).contains(":8080")
        }
        return process
    }

    /// What a scan that knows one open and one closed port tells.
    func guess(isIPv6: Bool = false) throws -> SystemGuess? {
        let target: TargetAddress =
            isIPv6
            ? .ipv6(try #require(IPv6Address("fd00:77::2")), zone: 0) : .ipv4(IPv4Address(10, 77, 0, 2))
        return try inside(asking) {
            var host = HostResult(target, .up, StateReason(.synAck))
            host.ports = [
                PortResult(.tcp, 8080, .open, StateReason(.synAck)),
                PortResult(.tcp, 8081, .closed, StateReason(.reset)),
            ]
            var hosts = [host]
            var finder = try SystemFinder()
            try finder.examine(&hosts) { false }
            return hosts[0].system
        }
    }
}

@Suite("System", .enabled(if: geteuid() == 0, "namespaces need root"), .serialized)
struct SystemTests {
    @Test(arguments: [false, true])
    func `this kernel is told by its family and era`(isIPv6: Bool) async throws {
        let pair = try await Pair()
        let process = try await pair.listen()
        let guess = try #require(try pair.guess(isIPv6: isIPv6))
        print(guess)
        let best = try #require(guess.candidates.first)
        #expect(best.family == "Linux")
        // The machine's own word: the era must be the one that it is of.
        let release = try await Command.output("uname", ["-r"]).split(separator: ".").compactMap {
            Int($0.prefix { $0.isNumber })
        }
        if release[0] >= 7 || release[0] == 6 && release[1] >= 16 {
            #expect(best.generation == "6.X" && !best.isFromDocumentation)
        } else if release[0] >= 5 {
            #expect(best.generation == "5.X")
        }
        #expect(best.accuracy >= 95)
        process.kill()
    }

    @Test(arguments: [
        ["net.ipv4.tcp_timestamps=0"], ["net.ipv4.tcp_sack=0", "net.ipv4.tcp_ecn=0"], ["net.ipv4.ip_default_ttl=128"],
        ["net.ipv4.tcp_window_scaling=0"],
    ])
    func `Linux with other settings is Linux or unknown, and nothing else`(settings: [String]) async throws {
        let pair = try await Pair()
        try await pair.asked.run("sysctl", ["-qw"] + settings)
        let process = try await pair.listen()
        let guess = try #require(try pair.guess())
        print(settings, guess)
        #expect(guess.candidates.allSatisfy { $0.family == "Linux" })
        process.kill()
    }

    @Test(arguments: [
        ("BSD", 64, 65535, "[('MSS',1440),('NOP',None),('WScale',6),('SAckOK',b''),('Timestamp',(clock(),0))]"),
        ("Windows", 128, 64800, "[('MSS',1440),('NOP',None),('WScale',8),('NOP',None),('NOP',None),('SAckOK',b'')]"),
        // Linux's options, and nothing else of it.
        ("copy", 64, 8192, "[('MSS',1440),('SAckOK',b''),('Timestamp',(clock(),0)),('NOP',None),('WScale',7)]"),
    ])
    func `a foreign stack is not called Linux over IPv6`(
        name: String, timeToLive: Int, window: Int, options: String
    ) async throws {
        let pair = try await Pair()
        let folder = try TemporaryFolder("stack")
        let script = """
            import random, socket, time
            from scapy.all import IPv6, TCP, sniff
            def clock(): return int(time.monotonic() * 1000) & 0xffffffff
            raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 255)
            def answer(p):
                if not p.haslayer(TCP) or p[IPv6].dst != "fd00:77::2": return
                t = p[TCP]
                ip = IPv6(src="fd00:77::2", dst=p[IPv6].src, hlim=\(timeToLive))
                if t.flags & 2 and t.dport == 8080:
                    r = TCP(sport=8080, dport=t.sport, flags="SA", seq=random.randint(1, 2**31), ack=t.seq + 1, window=\(window), options=\(options))
                elif t.flags & 2:
                    r = TCP(sport=t.dport, dport=t.sport, flags="RA", seq=0, ack=t.seq + 1, window=0)
                else:
                    r = TCP(sport=t.dport, dport=t.sport, flags="R", seq=t.ack, window=0)
                raw.sendto(bytes(ip / r), (p[IPv6].src, 0))
            sniff(iface="eth0", filter="ip6 and tcp and dst host fd00:77::2", prn=answer, store=0, started_callback=lambda: open("\(folder.file("ready"))", "w").close())

            """
        // The kernel's own stack keeps silent, but for its neighbors.
        let rules =
            "table ip6 t {\n chain in {\n type filter hook prerouting priority -300\n meta l4proto tcp drop\n }\n}\n"
        try await pair.asked.load(rules, in: folder)
        var running = Process.Options()
        running.namespace = pair.asked.name
        running.errors = .file(folder.file("errors"))
        let process = try Process("/usr/bin/python3", [try folder.write(script, to: "stack.py")], options: running)
        let ready = folder.file("ready")
        try await Wait.until("the stack answers", within: .seconds(20)) { Files.exists(ready) }
        let guess = try #require(try pair.guess(isIPv6: true), "\(Files.tail(folder.file("errors")))")
        print(name, guess.fingerprint, guess.candidates.map { "\($0.name) \($0.accuracy)" })
        #expect(guess.candidates.allSatisfy { $0.family != "Linux" }, "\(guess)")
        process.kill()
    }

    @Test(arguments: [
        // A tiny stack as embedded devices have it; one of Windows' form; one that copies Linux's options and nothing else.
        ("lwIP", 255, 2144, "[('MSS',536)]", "count", ""),
        (
            "Windows", 128, 64240, "[('MSS',1460),('NOP',None),('WScale',8),('NOP',None),('NOP',None),('SAckOK',b'')]",
            "count", "DF"
        ),
        (
            "FreeBSD", 64, 65535, "[('MSS',1460),('NOP',None),('WScale',6),('SAckOK',b''),('Timestamp',(clock(),0))]",
            "random", "DF"
        ),
        (
            "", 64, 8192, "[('MSS',1460),('SAckOK',b''),('Timestamp',(clock(),0)),('NOP',None),('WScale',7)]", "random",
            ""
        ),
        ("", 100, 1234, "[]", "random", ""),
    ])
    func `a foreign stack is not called Linux`(
        family: String, timeToLive: Int, window: Int, options: String, counting: String, flags: String
    ) async throws {
        let pair = try await Pair()
        let folder = try TemporaryFolder("stack")
        let script = """
            import random, time
            from scapy.all import *
            conf.verb = 0
            number = 100
            def clock(): return int(time.monotonic() * 1000) & 0xffffffff
            def answer(p):
                global number
                if not p.haslayer(TCP) or p[IP].dst != "10.77.0.2": return
                number = number + 1 if "\(counting)" == "count" else random.randint(1, 65535)
                t = p[TCP]
                ip = IP(src="10.77.0.2", dst=p[IP].src, ttl=\(timeToLive), id=number, flags="\(flags)")
                if t.flags & 2 and t.dport == 8080:
                    r = TCP(sport=8080, dport=t.sport, flags="SA", seq=random.randint(1, 2**31), ack=t.seq + 1, window=\(window), options=\(options))
                elif t.flags & 2:
                    r = TCP(sport=t.dport, dport=t.sport, flags="RA", seq=0, ack=t.seq + 1, window=0)
                elif t.flags & 16:
                    r = TCP(sport=t.dport, dport=t.sport, flags="R", seq=t.ack, window=0)
                else: return
                send(ip / r)
            open("\(folder.file("ready"))", "w").close()
            sniff(iface="eth0", filter="tcp and dst host 10.77.0.2", prn=answer, store=0)

            """
        // The kernel's own stack keeps silent.
        try await pair.asked.run(
            "sh",
            [
                "-c",
                "nft add table ip t && nft 'add chain ip t in { type filter hook prerouting priority -300; }' && nft add rule ip t in ip protocol != icmp drop",
            ])
        var running = Process.Options()
        running.namespace = pair.asked.name
        running.errors = .file(folder.file("errors"))
        let process = try Process("/usr/bin/python3", [try folder.write(script, to: "stack.py")], options: running)
        try await Wait.until("the stack answers") { Files.exists(folder.file("ready")) }
        try await Task.sleep(for: .milliseconds(700))
        let guess = try #require(try pair.guess(), "\(Files.tail(folder.file("errors")))")
        print(family, guess.fingerprint, guess.candidates.map { "\($0.name) \($0.accuracy)" })
        #expect(guess.candidates.allSatisfy { $0.family != "Linux" }, "\(guess)")
        if family.isEmpty {
            #expect(guess.candidates.isEmpty, "\(guess)")
        } else {
            #expect(guess.candidates.first?.family == family)
        }
        process.kill()
    }
}
