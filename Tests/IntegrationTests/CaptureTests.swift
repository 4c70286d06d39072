import Glibc
import Lab
import Testing

/// A capture of real traffic between two namespaces, in a file that `apus capture` wrote.
struct CapturedTraffic {
    let folder: TemporaryFolder
    let file: String
    let count: Int
    let errors: String

    /// Captures with `arguments`, beside `-i` and `-w`, while `requests` datagrams and some streams are answered.
    init(_ arguments: [String] = [], requests: Int = 60) async throws {
        folder = try TemporaryFolder("capture")
        file = folder.file("out.pcapng")
        let (client, server) = (try await Namespace("cap-a"), try await Namespace("cap-b"))
        try await Namespace.connect(client, "eth0", "10.9.0.1/24", to: server, "eth0", "10.9.0.2/24")
        try await client.raise("eth0", address: "fd09::1/64")
        try await server.raise("eth0", address: "fd09::2/64")
        var options = Process.Options()
        options.namespace = client.name
        options.errors = .file(folder.file("errors"))
        let capture = try Process(Apus.path, ["capture", "-i", "eth0", "-w", file] + arguments, options: options)
        try await Self.wait(for: "capturing on eth0", in: folder.file("errors"))
        var servers: [Process] = []
        for (index, address) in ["10.9.0.2", "fd09::2"].enumerated() {
            options.namespace = server.name
            options.output = .file(folder.file("server\(index)"))
            servers.append(try Process("python3", [support("traffic.py"), "serve", address], options: options))
            try await Self.wait(for: "ready", in: folder.file("server\(index)"))
            try await client.run("python3", [support("traffic.py"), "ask", address, "\(requests)"])
        }
        // Linux takes the tag off what it receives, and the file has it again.
        try await server.run("python3", [support("traffic.py"), "tag", "eth0", "3"])
        // What is on its way to the file arrives within the capture's own wait.
        try await Task.sleep(for: .milliseconds(500))
        capture.signal(SIGINT)
        #expect(await capture.exit().isSuccess)
        for process in servers { process.kill() }
        errors = Self.text(of: folder.file("errors"))
        let words = errors.split(separator: "\n").last?.split(separator: " ") ?? []
        count = words.first.flatMap { Int($0) } ?? -1
    }

    static func wait(for text: String, in path: String) async throws {
        for _ in 0..<200 {
            if Self.text(of: path).contains(text) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("'\(text)' did not come: \(Self.text(of: path))")
    }

    private static func text(of path: String) -> String { Files.text(path) ?? "" }
}

@Suite(
    "Captures",
    .enabled("the tools or rights are missing") { await Namespace.isPermitted() && have("tshark", "capinfos") })
struct CaptureTests {
    @Test func `Ctrl-C ends a capture whose file tshark reads, and reads alike`() async throws {
        let traffic = try await CapturedTraffic()
        #expect(
            traffic.errors.hasSuffix("\(traffic.count) frames captured, 0 dropped by the kernel\n"), "\(traffic.errors)"
        )
        #expect(traffic.count > 300)
        let information = try await Command.output("capinfos", ["-M", "-c", traffic.file])
        #expect(information.contains("Number of packets:   \(traffic.count)\n"), "\(information)")
        let compared = try await Command.run("python3", [support("compare.py"), Apus.path, traffic.file])
        #expect(compared.output == "\(traffic.count)\n", "\(compared.errors)")
        let tagged = try await Command.output(
            "tshark", ["-r", traffic.file, "-Y", "vlan.id == 42 && vlan.priority == 3 && vlan.etype == 0x88b5"])
        #expect(tagged.split(separator: "\n").count == 3)
        // And what tshark writes, in both formats, is read here.
        for format in ["pcap", "nsecpcap", "pcapng"] {
            let copy = traffic.folder.file("copy.\(format)")
            try await Command.output("tshark", ["-r", traffic.file, "-F", format, "-w", copy])
            let read = try await Command.run(Apus.path, ["capture", "-r", copy])
            #expect(read.exit.isSuccess)
            #expect(read.errors.hasPrefix("\(traffic.count) frames read"), "\(read.errors)")
            #expect(read.output.split(separator: "\n").count { $0.contains("  frame    Ethernet") } == traffic.count)
        }
    }

    @Test func `a filter keeps what it names, and -c ends the capture`() async throws {
        let traffic = try await CapturedTraffic(["-c", "25", "udp", "and", "dst", "port", "9000"])
        #expect(traffic.count == 25, "\(traffic.errors)")
        let ports = try await Command.output("tshark", ["-r", traffic.file, "-T", "fields", "-e", "udp.dstport"])
        #expect(ports.split(separator: "\n") == Array(repeating: "9000", count: 25))
    }

    @Test(.enabled("setpriv is missing") { have("setpriv") })
    func `nobody may read files, and is told what a capture needs`() async throws {
        let traffic = try await CapturedTraffic(requests: 2)
        chmod(traffic.folder.path, 0o755)
        chmod(traffic.file, 0o644)
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", Apus.path, "capture"]
        let read = try await Command.run("setpriv", nobody + ["-r", traffic.file])
        #expect(read.exit.isSuccess)
        #expect(read.errors.hasPrefix("\(traffic.count) frames read"), "\(read.errors)")
        let refused = try await Command.run("setpriv", nobody + ["-i", "lo"])
        #expect(refused.exit == .code(77))
        #expect(refused.errors.contains("CAP_NET_RAW"), "\(refused.errors)")
    }
}
