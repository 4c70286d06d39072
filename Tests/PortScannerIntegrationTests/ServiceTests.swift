import Glibc
import Lab
import Linux
import PortScanner
import Testing

/// A namespace in which daemons run.
final class ServiceLab: Sendable {
    let namespace: Namespace
    private let parts: Guarded<(processes: [Process], folders: [TemporaryFolder])>

    init() async throws {
        namespace = try await Namespace("services")
        parts = Guarded(([], []))
    }

    func start(_ daemon: Daemon) async throws {
        let folder = try TemporaryFolder(daemon.name)
        try await Command.output("chmod", ["755", folder.path])
        let command = try await daemon.prepare(folder, daemon.port)
        var options = Process.Options()
        options.namespace = namespace.name
        options.output = .file(folder.file("output"))
        options.errors = .file(folder.file("output"))
        options.folder = folder.path
        let process = try Process(command[0], Array(command.dropFirst()), options: options)
        parts.withLock {
            $0.processes.append(process)
            $0.folders.append(folder)
        }
        let kind = daemon.isDatagram ? "-uln" : "-tln"
        do {
            try await Wait.until("\(daemon.name) listens", within: .seconds(40), every: .milliseconds(50)) {
                guard process.isRunning else { throw LabError.tooSlow("\(daemon.name) ended") }
                return try await namespace.run("ss", ["-H", kind, "sport = :\(daemon.port)"]).contains(
                    ":\(daemon.port)")
            }
        } catch {
            Issue.record("\(daemon.name): \(error)\n\(Files.tail(folder.file("output")))")
        }
    }

    /// Asks ports; what was found, and the seconds it took.
    func ask(_ ports: [(UInt16, ProbeProtocol)], _ options: ServiceScanner.Options = .init()) throws -> (
        found: [ServiceIdentity?], seconds: Double
    ) {
        try inside(namespace) {
            let targets = ports.map { ServiceScanner.Target(SocketAddress(ipv4: 0x7F00_0001, port: $0.0), $0.1) }
            var found = [ServiceIdentity?](repeating: nil, count: ports.count)
            let start = ContinuousClock.now
            var scanner = try ServiceScanner(options)
            try scanner.run(targets) { found[$0] = $1 }
            return (found, (ContinuousClock.now - start) / .seconds(1))
        }
    }
}

/// Runs `body` on a thread in a network namespace, and waits for it.
func inside<R: Sendable>(_ namespace: Namespace, _ body: @escaping @Sendable () throws -> R) throws -> R {
    let outcome = Guarded<Result<R, any Error>?>(nil)
    let path = "/run/netns/\(namespace.name)"
    Thread(name: "inside") {
        let place = open(path, O_RDONLY | O_CLOEXEC)
        typealias Enter = @convention(c) (Int32, Int32) -> Int32
        let enter = unsafeBitCast(dlsym(nil, "setns"), to: Enter.self)
        precondition(enter(place, 0x4000_0000) == 0, "the namespace is there")
        close(place)
        let result = Result { try body() }
        outcome.withLock { $0 = result }
    }.join()
    return try #require(outcome.withLock { $0 }).get()
}

@Suite("Services", .enabled(if: geteuid() == 0, "namespaces need root"), .serialized)
struct ServiceTests {
    @Test func `real daemons are told on ports that are not theirs`() async throws {
        let lab = try await ServiceLab()
        for daemon in Daemon.all { try await lab.start(daemon) }
        let ports = Daemon.all.map { ($0.port, $0.isDatagram ? ProbeProtocol.udp : .tcp) }
        let (found, seconds) = try lab.ask(ports)
        print("asked \(ports.count) ports in \(seconds) s")
        for (daemon, identity) in zip(Daemon.all, found) {
            print(
                daemon.name, daemon.port,
                identity.map {
                    "\($0.name) \($0.product ?? "-") \($0.version ?? "-") (\($0.extraInformation ?? "")) \($0.platforms)"
                } ?? "nothing")
            #expect(identity?.name == daemon.service, "\(daemon.name): \(String(describing: identity))")
            #expect(identity?.confidence == .spoken, "\(daemon.name)")
            if let product = daemon.product {
                #expect(identity?.product?.contains(product) == true, "\(daemon.name): \(String(describing: identity))")
            }
        }
        let encrypted = try #require(found[Daemon.all.firstIndex { $0.name == "nginx-tls" } ?? 0])
        #expect(encrypted.isEncrypted)
        #expect(encrypted.certificate?.names == ["scan.example.org", "*.example.org"])
        #expect(encrypted.certificate?.applicationProtocol == "h2")
        #expect(encrypted.certificate?.subject.contains("scan.example.org") == true)
        #expect(seconds < 3)
    }

    /// Ten services and four ports that say nothing, each at its place: nmap's own lab.
    @Test func `fourteen ports take less than three seconds, and nmap names no more of them`() async throws {
        let lab = try await ServiceLab()
        let names = [
            "nginx", "sshd", "vsftpd", "pop3d", "imapd", "mariadb", "postgresql", "redis", "mosquitto", "slapd",
        ]
        let daemons = Daemon.all.filter { names.contains($0.name) }
        for daemon in daemons { try await lab.start(daemon) }
        let mute: [UInt16] = [4441, 4442, 4443, 4444]
        let script = """
            import socket, sys, time
            kept = [socket.create_server(("127.0.0.1", int(port)), backlog=128) for port in sys.argv[1:]]
            time.sleep(300)
            """
        var options = Process.Options()
        options.namespace = lab.namespace.name
        let silent = try Process("/usr/bin/python3", ["-c", script] + mute.map(String.init), options: options)
        try await Wait.until("they are there") {
            try await lab.namespace.run("ss", ["-Htln"]).contains(":4444")
        }
        let ports = daemons.map(\.port) + mute
        let (found, seconds) = try lab.ask(ports.map { ($0, .tcp) })
        let start = ContinuousClock.now
        let list = ports.map(String.init).joined(separator: ",")
        let report = try await lab.namespace.run(
            // With all of its probes it may need more than a minute for these: APUS_LONG asks for that.
            "nmap", ["-sT", "-sV"] + Self.intensity + ["-Pn", "-n", "-p", list, "-oX", "-", "127.0.0.1"])
        let theirs = (ContinuousClock.now - start) / .seconds(1)
        var (ours, nmaps) = (0, 0)
        for (daemon, identity) in zip(daemons, found) {
            if identity?.name == daemon.service { ours += 1 }
            let parts = report.split(separator: "portid=\"\(daemon.port)\"")
            let name = parts.count > 1 ? String(parts[1].split(separator: "</port>")[0]) : ""
            if name.contains("service name=\"\(daemon.service)\""), name.contains("method=\"probed\"") { nmaps += 1 }
        }
        print("14 ports: ours \(ours) names in \(seconds) s, nmap \(nmaps) names in \(theirs) s")
        #expect(seconds < 3)
        #expect(ours == daemons.count && ours >= nmaps)
        #expect(found.suffix(4).allSatisfy { $0 == nil })
        silent.kill()
    }

    private static var intensity: [String] { getenv("APUS_LONG") == nil ? ["--version-light"] : [] }
}
