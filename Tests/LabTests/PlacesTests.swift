import Glibc
import Lab
import Linux
import Testing

@Suite("Places")
struct PlacesTests {
    @Test func `a temporary folder goes with all that is in it`() throws {
        var folder: TemporaryFolder? = try TemporaryFolder("unit test")
        let path = try #require(folder?.path)
        try folder?.write("text", to: "file")
        #expect(Files.text(path + "/file") == "text")
        folder = nil
        #expect(!Files.exists(path))
    }

    @Test func `free ports differ, and others can listen on them`() async throws {
        let ports = try (0..<50).map { _ in try FreePort() }
        #expect(Set(ports.map(\.number)).count == 50)
        let server = try Process("python3", ["-m", "http.server", "-b", "127.0.0.1", "\(ports[0].number)"])
        try await server.waitUntilListening(on: ports[0])
    }

    @Test func `a port that is in use is not called free`() throws {
        // Ours already.
        let held = try FreePort(from: 20_000)
        #expect(try FreePort(from: held.number).number != held.number)

        // A server's, which asked nobody.
        let number = try FreePort(from: 21_000).number
        let listener = try Socket.listening(on: SocketAddress(ipv4: 0x7F00_0001, port: number), isShared: false)
        #expect(try FreePort(from: number).number != number)
        Socket.close(listener)
        #expect(try FreePort(from: number).number == number)
    }

    @Test func `the search goes round to the begin of the range`() throws {
        var held: [FreePort] = []
        for _ in 0..<3 { held.append(try FreePort(from: FreePort.range.upperBound)) }
        #expect(held.dropFirst().allSatisfy { $0.number < 16_000 })
    }

    @Test(.enabled(if: Rights.namespaces, "namespaces need an administrator's rights"))
    func `namespaces on a switch reach each other, and a process runs in one`() async throws {
        let first = try await Namespace("first")
        let second = try await Namespace("second")
        let bridge = try await Switch()
        try await bridge.plug(first, address: "10.9.0.1/24")
        try await bridge.plug(second, address: "10.9.0.2/24")
        let folder = try TemporaryFolder()
        try folder.write("only in there", to: "page")
        var options = Process.Options()
        options.namespace = second.name
        options.folder = folder.path
        let server = try Process("python3", ["-m", "http.server", "-b", "10.9.0.2", "8000"], options: options)
        let ask = ["-s", "--noproxy", "*", "-m", "2", "http://10.9.0.2:8000/page"]
        try await Wait.until("the server in the namespace") {
            #expect(server.isRunning)
            return (try? await first.run("curl", ask)) == "only in there"
        }
        // Outside there is no way to it; whatever may have that address here is another machine.
        #expect(try await Command.run("curl", ask).output != "only in there")
    }

    @Test(.enabled(if: Rights.namespaces, "namespaces need an administrator's rights"))
    func `a namespace goes with its last reference`() async throws {
        var namespace: Namespace? = try await Namespace()
        let name = try #require(namespace?.name)
        #expect(Files.names(in: "/run/netns").contains(name))
        namespace = nil
        #expect(!Files.names(in: "/run/netns").contains(name))
    }

    @Test(.enabled(if: Rights.namespaces, "namespaces need an administrator's rights"))
    func `what a dead process left is swept, what a living one has is not`() async throws {
        let mine = try await Namespace("mine")
        // No process has this number: it is above what the kernel gives out.
        let stale = "apus-4194305.1-1-stale"
        // This process's number, but of an earlier start.
        let reused = "apus-\(getpid()).1-1-reused"
        for name in [stale, reused] { try await Command.output("ip", ["netns", "add", name]) }
        #expect(Set(Namespace.sweep()).isSuperset(of: [stale, reused]))
        let left = Files.names(in: "/run/netns")
        #expect(!left.contains(stale) && !left.contains(reused) && left.contains(mine.name))
    }
}
