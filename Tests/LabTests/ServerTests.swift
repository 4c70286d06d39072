import FoundationEssentials
import Lab
import Testing

/// What a backend says it was asked.
private struct Seen: Decodable {
    var server: String
    var method: String
    var target: String
    var fields: [[String]]
    var body: Int

    func value(_ name: String) -> String? { fields.first { $0[0].lowercased() == name }?[1] }
}

private func curl(_ arguments: [String]) async throws -> String {
    try await Command.output("curl", ["-s", "--noproxy", "*", "-m", "10"] + arguments)
}

@Suite("Backends")
struct BackendTests {
    @Test(arguments: [Backend.Kind.python, .node])
    func `they answer as their page says`(_ kind: Backend.Kind) async throws {
        try #require(Program.find(kind == .python ? "python3" : "node") != nil, "needs the language")
        let backend = try await Backend(kind, name: "green")
        let url = "http://\(backend.port.address)"
        let text = try await curl(["-d", "abc", "-H", "X-Colour: blue", "\(url)/some/where?x=1"])
        let seen = try JSONDecoder().decode(Seen.self, from: Data(text.utf8))
        #expect(seen.server == "green" && seen.method == "POST" && seen.target == "/some/where?x=1" && seen.body == 3)
        #expect(seen.value("x-colour") == "blue")

        #expect(try await curl(["\(url)/bytes/5000"]).utf8.count == 5000)
        let chunked = try await curl(["--raw", "\(url)/chunked/1500"])
        #expect(chunked.hasPrefix("3e8\r\n") && chunked.hasSuffix("\r\n0\r\nX-Sum: 1500\r\n\r\n"))
        #expect(try await curl(["-H", "Transfer-Encoding: chunked", "-d", "back", "\(url)/echo"]) == "back")
        #expect(try await curl(["-w", "%{http_code}", "\(url)/status/503"]) == "status\n503")
        #expect(try await curl(["-w", "%{http_code}", "\(url)/status/204"]) == "204")
        #expect(
            try await curl(["-i", "\(url)/until-close"]).hasSuffix("\r\n\r\n" + String(repeating: ".", count: 1000)))
        #expect(try await curl(["-i", "\(url)/"]).contains("X-Backend: green\r\n"))
    }

    @Test func `Node sends hints and upgrades`() async throws {
        let backend = try await Backend(.node, name: "green")
        let url = "http://\(backend.port.address)"
        #expect(try await curl(["-i", "\(url)/early"]).hasPrefix("HTTP/1.1 103 Early Hints\r\n"))
        let script = """
            import socket
            peer = socket.create_connection(("127.0.0.1", \(backend.port.number)))
            peer.sendall(b"GET /upgrade HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\nhello")
            octets = b""
            while not octets.endswith(b"hello"): octets += peer.recv(1000)
            print(octets.split(b"\\r\\n")[0].decode())
            """
        #expect(try await Command.output("python3", ["-c", script]) == "HTTP/1.1 101 Switching Protocols\n")
    }

    @Test func `nginx serves files, over TLS as well, and a certificate is checked`() async throws {
        let certificates = try await Certificates()
        let identity = try await certificates.identity("server")
        let backend = try await Backend(.nginx, name: "green", tls: identity)
        try Files.write("a page", to: backend.files + "/page")
        let url = "https://localhost:\(backend.port.number)/page"
        #expect(try await curl(["--cacert", certificates.authority, url]) == "a page")

        let stranger = try await Certificates("Stranger")
        let refused = try await Command.run(
            "curl", ["-s", "--noproxy", "*", "-m", "10", "--cacert", stranger.authority, url])
        // CURLE_PEER_FAILED_VERIFICATION
        #expect(refused.exit == .code(60))
    }

    @Test func `a certificate can be for another name, or out of date`() async throws {
        let certificates = try await Certificates()
        let other = try await certificates.identity("other", names: ["DNS:other.example"])
        let verify = ["verify", "-CAfile", certificates.authority]
        #expect(try await Command.run("openssl", verify + [other.certificate]).exit.isSuccess)
        let named = try await Command.run("openssl", verify + ["-verify_hostname", "localhost", other.certificate])
        #expect((named.output + named.errors).contains("hostname mismatch"))

        let old = try await certificates.identity("old", days: -1)
        let expired = try await Command.run("openssl", verify + [old.certificate])
        #expect((expired.output + expired.errors).contains("certificate has expired"))
    }
}

@Suite("Peers")
struct PeerTests {
    /// All but ours, of which the executable is no product of these tests.
    static let contenders = Contender.allCases.filter { $0 != .apus && (try? $0.program()) != nil }

    @Test(arguments: contenders)
    func `a peer balances, and tells the backend of the client`(_ contender: Contender) async throws {
        let first = try await Backend(.python, name: "first")
        let second = try await Backend(.python, name: "second")
        let peer = try await Peer(contender, backends: [first.address, second.address])
        var names: Set<String> = []
        // Some take the first health check's answer before they send anything.
        try await Wait.until("both backends") {
            guard let text = try? await curl(["-f", "http://\(peer.http.address)/some/where"]) else { return false }
            guard let seen = try? JSONDecoder().decode(Seen.self, from: Data(text.utf8)) else { return false }
            names.insert(seen.server)
            #expect(seen.target == "/some/where")
            // For a client on this machine Envoy tells an address of the machine's instead.
            let client = seen.value("x-forwarded-for")
            #expect(contender == .envoy ? client != nil : client == "127.0.0.1")
            if contender != .traefik { #expect(seen.value("x-request-id")?.isEmpty == false) }
            return names.count == 2
        }
        let metrics = contender == .envoy ? "/stats/prometheus" : "/metrics"
        #expect(try await curl(["-f", "http://\(peer.admin.address)\(metrics)"]).contains("\n"))

        if contender.hasTCP {
            names = []
            try await Wait.until("both backends over TCP") {
                let text = try await curl(["http://\(peer.tcp.address)/"])
                guard let seen = try? JSONDecoder().decode(Seen.self, from: Data(text.utf8)) else { return false }
                names.insert(seen.server)
                #expect(seen.value("x-forwarded-for") == nil)
                return names.count == 2
            }
        }
        let exit = await peer.process.stop()
        #expect(exit != .signal(9))
        let log = contender == .haproxy ? "output" : "access.log"
        #expect(Files.text(peer.folder.file(log))?.contains("/some/where") == true)
        peer.truncateLogs()
        #expect(Files.text(peer.folder.file(log)) == "")
    }

    @Test(arguments: contenders)
    func `a peer tells its version`(_ contender: Contender) async throws {
        let version = try await contender.version()
        #expect(version.first?.isNumber == true && version.split(separator: ".").count >= 3)
    }

    @Test func `a peer that is not installed is named`() async throws {
        #expect(throws: LabError.noProgram("/nowhere/apus")) { try Contender.apus.program(apus: "/nowhere/apus") }
    }
}
