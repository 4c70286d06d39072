import Glibc
import Lab
import Testing

@Suite(
    "DHCP leases and crashes",
    .enabled("the tools or rights are missing") { await Namespace.isPermitted() && have("python3", "strace") })
struct DHCPCrashTests {
    /// Runs a server under strace with load, then looks at what a disk may hold at each of its system calls.
    private func crashPoints(_ injected: [String]) async throws -> (summary: [Int], lost: String) {
        let site = try await FourSite(isWide: true)
        let trace = site.folder.file("trace")
        let calls = "openat,close,unlink,ftruncate,pwrite64,fsync,fdatasync,sendmmsg,sendto"
        let server = try await site.start(
            ["strace", "-f", "-xx", "-s", "1000000", "-o", trace, "-e", "trace=\(calls)"] + injected, isVerbose: false)
        _ = try await site.client.run(
            "python3", [support("dhcp_station.py"), "load", "eth0", "--rate", "150", "--seconds", "6"])
        _ = await server.stop()
        let images = try TemporaryFolder("images")
        let output = try await Command.output(
            "python3",
            [
                support("crash_points.py"), trace, site.folder.file("leases.sqlite"), images.path,
                "\(UInt64.random(in: 1...1_000_000))",
            ],
            within: .seconds(240))
        let end = output.firstIndex(of: "\n") ?? output.endIndex
        let numbers = output[..<end].split { !$0.isNumber }.compactMap { Int($0) }
        return (numbers, String(output[end...].dropFirst()))
    }

    @Test func `whatever part of what was not synced reaches the disk, no acknowledged lease is lost`() async throws {
        let (summary, lost) = try await crashPoints([])
        #expect(lost == "")
        // Points, acknowledgements.
        #expect(summary.count == 4 && summary[0] > 200 && summary[1] > 500, "\(summary)")
    }

    @Test func `a server whose syncs do nothing is found out`() async throws {
        let (summary, lost) = try await crashPoints(["--inject=fsync,fdatasync:retval=0"])
        #expect(lost.contains("is not there") || lost.contains("cannot be read"), "\(summary) \(lost)")
    }

    @Test func `forty servers killed under load have lost no acknowledged lease, nor given an address twice`()
        async throws
    {
        let site = try await FourSite(isWide: true)
        let log = try site.folder.write("", to: "acknowledged")
        var options = Process.Options()
        options.namespace = site.client.name
        for round in 0..<40 {
            let server = try await site.start(isVerbose: false)
            let load = try Process(
                "python3",
                [
                    support("dhcp_station.py"), "load", "eth0", "--rate", "400", "--seconds", "3", "--log", log,
                    "--first",
                    "\(round * 10_000 + 1)",
                ], options: options)
            try await Task.sleep(for: .milliseconds(Int.random(in: 250...900)))
            server.kill()
            _ = await server.exit()
            load.kill()
            _ = await load.exit()
        }
        let server = try await site.start(isVerbose: false)
        defer { server.kill() }
        var kept: [String: String] = [:]
        for line in try await site.ask("leases", "--json").split(separator: "\n")
        where line.contains(#""state":"bound""#) {
            kept[Self.value("address", line)] = Self.value("hardware", line)
        }
        var owners: [String: String] = [:]
        for line in (Files.text(log) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            // The last line may have been cut short with its writer.
            guard words.count == 2, words[0].utf8.count == 17, words[1].split(separator: ".").count == 4 else {
                continue
            }
            if let other = owners[words[1]], other != words[0] {
                Issue.record("\(words[1]) is \(other)'s and \(words[0])'s")
            }
            owners[words[1]] = words[0]
        }
        let lost = owners.filter { kept[$0.key] != $0.value }
        #expect(lost.isEmpty, "\(lost.count) of \(owners.count): \(lost.prefix(3))")
        #expect(owners.count > 1000, "\(owners.count)")
    }

    private static func value(_ key: String, _ line: Substring) -> String {
        let parts: [String] = line.split(separator: Character("\"")).map { String($0) }
        guard let index = parts.firstIndex(of: key), parts.count > index + 2 else { return "" }
        return parts[index + 2]
    }

    @Test func `a disk that is full costs answers, and nothing else`() async throws {
        let site = try await FourSite(isWide: true)
        let place = site.folder.file("small")
        try await Command.output("mkdir", [place])
        let text = (Files.text(site.file) ?? "").replacing("leases.sqlite", with: "small/leases.sqlite")
        _ = try site.folder.write(text, to: "dhcp.yaml")
        // A file system of 600 KiB, of which another file takes the rest away.
        let script = try site.folder.write(
            """
            mount --make-rprivate / && mount -t tmpfs -o size=600k none \(place) && exec "$@"
            """, to: "small.sh")
        let server = try await site.start(["unshare", "-m", "sh", script], isVerbose: false)
        defer { server.kill() }
        let load = ["load", "eth0", "--rate", "300", "--seconds"]
        _ = try await site.client.run("python3", [support("dhcp_station.py")] + load + ["6"])
        try await site.wait(for: "leases cannot be written, nobody is answered that needs it")
        #expect(server.isRunning)
        // With room again, everybody is served. The namespace, and the root in it, which in a chroot is another one.
        let space = "/proc/\(server.identifier)/root" + place
        _ = try await Command.output(
            "nsenter", ["-t", "\(server.identifier)", "-m", "-r", "mount", "-o", "remount,size=64m", place])
        let after = try await site.client.run(
            "python3", [support("dhcp_station.py")] + load + ["2", "--first", "900000"])
        let numbers = after.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers[1] * 100 >= numbers[0] * 98, "\(after) \(space)")
    }

    @Test(arguments: ["header", "page", "text"])
    func `a damaged file is named, set aside, and the next start goes on without it`(damage: String) async throws {
        let site = try await FourSite()
        let path = site.folder.file("leases.sqlite")
        if damage == "text" {
            _ = try site.folder.write(String(repeating: "no database\n", count: 1000), to: "leases.sqlite")
        } else {
            let server = try await site.start()
            _ = try await site.udhcpc()
            _ = await server.stop()
            // Of the first page, or of one of the tables'.
            let place = damage == "header" ? "seek=0 count=64" : "seek=4096 count=8192"
            try await Command.output(
                "sh", ["-c", "dd if=/dev/urandom of=\(path) bs=1 \(place) conv=notrunc 2>/dev/null"])
        }
        var options = Process.Options()
        options.namespace = site.server.name
        let refused = try await Command.run(Apus.path, ["dhcp", "run", site.file], options: options)
        #expect(refused.exit == .code(66), "\(refused.exit)")
        #expect(refused.errors.contains("it was set aside as \(path).damaged"), "\(refused.errors)")
        #expect(Files.exists(path + ".damaged"))
        let server = try await site.start()
        defer { server.kill() }
        #expect(try await site.udhcpc() == "192.0.2.100")
    }

    @Test func `a storm of three times what a server can do is answered in part, and ends with the storm`() async throws
    {
        let site = try await FourSite(isWide: true)
        // With syncs of half a second the commits set the pace: 1,024 leases each, so 2,000 exchanges in a second.
        let server = try await site.start(
            [
                "strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                "inject=fdatasync:delay_enter=500000",
            ], isVerbose: false)
        defer { server.kill() }
        func load(_ rate: Int, _ seconds: Int, _ first: Int) async throws -> (begun: Int, done: Int) {
            let output = try await site.client.run(
                "python3",
                [
                    support("dhcp_station.py"), "load", "eth0", "--rate", "\(rate)", "--seconds", "\(seconds)",
                    "--first",
                    "\(first)",
                ])
            let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
        }
        let storm = try await load(6000, 6, 1)
        #expect(storm.begun > 20_000 && storm.done * 100 >= storm.begun * 15, "\(storm)")
        // Whatever waits is at most as old as the queue is long.
        try await Task.sleep(for: .seconds(1))
        let calm = try await load(200, 3, 900_000)
        #expect(calm.done * 100 >= calm.begun * 98, "\(calm)")
        #expect(server.isRunning)
        print("storm: \(storm.done) of \(storm.begun); after it \(calm.done) of \(calm.begun)")
    }
}
