import FoundationEssentials
import Glibc
import Lab
import Testing

/// The command itself, against a firewall that we set up.
@Suite("apus scan audit", .enabled(if: geteuid() == 0, "namespaces need root"), .serialized)
struct AuditCommandTests {
    /// `APUS` if it is set, else the product beside the tests.
    private static let apus: String = {
        if let path = ProcessInfo.processInfo.environment["APUS"] { return path }
        return Program.own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/apus"
    }()

    private static func policy(_ rules: String, firewall: String = "any") -> String {
        "version: 1\nfirewall: \(firewall)\nrules:\n\(rules)"
    }

    private static let web = "  - { name: web, targets: 10.79.0.2, tcp: \"8080\", expect: open }\n"

    @Test func `it tells what is open, filtered and rejected, and what tracks connections`() async throws {
        let inside = try await Namespace("inside")
        let outside = try await Namespace("outside")
        try await Namespace.connect(outside, "eth0", "10.79.0.1/24", to: inside, "eth0", "10.79.0.2/24")
        var options = Process.Options()
        options.namespace = inside.name
        let server = try Process(
            "/usr/bin/python3",
            [
                "-c",
                "import socket,time; s=[socket.create_server(('10.79.0.2',p)) for p in (8080,9090)]; time.sleep(100)",
            ], options: options)
        try await Wait.until("it listens") { try await inside.run("ss", ["-Htln"]).contains(":9090") }
        let folder = try TemporaryFolder("audit")
        func rule(_ text: String) async throws { try await inside.run("sh", ["-c", text]) }
        func audit(_ policy: String, _ arguments: [String] = []) async throws -> Command.Result {
            let file = try folder.write(policy, to: "policy.yaml")
            var options = Process.Options()
            options.namespace = outside.name
            return try await Command.run(Self.apus, ["scan", "audit", file] + arguments, options: options)
        }

        // Without a firewall 9090 is open, which it should not be.
        let bare = try await audit(
            Self.policy(Self.web + "  - { name: rest, targets: 10.79.0.2, tcp: \"9090,22\", expect: filtered }\n"))
        #expect(bare.exit == .code(4), "\(bare)")
        #expect(bare.output.contains("unexpected-open: 10.79.0.2 9090/tcp"), "\(bare)")

        // One that looks at SYN alone lets a bare acknowledgment through.
        try await rule(
            "nft add table ip f; nft 'add chain ip f in { type filter hook input priority 0; }'; "
                + "nft 'add rule ip f in tcp dport {9090, 22} tcp flags & (syn|ack) == syn drop'")
        let rest = "  - { name: rest, targets: 10.79.0.2, tcp: \"9090,22\", expect: dropped }\n"
        let stateless = try await audit(Self.policy(Self.web + rest, firewall: "stateful"))
        #expect(stateless.exit == .code(4) && stateless.output.contains("stateless filtering"), "\(stateless)")

        // One that tracks connections does not.
        try await rule(
            "nft flush chain ip f in; nft 'add rule ip f in ct state established accept'; nft 'add rule ip f in tcp dport 8080 tcp flags syn accept'; "
                + "nft 'add rule ip f in ip protocol tcp drop'")
        let stateful = try await audit(Self.policy(Self.web + rest, firewall: "stateful"))
        #expect(stateful.exit == .code(0), "\(stateful)")
        #expect(stateful.output.contains("stateful filtering"), "\(stateful)")

        // One that rejects is told from one that drops, and CI can read it.
        try await rule(
            "nft flush chain ip f in; nft 'add rule ip f in tcp dport {9090, 22} reject with icmp type admin-prohibited'"
        )
        let rejecting = try await audit(Self.policy(Self.web + rest), ["--junit"])
        #expect(rejecting.exit == .code(4) && rejecting.output.contains("failures=\"2\""), "\(rejecting)")
        try await Command.output("xmllint", ["--noout", try folder.write(rejecting.output, to: "report.xml")])
        server.kill()
    }

    @Test func `a mistake in the policy is told with its place`() async throws {
        let folder = try TemporaryFolder("audit")
        let file = try folder.write(
            Self.policy("  - { name: web, targets: 10.79.0.999, tcp: \"80\", expect: opne }\n"), to: "policy.yaml")
        let result = try await Command.run(Self.apus, ["scan", "audit", "--check", file])
        #expect(result.exit == .code(65))
        #expect(
            result.errors.contains("policy.yaml:4:") && result.errors.contains("did you mean 'open'?"),
            "\(result.errors)")
        let example = try await Command.run(Self.apus, ["scan", "audit", "--check", "Examples/scan-audit/policy.yml"])
        #expect(example.exit == .code(0), "\(example.errors)")
    }
}
