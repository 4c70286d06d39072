import Lab
import Testing

@Suite("HTTPS to the servers", .balancer, .enabled(if: have("openssl", "curl")))
struct TLSTests {
    /// An authority and what it signed, in a folder.
    private struct Authority {
        let folder: TemporaryFolder
        var certificate: String { folder.file("ca.pem") }

        init() async throws {
            folder = try TemporaryFolder("tls")
            let path = folder.path
            try folder.write("", to: "index")
            let settings = """
                [ca]\ndefault_ca = d\n[d]\ndatabase = \(path)/index\nnew_certs_dir = \(path)\nrand_serial = yes
                default_md = sha256\npolicy = p\ncertificate = \(path)/ca.pem\nprivate_key = \(path)/ca.key
                unique_subject = no\n[p]\ncommonName = supplied\n
                """
            try folder.write(settings, to: "ca.cnf")
            try await Command.output(
                "openssl",
                ["req", "-x509", "-days", "2", "-out", "\(path)/ca.pem", "-keyout", "\(path)/ca.key"] + Self.key("ca"))
        }

        private static func key(_ name: String) -> [String] {
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)"]
        }

        /// Signs a certificate for `name`, valid from 2020 until `end` (`YYMMDDHHMMSSZ`).
        func sign(_ name: String, until end: String) async throws -> [String] {
            let path = folder.path
            try folder.write("subjectAltName = DNS:\(name)\n", to: "extensions")
            let request = ["req", "-new", "-out", "\(path)/leaf.csr", "-keyout", "\(path)/leaf.key"] + Self.key(name)
            try await Command.output("openssl", request)
            try await Command.output(
                "openssl",
                [
                    "ca", "-batch", "-config", "\(path)/ca.cnf", "-extfile", "\(path)/extensions", "-startdate",
                    "200101000000Z", "-enddate", end, "-in", "\(path)/leaf.csr", "-out", "\(path)/leaf.pem",
                ])
            return ["--tls", "\(path)/leaf.pem", "\(path)/leaf.key"]
        }
    }

    private static let late = "400101000000Z"

    @Test func `a certificate that is right is accepted, and bodies pass`() async throws {
        let authority = try await Authority()
        let site = try await Site(
            pool: ["tls: { ca: \(authority.certificate), name: localhost }"],
            arguments: try await authority.sign("localhost", until: Self.late))
        #expect(try await site.curl(site.url("/name")).output == "b0")
        let size = try await site.curl(site.url("/size/5000000"), "-o", "/dev/null", "-w", "%{size_download}")
        #expect(size.output == "5000000")
    }

    @Test(arguments: [("other.example", Self.late), ("localhost", "200102000000Z")])
    func `one for another name, or of the past, is not`(name: String, end: String) async throws {
        let authority = try await Authority()
        let site = try await Site(
            pool: ["tls: { ca: \(authority.certificate), name: localhost }"],
            arguments: try await authority.sign(name, until: end))
        try await expectRefusal(site)
    }

    @Test func `one of an unknown authority is not, unless nothing is to be verified`() async throws {
        let authority = try await Authority()
        let other = try await Authority()
        let arguments = try await authority.sign("localhost", until: Self.late)
        try await expectRefusal(
            try await Site(pool: ["tls: { ca: \(other.certificate), name: localhost }"], arguments: arguments))
        let trusting = try await Site(pool: ["tls: { verify: false }"], arguments: arguments)
        #expect(try await trusting.curl(trusting.url("/name")).output == "b0")
    }

    @Test(arguments: ["one", "two"])
    func `octets behind an answer reach nobody, in one record with it or in two`(records: String) async throws {
        let certificates = try await Certificates()
        let identity = try await certificates.identity("server")
        let folder = try TemporaryFolder("behind")
        let (front, back) = (try FreePort(), try FreePort())
        let server = try Process(
            "python3", [support("behind.py"), "\(back.number)", identity.certificate, identity.key, records])
        try await server.waitUntilListening(on: back)
        let file = try folder.write(
            """
            version: 1
            process: { threads: 1 }
            listeners:
              web: { bind: "\(front.address)", pool: back }
            pools:
              back: { servers: ["localhost:\(back.number)"], tls: { ca: "\(certificates.authority)" } }
            """, to: "lb.yaml")
        let balancer = try Process(Apus.path, ["lb", "run", file])
        try await balancer.waitUntilListening(on: front)
        var answers: [String] = []
        for _ in 0..<3 {
            answers.append(try await Command.output("curl", ["-s", "-m", "5", "http://\(front.address)/"]))
        }
        // The first connection of all is the one that waited for the server to listen.
        #expect(answers[0] == "hello" && answers[1].hasPrefix("plain "))
        #expect(answers[1] == answers[2], "a connection without such octets is used again: \(answers)")
    }

    private func expectRefusal(_ site: Site) async throws {
        let response = try await site.curl("-i", site.url("/name")).output.lowercased()
        #expect(response.hasPrefix("http/1.1 502 "), "\(response)")
        #expect(response.contains("proxy-status: apus; error=tls_certificate_error"), "\(response)")
    }
}
