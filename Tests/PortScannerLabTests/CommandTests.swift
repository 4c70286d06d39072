import FoundationEssentials
import Glibc
import Lab
import PortScanner
import Testing
import Wire

@Suite("apus scan", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct CommandTests {
    let lab: ScanLab
    init() async throws { lab = try await ScanLab() }

    private var inScanner: Process.Options {
        var options = Process.Options()
        options.namespace = lab.scanner.name
        return options
    }

    private func run(_ arguments: [String], as user: [String] = []) async throws -> Command.Result {
        var options = Process.Options()
        options.namespace = lab.scanner.name
        let words = user + [Tools.apus, "scan"] + arguments
        return try await Command.run(words[0], Array(words.dropFirst()), options: options)
    }

    @Test func `results go to standard output, all else to standard error`() async throws {
        let result = try await run(["-n", "-p", "80,81", "10.8.0.2"])
        #expect(result.exit.isSuccess)
        #expect(result.output.contains("80/tcp open"))
        #expect(result.errors.contains("3 probes sent"))
        let pair = try await run(["-n", "-p80", "-oJ", "-", "10.8.0.2-3"])
        #expect(pair.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }

    @Test func `exit codes tell what is certain`() async throws {
        #expect(try await run(["-n", "-sF", "-p20000-20010,30000-30049", "10.8.0.2"]).exit == .code(2))
        #expect(try await run(["-n", "-p", "bad-port!", "10.8.0.2"]).exit == .code(64))
        #expect(try await run(["-n", "224.0.0.1"]).exit == .code(64))
        #expect(try await run(["-n", "0.0.0.0/1"]).exit == .code(64))
        #expect(try await run(["-n", "-p80", "-oN", "/nowhere/file", "10.8.0.2"]).exit == .code(73))
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        #expect(try await run(["-n", "-sS", "-p80", "10.8.0.2"], as: nobody).exit == .code(77))
        let plain = try await run(["-n", "-p80", "10.8.0.2"], as: nobody)
        #expect(plain.exit.isSuccess && plain.output.contains("80/tcp open"))
    }

    @Test func `--open of a great network streams every host once`() async throws {
        let result = try await run(["-n", "-Pn", "-p80", "--open", "-oG", "-", "10.9.0.0/16"])
        #expect(result.exit.isSuccess)
        let hosts = result.output.split(separator: "\n").filter { $0.contains("/open/") }.map {
            $0.split(separator: " ")[1]
        }
        #expect(hosts.count == 32_768 && Set(hosts).count == 32_768)
    }

    /// The addresses of a table's lines, as numbers.
    private func addresses(_ table: String) -> [UInt32] {
        // A line ends with CR LF, which is one character.
        table.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            line.split(separator: ",").first.flatMap { IPv4Address(String($0)) }?.rawValue
        }
    }

    @Test func `lines of a table are in the order of addresses, and of a great sweep each is there once`() async throws
    {
        let small = addresses(try await run(["-n", "-Pn", "-p80", "--open", "-oC", "-", "10.9.0.0/20"]).output)
        #expect(small.count == 2048 && small == small.sorted())
        let pairs = try await run(["-n", "-p80,97,65535", "--open", "-oC", "-", "10.8.0.2-5"]).output
        // Ports that are not open are not told.
        #expect(addresses(pairs).count == 8 && !pairs.contains("closed"))
        #expect(addresses(pairs) == addresses(pairs).sorted())
        // More than 4,096 hosts and one port: each when it answers.
        let great = addresses(try await run(["-n", "-Pn", "-p80", "--open", "-oC", "-", "10.9.0.0/16"]).output)
        #expect(great.count == 32_768 && Set(great).count == 32_768 && great != great.sorted())
    }

    @Test func `a reader that stands still stops the scan, not the machine`() async throws {
        let script = """
            import resource, subprocess, sys, time
            scan = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(4)
            found = sum(b"/open/" in line for line in scan.stdout)
            print(scan.wait(), found, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            """
        let words = ["-n", "-Pn", "-p80", "--open", "-oG", "-", "10.16.0.0/13"]
        let result = try await Command.run(
            "/usr/bin/python3", ["-c", script, Tools.apus, "scan"] + words, options: inScanner, within: .seconds(120))
        let numbers = result.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count == 3, "\(result)")
        #expect(numbers[0] == 0 && numbers[1] == 262_144)
        #expect(numbers[2] < 256 << 10, "\(numbers[2]) KiB")
    }

    @Test func `--watch prints what changes, until it is ended`() async throws {
        let folder = try TemporaryFolder("watch")
        var options = Process.Options()
        options.namespace = lab.scanner.name
        options.output = .file(folder.file("out"))
        let watch = try Process(
            Tools.apus, ["scan", "-n", "-p", "80,4711", "--watch", "300ms", "10.8.0.2"], options: options)
        let out = folder.file("out")
        try await Wait.until("the first scan", within: .seconds(20)) {
            Files.text(out)?.contains("# Apus done") == true
        }
        var place = Process.Options()
        place.namespace = lab.target.name
        let server = try Process(
            "/usr/bin/python3", ["-c", "import socket,time; s=socket.create_server(('',4711)); time.sleep(60)"],
            options: place)
        try await Wait.until("the change", within: .seconds(20)) { Files.text(out)?.contains("closed -> open") == true }
        server.kill()
        watch.signal(SIGINT)
        #expect(await watch.exit() == .code(4))
        #expect(Files.text(out)?.contains("open") == true)
        #expect(try await run(["-n", "--watch", "x", "10.8.0.2"]).exit == .code(64))
        #expect(try await run(["-n", "--watch", "5s", "--diff", "x", "10.8.0.2"]).exit == .code(64))
    }

    @Test func `a scan that is ended leaves whole files, and goes on where it was`() async throws {
        let folder = try TemporaryFolder("resume")
        let arguments = [
            "-n", "-Pn", "-p1-65535", "--rate", "40000", "-oX", folder.file("out.xml"), "--resume",
            folder.file("state"),
            "10.8.0.2-5", "10.9.0.0-127",
        ]
        var options = Process.Options()
        options.namespace = lab.scanner.name
        options.output = .file(folder.file("screen"))
        let scan = try Process(Tools.apus, ["scan"] + arguments, options: options)
        try await Task.sleep(for: .milliseconds(1500))
        scan.signal(SIGINT)
        #expect(await scan.exit() == .code(3))
        try await Command.output(
            "python3", ["-c", "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])", folder.file("out.xml")])
        #expect(Files.octets(folder.file("state"))?.starts(with: "apus-scan-checkpoint 2\n".utf8) == true)
        // Another scan must not take this place for its own.
        var other = arguments
        other[2] = "-p1-100"
        #expect(try await run(other).exit == .code(64))
    }
}
