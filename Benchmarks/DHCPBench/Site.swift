import FoundationEssentials
import Lab

/// A server in one namespace, and a place for load in another.
final class Site {
    let folder: TemporaryFolder
    let place: Namespace
    let client: Namespace
    let server: Process

    init(_ name: String, apus: String, pool: Int) async throws {
        folder = try TemporaryFolder("dhcp-bench")
        (place, client) = (try await Namespace("dhcp-s"), try await Namespace("dhcp-c"))
        try await Namespace.connect(place, "srv", "10.0.0.1/8", to: client, "cli", "10.0.0.2/8")
        var options = Process.Options()
        options.namespace = place.name
        options.environment = ["KEA_PIDFILE_DIR": folder.path, "KEA_LOCKFILE_DIR": folder.path]
        options.errors = .file(folder.file("errors"))
        options.output = .file(folder.file("output"))
        let (program, arguments) = try Server.command(name, apus: apus, pool: pool, folder)
        server = try Process(program, arguments, options: options)
        try await Task.sleep(for: .milliseconds(1500))
    }

    /// Loads with perfdhcp: how many exchanges were begun, and how many ended with an ACK.
    func perfdhcp(rate: Int, seconds: Int, count: Int?) async throws -> (asked: Int, done: Int) {
        var options = Process.Options()
        options.namespace = client.name
        let limit = count.map { ["-n", "\($0)"] } ?? ["-p", "\(seconds)"]
        let result = try await Command.run(
            "perfdhcp",
            ["-4", "-l", "cli", "-r", "\(rate)", "-R", "100000000", "-W", "1000000"] + limit + ["10.0.0.1"],
            options: options, within: .seconds(seconds * 2 + 60))
        // Two blocks, DISCOVER-OFFER and REQUEST-ACK, each with what was sent and received.
        func numbers(_ word: String) -> [Int] {
            result.output.split(separator: "\n").filter { $0.hasPrefix(word) }.compactMap {
                $0.split(separator: ":").last.flatMap { Int($0.drop { $0 == " " }) }
            }
        }
        let (sent, received) = (numbers("sent packets"), numbers("received packets"))
        guard sent.count >= 2, received.count >= 2 else { return (0, 0) }
        return (sent[0], received[1])
    }

    /// Loads with our own generator.
    func generate(rate: Int, seconds: Int) async throws -> (asked: Int, done: Int) {
        var options = Process.Options()
        options.namespace = client.name
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let output = try await Command.output(
            own, ["generate", "--interface", "cli", "--rate", "\(rate)", "--seconds", "\(seconds)"], options: options,
            within: .seconds(seconds + 30))
        let words = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        return words.count == 2 ? (words[0], words[1]) : (0, 0)
    }
}

/// The servers, each in its best configuration for the job.
enum Server {
    /// What each does before it sends an ACK, as strace shows.
    static func durability(_ name: String) -> String {
        switch name {
        case "apus": "yes, one sync for a batch"
        case "dhcpd": "yes, one sync for each lease"
        case "dnsmasq": "rewrites its file, then a sync"
        default: "no sync"
        }
    }

    static func command(
        _ name: String, apus: String, pool: Int, _ folder: TemporaryFolder
    ) throws -> (String, [String]) {
        let last = address(0x0A01_0000 + pool - 1)
        switch name {
        case "apus":
            let file = try folder.write(
                """
                version: 1
                leases: \(folder.file("leases.sqlite"))
                control: \(folder.file("control.sock"))
                networks:
                  bench:
                    interface: srv
                    v4: { subnet: 10.0.0.0/8, pools: 10.1.0.0-\(last), probe: 0s, options: { routers: 10.0.0.1 } }
                """, to: "dhcp.yaml")
            return (apus, ["dhcp", "run", file])
        case "kea":
            let file = try folder.write(
                """
                {"Dhcp4": {"interfaces-config": {"interfaces": ["srv"]}, "valid-lifetime": 3600, "authoritative": true,
                "lease-database": {"type": "memfile", "persist": true, "name": "\(folder.file("leases.csv"))", "lfc-interval": 0},
                "multi-threading": {"enable-multi-threading": true, "thread-pool-size": 2, "packet-queue-size": 64},
                "subnet4": [{"subnet": "10.0.0.0/8", "pools": [{"pool": "10.1.0.0-\(last)"}],
                "option-data": [{"name": "routers", "data": "10.0.0.1"}]}],
                "loggers": [{"name": "kea-dhcp4", "severity": "ERROR", "output_options": [{"output": "stderr"}]}]}}
                """, to: "kea.json")
            return ("kea-dhcp4", ["-c", file])
        case "dnsmasq":
            return (
                "dnsmasq",
                [
                    "-k", "-C", "/dev/null", "-p", "0", "-i", "srv", "--dhcp-range=10.1.0.0,\(last),255.0.0.0,1h",
                    "--dhcp-leasefile=\(folder.file("leases"))", "--dhcp-lease-max=1000000", "--no-ping",
                    "--quiet-dhcp",
                    "--dhcp-authoritative", "--user=root", "--pid-file=\(folder.file("pid"))",
                    "--log-facility=/dev/null",
                ]
            )
        default:
            let file = try folder.write(
                """
                authoritative; ping-check false; default-lease-time 3600;
                subnet 10.0.0.0 netmask 255.0.0.0 { range 10.1.0.0 \(last); option routers 10.0.0.1; }
                """, to: "dhcpd.conf")
            let leases = try folder.write("", to: "dhcpd.leases")
            return ("dhcpd", ["-4", "-f", "-q", "-cf", file, "-lf", leases, "-pf", folder.file("pid"), "srv"])
        }
    }

    private static func address(_ number: Int) -> String {
        [24, 16, 8, 0].map { "\(number >> $0 & 0xFF)" }.joined(separator: ".")
    }
}
