import Glibc
package import Linux

/// A server that tests put behind the load balancer; it is gone with the last reference.
package final class Backend: Sendable {
    /// What it is; `Benchmarks/Servers/README.md` says what each answers.
    package enum Kind: String, CaseIterable, Sendable {
        /// nginx with static files: write them into `files`.
        case nginx
        case python
        case node
    }

    /// What its answers have as `X-Backend`.
    package let name: String
    package let port: FreePort
    package let process: Process

    private let folder: TemporaryFolder

    /// Where it listens.
    package var address: SocketAddress { SocketAddress(ipv4: 0x7F00_0001, port: port.number) }

    /// The folder of its files (nginx), without a slash at the end.
    package var files: String { folder.file("files") }

    /// Starts a server and waits until it listens; on `port`, if one is given, as when it comes back after a failure.
    ///
    /// With a certificate, which only nginx takes, it speaks TLS.
    package init(_ kind: Kind, name: String, port: FreePort? = nil, tls: Certificates.Identity? = nil) async throws {
        precondition(tls == nil || kind == .nginx, "only nginx serves TLS here")
        self.name = name
        self.port = try port ?? FreePort()
        folder = try TemporaryFolder(kind.rawValue)
        unsafe mkdir(folder.file("files"), 0o755)
        let number = "\(self.port.number)"
        let log = folder.file("log")
        var options = Process.Options()
        (options.output, options.errors) = (.file(log), .file(log))
        switch kind {
        case .nginx:
            let certificate = tls.map { "ssl_certificate \($0.certificate); ssl_certificate_key \($0.key);" }
            let words = [
                "port": number, "folder": folder.path, "name": name, "user": geteuid() == 0 ? "user root;" : "",
                "tls": tls == nil ? "" : "ssl", "certificate": certificate ?? "",
            ]
            let file = try Template.write("Benchmarks/Servers/files.conf", words, into: folder, as: "nginx.conf")
            process = try Process("nginx", ["-c", file, "-e", log], options: options)
        case .python:
            process = try Process(
                "python3", [Repository.path("Benchmarks/Servers/server.py"), number, name], options: options)
        case .node:
            process = try Process(
                "node", [Repository.path("Benchmarks/Servers/server.mjs"), number, name], options: options)
        }
        try await process.waitUntilListening(on: self.port, log: log)
    }
}
