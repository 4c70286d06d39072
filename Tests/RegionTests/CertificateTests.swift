import Foundation
import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Testing

/// rns → etcd, rns → hvaddrd and hvaddrd → hvflowd, each over TCP with certificates at both ends, made by `openssl`.
@Suite("Certificates between the daemons", .serialized, .timeLimit(.minutes(5)))
struct CertificateTests {
    /// One authority for all, another's, and what it has signed.
    private struct Papers {
        let ours: Certificates
        let theirs: Certificates

        init() async throws { (ours, theirs) = (try await Certificates("ours"), try await Certificates("theirs")) }

        func both(_ name: String, _ authority: Certificates? = nil, days: Int = 2) async throws -> ServingTLS {
            let identity = try await (authority ?? ours).identity(name, days: days, usage: "serverAuth,clientAuth")
            return ServingTLS(certificate: identity.certificate, key: identity.key, trusted: ours.authority)
        }
    }

    private static func options(_ tls: ServingTLS) -> [String] {
        ["--tls-certificate", tls.certificate, "--tls-key", tls.key, "--tls-trusted", tls.trusted]
    }

    private static func yaml(_ tls: ServingTLS) -> String {
        "{ certificate: \(tls.certificate), key: \(tls.key), trusted: \(tls.trusted) }"
    }

    private func daemon(_ arguments: [String], log: String) async throws -> Lab.Process {
        var options = Lab.Process.Options()
        options.errors = .file(log)
        let process = try Lab.Process(Binary.path, arguments, options: options)
        do {
            try await Wait.until("\(arguments[0]) is ready", within: .seconds(20)) {
                Files.text(log)?.contains("ready") == true
            }
        } catch {
            Issue.record("\(arguments[0]): \(Files.text(log) ?? "")")
            throw error
        }
        return process
    }

    @Test func `a droplet goes from etcd to hvflowd over three connections with certificates`() async throws {
        let papers = try await Papers()
        let folder = try TemporaryFolder("tls")
        let (etcdServer, client) = (
            try await papers.ours.identity("etcd", usage: "serverAuth,clientAuth"),
            try await papers.ours.identity("etcdctl", usage: "clientAuth")
        )
        let cluster = try await EtcdCluster(
            tls: .init(authority: papers.ours.authority, server: etcdServer, client: client))
        let (flowPort, addressPort) = (try FreePort(), try FreePort())
        let flowTLS = try await papers.both("hvflowd")
        let flows = try await daemon(
            [
                "hvflowd", "--ovs-run-dir", folder.path, "--listen", "tcp:\(flowPort.address)", "--store",
                folder.file("flows"),
            ] + Self.options(flowTLS), log: folder.file("hvflowd.log"))
        let addressTLS = try await papers.both("hvaddrd")
        let addresses = try await daemon(
            [
                "hvaddrd", "--port", "nowhere0", "--flows", "tcp:\(flowPort.address)", "--listen",
                "tcp:\(addressPort.address)", "--store", folder.file("hvaddrd.sqlite"),
            ] + Self.options(addressTLS), log: folder.file("hvaddrd.log"))
        let rnsTLS = try await papers.both("rns")
        let rns = try await Instance(
            "one", folder,
            "etcd: { endpoints: [\(cluster.urls[0])], tls: \(Self.yaml(rnsTLS)) }\ntls: \(Self.yaml(rnsTLS))")
        _ = try await rns.ask("pool", "create", "v4", "203.0.113.0/24", "--gateway", "203.0.113.1")
        _ = try await rns.ask("hypervisor", "set", "hv1", "tcp:\(addressPort.address)")
        _ = try await rns.ask(
            "droplet", "create", "d1", "--hypervisor", "hv1", "--port", "tap1", "--claim", "v4=203.0.113.7")
        try await Wait.until("rns says that hv1 has everything", within: .seconds(20), every: .milliseconds(100)) {
            try await rns.exit(of: "hypervisors", "--behind").0.isSuccess
        }
        func control(_ arguments: [String], _ tls: ServingTLS) async throws -> Command.Result {
            try await Command.run(Binary.path, arguments + Self.options(tls))
        }
        let told = try await control(["hvaddrctl", "get", "d1", "--address", "tcp:\(addressPort.address)"], rnsTLS)
        #expect(told.output.contains("203.0.113.7/24"), "\(told)")
        try await Wait.until("hvflowd wants its flows", within: .seconds(20), every: .milliseconds(100)) {
            let status = try await control(
                ["hvflowctl", "status", "--json", "--address", "tcp:\(flowPort.address)"], addressTLS)
            return status.output.contains(#""owner":1"#)
        }

        // Who is not trusted gets nowhere, and is told why.
        let stranger = try await papers.both("stranger", papers.theirs)
        let expired = try await papers.both("expired", days: -1)
        // Shows what is trusted, and trusts another.
        var astray = rnsTLS
        astray.trusted = papers.theirs.authority
        for (command, port) in [("hvflowctl", flowPort), ("hvaddrctl", addressPort)] {
            for (tls, reason) in [
                (stranger, "it refuses our certificate"), (expired, "it refuses our certificate: it has expired"),
                (astray, "its certificate is not valid: it is of no root that we trust"),
            ] {
                let verb = command == "hvflowctl" ? "status" : "list"
                let result = try await control([command, verb, "--address", "tcp:\(port.address)"], tls)
                #expect(result.exit == .code(69) && result.errors.contains(reason), "\(command): \(result)")
            }
            // Without a certificate: openssl's client, which says what it was told.
            let bare = try await Command.run(
                "sh",
                [
                    "-c",
                    "sleep 1 | openssl s_client -connect \(port.address) -alpn h2 -CAfile \(papers.ours.authority) 2>&1",
                ])
            #expect(bare.output.contains("certificate required"), "\(bare.output)")
        }
        for process in [rns.process, addresses, flows] { #expect(await process.stop() == .code(0)) }
    }

    @Test(arguments: ["theirs", "expired", "astray"])
    func `etcd and a hypervisor that do not go together with rns are told of by their reason`(
        _ fault: String
    ) async throws {
        let papers = try await Papers()
        let folder = try TemporaryFolder("tls")
        let reasons = [
            "theirs": "it refuses our certificate", "expired": "it refuses our certificate",
            "astray": "its certificate is not valid: it is of no root that we trust",
        ]
        let reason = try #require(reasons[fault])
        var tls =
            fault == "theirs"
            ? try await papers.both("rns", papers.theirs)
            : try await papers.both("rns", days: fault == "expired" ? -1 : 2)
        if fault == "astray" { tls.trusted = papers.theirs.authority }
        // etcd: rns does not begin, and says why.
        let cluster = try await EtcdCluster(
            tls: .init(
                authority: papers.ours.authority,
                server: try await papers.ours.identity("etcd", usage: "serverAuth,clientAuth"),
                client: try await papers.ours.identity("etcdctl", usage: "clientAuth")))
        let file = try folder.write(
            """
            version: 1
            etcd: { endpoints: [\(cluster.urls[0])], tls: \(Self.yaml(tls)) }
            listen: [unix:\(folder.file("rns.sock"))]
            """, to: "etcd.yaml")
        let refused = try await Command.run(Binary.path, ["rns", "run", file], within: .seconds(40))
        #expect(refused.exit == .code(69) && refused.errors.contains(reason), "\(refused)")
        // A hypervisor: it is behind, with the reason.
        let port = try FreePort()
        let addresses = try await daemon(
            [
                "hvaddrd", "--port", "nowhere0", "--flows", "none", "--listen", "tcp:\(port.address)", "--store",
                folder.file("hvaddrd.sqlite"),
            ] + Self.options(try await papers.both("hvaddrd")), log: folder.file("hvaddrd.log"))
        let rns = try await Instance(
            "one", folder, "file: \(folder.file("region.sqlite"))\ntls: \(Self.yaml(tls))")
        _ = try await rns.ask("hypervisor", "set", "hv1", "tcp:\(port.address)")
        try await Wait.until("it is told why", within: .seconds(20), every: .milliseconds(200)) {
            try await Command.run(Binary.path, ["rns", "hypervisors", "--json", "--address", "unix:\(rns.socket)"])
                .output.contains(reason)
        }
        for process in [rns.process, addresses] { #expect(await process.stop() == .code(0)) }
    }

    @Test func `a daemon without certificates does not serve over TCP, nor call`() async throws {
        let folder = try TemporaryFolder("tls")
        let port = try FreePort()
        let serving = try await Command.run(
            Binary.path,
            ["hvaddrd", "--flows", "none", "--listen", "tcp:\(port.address)", "--store", folder.file("a.sqlite")])
        #expect(serving.exit == .code(69) && serving.errors.contains("a certificate, a key and trusted roots"))
        let calling = try await Command.run(
            Binary.path,
            [
                "hvaddrd", "--flows", "tcp:\(port.address)", "--listen", "unix:\(folder.file("a.sock"))", "--store",
                folder.file("a.sqlite"),
            ])
        #expect(calling.exit == .code(69) && calling.errors.contains("a certificate, a key and trusted roots"))
    }
}
