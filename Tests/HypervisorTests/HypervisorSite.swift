import Foundation
import Lab
import Testing

/// A whole hypervisor and its region: Open vSwitch, hvflowd, hvaddrd, a member of etcd, rns, and droplets.
///
/// All are processes, which tests kill and start again. Nothing is told to hvaddrd or hvflowd but by rns.
final class HypervisorSite: @unchecked Sendable {
    // Tests are one after another, and so is what uses these.
    let lab: AddressLab
    let etcd: EtcdCluster
    private(set) var flows: Lab.Process?
    private(set) var addresses: Lab.Process?
    private(set) var region: Lab.Process?

    var folder: TemporaryFolder { lab.folder }
    private var flowSocket: String { "unix:" + folder.file("hvflowd.sock") }
    private var regionSocket: String { "unix:" + folder.file("rns.sock") }

    /// What the daemons wrote last.
    var logs: String {
        ["hvflowd", "hvaddrd", "rns"].map { Files.tail(folder.file("\($0).log")) }.joined(separator: "\n")
    }

    init(droplets: Int) async throws {
        lab = try await AddressLab(droplets: droplets)
        etcd = try await EtcdCluster()
        try startFlows()
        try await startAddresses()
        try await startRegion()
        for pool in [
            ["v4", "192.0.2.0/24", "--gateway", "192.0.2.1"], ["v6", "2001:db8::/64"],
            ["prefixes", "2001:db8:100::/40", "--delegated-length", "56"],
        ] { try await rns(["pool", "create"] + pool) }
        try await rns(["hypervisor", "set", "hv1", "unix:\(lab.socket)"])
    }

    deinit { for process in [flows, addresses, region] { process?.kill() } }

    func startFlows() throws {
        var options = Lab.Process.Options()
        options.namespace = lab.ovs.namespace.name
        options.errors = .file(folder.file("hvflowd.log"))
        options.environment = ["SWIFT_BACKTRACE": "enable=no"]
        flows = try Lab.Process(
            AddressLab.binary,
            [
                "hvflowd", "--openflow", "unix:\(lab.ovs.management)", "--database", "unix:\(lab.ovs.databaseSocket)",
                "--store", folder.file("flows"), "--listen", flowSocket,
            ], options: options)
    }

    func startAddresses() async throws { addresses = try await lab.start(flows: flowSocket) }

    func startRegion() async throws {
        let file = try folder.write(
            """
            version: 1
            instance: one
            listen: ["\(regionSocket)"]
            etcd: { endpoints: ["\(etcd.urls[0])"] }
            lease: 2s
            shards: 16

            """, to: "rns.yaml")
        var options = Lab.Process.Options()
        options.errors = .file(folder.file("rns.log"))
        options.environment = ["SWIFT_BACKTRACE": "enable=no"]
        region = try Lab.Process(AddressLab.binary, ["rns", "run", "--verbose", file], options: options)
        try await Wait.until("rns answers", within: .seconds(20), every: .milliseconds(50)) {
            (try? await rns(["status"])) != nil
        }
    }

    func killFlows() async { await Self.kill(&flows) }
    func killAddresses() async { await Self.kill(&addresses) }
    func killRegion() async { await Self.kill(&region) }

    private static func kill(_ process: inout Lab.Process?) async {
        process?.kill()
        await process?.exit()
        process = nil
    }

    @discardableResult
    func rns(_ arguments: [String]) async throws -> String {
        try await Command.output(AddressLab.binary, ["rns"] + arguments + ["--address", regionSocket])
    }

    /// Has rns make a droplet: 192.0.2.1N and 2001:db8::1N on tapN, and whatever prefix comes.
    func create(_ number: Int) async throws {
        let parameters = try folder.write(
            #"{"ipv6":{"routerAdvertisement":{"onLink":true}},"domainSearch":["d\#(number).example.org"],"mtu":14\#(number)0}"#,
            to: "parameters\(number).json")
        try await rns(
            ["droplet", "create", "d\(number)", "--hypervisor", "hv1", "--port", "tap\(number)"]
                + ["--mac", AddressLab.hardware(number), "--hostname", "web-\(number)", "--parameters", parameters]
                + ["--claim", "v4=192.0.2.1\(number)", "--claim", "v6=2001:db8::1\(number)", "--claim", "prefixes"]
                + ["--dns", "192.0.2.5\(number)", "--dns", "2001:db8::5\(number)"])
    }

    /// Waits until a droplet's flows are in the switch.
    func waitForFlows(of number: Int) async throws {
        do {
            try await Wait.until("the flows of d\(number)", within: .seconds(20), every: .milliseconds(50)) {
                try await dump().contains {
                    $0.contains("nw_src=192.0.2.1\(number) ") || $0.contains("nw_src=192.0.2.1\(number),")
                }
            }
        } catch {
            Issue.record("\(logs)")
            throw error
        }
    }

    /// Gives a droplet's interface its addresses, as a client's script does.
    func configure(_ number: Int) async throws {
        let droplet = lab.droplets[number - 1]
        try await droplet.run("ip", ["address", "replace", "192.0.2.1\(number)/24", "dev", "eth0"])
        try await droplet.run("ip", ["address", "replace", "2001:db8::1\(number)/64", "dev", "eth0", "nodad"])
    }

    /// Whether a droplet's ping is answered.
    func reaches(_ number: Int, _ arguments: String...) async -> Bool {
        (try? await lab.droplets[number - 1].run("ping", ["-c", "1", "-W", "1"] + arguments)) != nil
    }

    /// The switch's flows, without what they counted, in order.
    func dump() async throws -> [String] {
        try await lab.ovs.control(["--no-stats", "dump-flows"]).split(separator: "\n")
            .filter { $0.contains("actions=") }.map { String($0.trimmingPrefix { $0 == " " }) }.sorted()
    }
}

/// A ping that goes on, twenty times in a second, until it is counted.
struct RunningPing {
    private let process: Lab.Process
    private let path: String

    init(_ site: HypervisorSite, from number: Int, to target: String) throws {
        path = site.folder.file("ping\(number).log")
        var options = Lab.Process.Options()
        options.namespace = site.lab.droplets[number - 1].name
        options.output = .file(path)
        process = try Lab.Process("ping", ["-n", "-i", "0.05", target], options: options)
    }

    /// Ends it: how many were answered, and which were not.
    ///
    /// The one that is under way as it ends is neither.
    func finish() async -> (answered: Int, lost: [Int]) {
        process.signal(2)
        await process.exit()
        let heard = (Files.text(path) ?? "").split(separator: "\n").compactMap { line in
            line.firstMatch(of: /icmp_seq=(\d+) ttl=/).flatMap { Int($0.1) }
        }
        let sent = (Files.text(path) ?? "").firstMatch(of: /(\d+) packets transmitted/).flatMap { Int($0.1) } ?? 0
        let answered = Set(heard)
        guard sent > 1 else { return (answered.count, []) }
        return (answered.count, (1..<sent).filter { !answered.contains($0) })
    }
}
