import Foundation
import Lab
import Testing

/// A whole hypervisor and its region: Open vSwitch, hvflowd, hvaddrd, etcd, rns, and droplets.
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

    /// etcd has so many members.
    init(droplets: Int, members: Int = 1) async throws {
        lab = try await AddressLab(droplets: droplets)
        etcd = try await EtcdCluster(members)
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

    func startFlows() throws { flows = try lab.startFlows().process }

    func startAddresses() async throws { addresses = try await lab.start(flows: flowSocket) }

    func startRegion() async throws {
        let file = try folder.write(
            """
            version: 1
            instance: one
            listen: ["\(regionSocket)"]
            etcd: { endpoints: \(etcd.urls) }
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
