import Linux

/// An etcd cluster on loopback, of real members, each of which can be killed and started again.
package final class EtcdCluster: Sendable {
    private struct Member: Sendable {
        let name: String
        let client: FreePort
        let peer: FreePort
        var process: Process?
    }

    private let members: Guarded<[Member]>
    private let folder: TemporaryFolder

    private let host: String
    private let namespace: String?
    private let tls: TLS?

    /// What members show to clients, and what clients must show to them: PEM files.
    package struct TLS: Sendable {
        package var authority: String
        package var server: Certificates.Identity
        /// For `etcdctl`.
        package var client: Certificates.Identity

        package init(authority: String, server: Certificates.Identity, client: Certificates.Identity) {
            (self.authority, self.server, self.client) = (authority, server, client)
        }
    }

    /// Starts `count` members, and waits until they have a leader; in a namespace, at an address that it has there, if one is given.
    ///
    /// Elections are quicker than by default, for tests have less patience than operators; all is written to the disk as it is by default.
    /// With `tls` clients are served over it alone, and must have certificates.
    package init(
        _ count: Int = 1, in namespace: Namespace? = nil, at host: String = "127.0.0.1", tls: TLS? = nil
    ) async throws {
        (self.host, self.namespace, self.tls) = (host, namespace?.name, tls)
        folder = try TemporaryFolder("etcd")
        members = Guarded(
            try (0..<count).map { Member(name: "m\($0)", client: try FreePort(), peer: try FreePort(), process: nil) })
        for index in 0..<count { try start(index) }
        try await waitUntilWorking()
    }

    deinit {
        for member in members.withLock({ $0 }) { member.process?.kill() }
    }

    private var scheme: String { tls == nil ? "http" : "https" }

    private var memberOptions: [String] {
        guard let tls else { return [] }
        return [
            "--cert-file", tls.server.certificate, "--key-file", tls.server.key, "--client-cert-auth",
            "--trusted-ca-file", tls.authority,
        ]
    }

    private var controlOptions: [String] {
        guard let tls else { return [] }
        return ["--cacert", tls.authority, "--cert", tls.client.certificate, "--key", tls.client.key]
    }

    /// Where the members are reached.
    package var urls: [String] { members.withLock { $0.map { "\(scheme)://\(host):\($0.client.number)" } } }

    /// Ends a member at once, as a power cut does.
    package func kill(_ index: Int) async {
        let process = members.withLock { members in
            defer { members[index].process = nil }
            return members[index].process
        }
        process?.kill()
        await process?.exit()
    }

    /// Starts a member, anew or again.
    package func start(_ index: Int) throws {
        let all = members.withLock { $0 }
        let member = all[index]
        var options = Process.Options()
        options.namespace = namespace
        options.output = .file(folder.file("\(member.name).log"))
        options.errors = options.output
        let process = try Process(
            "etcd",
            [
                "--name", member.name, "--data-dir", folder.file(member.name),
                "--listen-client-urls", "\(scheme)://\(host):\(member.client.number)",
                "--advertise-client-urls", "\(scheme)://\(host):\(member.client.number)",
                "--listen-peer-urls", "http://\(host):\(member.peer.number)",
                "--initial-advertise-peer-urls", "http://\(host):\(member.peer.number)",
                "--initial-cluster", all.map { "\($0.name)=http://\(host):\($0.peer.number)" }.joined(separator: ","),
                "--heartbeat-interval", "50", "--election-timeout", "500", "--logger", "zap",
            ] + memberOptions, options: options)
        members.withLock { $0[index].process = process }
    }

    /// Waits until the cluster takes changes.
    package func waitUntilWorking() async throws {
        var options = Process.Options()
        options.environment = ["ETCDCTL_API": "3"]
        options.namespace = namespace
        try await Wait.until("etcd takes changes", every: .milliseconds(50)) {
            try await Command.run(
                "etcdctl",
                ["--endpoints", urls.joined(separator: ","), "--command-timeout", "2s"] + controlOptions + [
                    "put", "lab/ready", "1",
                ],
                options: options
            ).exit.isSuccess
        }
    }

    /// Runs `etcdctl` (API 3) against the cluster, and gives what it wrote.
    @discardableResult
    package func control(_ arguments: String...) async throws -> String {
        var options = Process.Options()
        options.environment = ["ETCDCTL_API": "3"]
        options.namespace = namespace
        return try await Command.output(
            "etcdctl", ["--endpoints", urls.joined(separator: ",")] + controlOptions + arguments, options: options)
    }
}
