import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import Lab
import Logging
import ServiceAPI
import Testing

/// GRPCCore has another of this name.
private typealias Endpoint = Hypervisor.Endpoint

@Suite("Serving gRPC")
struct ServingTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Serves nothing but health and reflection while `body` runs.
    private func serve(_ listener: ServiceServer.Listener, _ body: @Sendable () async throws -> Void) async throws {
        let server = try ServiceServer([listener], services: [], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body()
            group.cancelAll()
        }
    }

    private func check(_ endpoint: Endpoint, tls: ServingTLS? = nil) async throws -> HealthService.Status {
        try await ServiceConnection.with(endpoint, tls: tls) { client in
            try await Grpc_Health_V1_Health.Client(wrapping: client)
                .check(.init(), options: ServiceConnection.options(within: .seconds(3))).status
        }
    }

    @Test(arguments: [
        ("unix:/run/a.sock", "unix:/run/a.sock"), ("/run/a.sock", "unix:/run/a.sock"),
        ("tcp:192.0.2.1:70", "tcp:192.0.2.1:70"), ("tcp:[2001:db8::1]:70", "tcp:[2001:db8::1]:70"),
    ])
    func `an address is read, and written the same way`(_ text: String, _ written: String) throws {
        #expect("\(try Endpoint(text))" == written)
    }

    @Test(arguments: [
        "", "a.sock", "unix:a.sock", "tcp:1.2.3.4", "tcp::7", "tcp:2001:db8::1:70", "tcp:a:70000", "http:x",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(throws: HypervisorError.self) { try Endpoint(text) }
    }

    @Test func `a socket that nobody serves is replaced, one that is served or a file is not`() async throws {
        let folder = try TemporaryFolder("serving")
        let path = folder.file("s.sock")
        let listener = ServiceServer.Listener(.unix(path: path), mode: 0o660)
        try await serve(listener) {
            let status1 = try await check(.unix(path: path))
            #expect(status1 == .serving)
            #expect(throws: HypervisorError.self) { try ServiceServer([listener], services: [], logger: logger) }
            let status2 = try await check(.unix(path: path))
            #expect(status2 == .serving)
        }
        // A process that died leaves its socket behind.
        _ = try await Command.output(
            "python3",
            ["-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", folder.file("dead")])
        try await serve(.init(.unix(path: folder.file("dead")))) {
            let status3 = try await check(.unix(path: folder.file("dead")))
            #expect(status3 == .serving)
        }
        let file = try folder.write("precious", to: "file")
        #expect(throws: HypervisorError.self) {
            try ServiceServer([.init(.unix(path: file))], services: [], logger: logger)
        }
        #expect(Files.text(file) == "precious")
    }

    @Test func `over TCP both ends show certificates`() async throws {
        let folder = try TemporaryFolder("serving")
        func authority(_ name: String) async throws {
            try await Command.output(
                "openssl",
                ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"]
                    + [
                        "-subj", "/CN=\(name)", "-keyout", folder.file("\(name).key"), "-out",
                        folder.file("\(name).pem"),
                    ])
        }
        func identity(_ name: String, _ authority: String, _ usage: String) async throws -> ServingTLS {
            try await Command.output(
                "openssl",
                ["req", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=\(name)"]
                    + ["-keyout", folder.file("\(name).key"), "-out", folder.file("\(name).csr")])
            let extensions = try folder.write(
                "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=\(usage)\n", to: "\(name).ext")
            try await Command.output(
                "openssl",
                ["x509", "-req", "-in", folder.file("\(name).csr"), "-CA", folder.file("\(authority).pem")]
                    + ["-CAkey", folder.file("\(authority).key"), "-CAcreateserial", "-days", "2"]
                    + ["-extfile", extensions, "-out", folder.file("\(name).pem")])
            return ServingTLS(
                certificate: folder.file("\(name).pem"), key: folder.file("\(name).key"),
                trusted: folder.file("ours.pem"))
        }
        try await authority("ours")
        try await authority("theirs")
        let server = try await identity("server", "ours", "serverAuth")
        let client = try await identity("client", "ours", "clientAuth")
        let stranger = try await identity("stranger", "theirs", "clientAuth")
        let endpoint = Endpoint.tcp(host: "127.0.0.1", port: Int(try FreePort().number))
        let named = try Endpoint("\(endpoint)".replacing("127.0.0.1", with: "localhost"))
        try await serve(.init(endpoint, tls: server)) {
            try await Wait.until("the server", within: .seconds(10)) {
                (try? await check(named, tls: client)) == .serving
            }
            await #expect(throws: (any Error).self) { try await check(named, tls: stranger) }
            await #expect(throws: HypervisorError.self) { try await check(named) }
        }
        #expect(throws: HypervisorError.self) { try ServiceServer([.init(endpoint)], services: [], logger: logger) }
    }

    @Test func `a wrong field is named in the message and in the details`() throws {
        var check = RequestCheck()
        check.require(1 > 0, "fine", "it is")
        check.require(0 > 1, "flows[3].text", "it is empty")
        check.refuse("owner", "it is 1 at least")
        let error = try #require(throws: InvalidArgument.self) { try check.finish() }
        #expect(error.rpcErrorCode == .invalidArgument)
        #expect(error.rpcErrorMessage == "flows[3].text: it is empty; owner: it is 1 at least")
        #expect(error.rpcErrorMetadata.count == 1)
    }
}
