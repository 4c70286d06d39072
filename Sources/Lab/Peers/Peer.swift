package import Linux
import Glibc

/// A load balancer that runs here, in front of two backends, until the last reference goes.
package final class Peer: Sendable {
    package let contender: Contender
    package let process: Process
    /// Where it takes HTTP/1.1.
    package let http: FreePort
    /// Where it takes plain TCP; nobody listens if the contender has none.
    package let tcp: FreePort
    /// Where it serves metrics.
    package let admin: FreePort
    /// The command line, with its temporary folder.
    package let command: String
    /// Its configuration, logs and whatever else it writes.
    package let folder: TemporaryFolder

    /// Starts a contender with the configuration of `Benchmarks/Peers`, and waits until it listens.
    ///
    /// It runs on `cores` only, if there are any, with so many threads. `words` go before the configuration's usual ones;
    /// `program` stands in for the installed one.
    package init(
        _ contender: Contender, backends: [SocketAddress], threads: Int = 1, cores: [Int] = [],
        words special: [String: String] = [:], program: String? = nil
    ) async throws {
        precondition(backends.count == 2, "all configurations name two backends")
        self.contender = contender
        http = try FreePort()
        tcp = try FreePort()
        admin = try FreePort()
        folder = try TemporaryFolder(contender.rawValue)
        let stream = "/usr/lib/nginx/modules/ngx_stream_module.so"
        var words = [
            "http": "\(http.number)", "tcp": "\(tcp.number)", "admin": "\(admin.number)", "folder": folder.path,
            "threads": "\(threads)", "file": folder.file(contender.templates[0]),
            "first": "\(backends[0])", "first-host": backends[0].host, "first-port": "\(backends[0].port)",
            "second": "\(backends[1])", "second-host": backends[1].host, "second-port": "\(backends[1].port)",
        ]
        words["modules"] = Files.exists(stream) ? "load_module \(stream);" : ""
        words["user"] = geteuid() == 0 ? "user root;" : ""
        words["splice"] = "option splice-request\n    option splice-response"
        words.merge(special) { $1 }
        for name in contender.templates {
            _ = try Template.write("Benchmarks/Peers/\(name)", words, into: folder, as: name)
        }
        let log = folder.file("output")
        var options = Process.Options()
        options.environment = contender.environment(threads: threads).mapValues { Template.fill($0, words) }
        options.cores = cores
        options.output = .file(log)
        options.errors = .file(log)
        let arguments = contender.arguments(threads: threads).map { Template.fill($0, words) }
        process = try Process(contender.program(apus: program), arguments, options: options)
        command = process.command
        for port in [http, admin] + (contender.hasTCP ? [tcp] : []) {
            try await process.waitUntilListening(on: port, log: log)
        }
    }

    /// Empties its logs, which all are appended to, so that a long benchmark does not fill the disk.
    package func truncateLogs() {
        for name in Files.names(in: folder.path) where name.hasSuffix(".log") || name == "output" {
            _ = unsafe truncate(folder.file(name), 0)
        }
    }
}
