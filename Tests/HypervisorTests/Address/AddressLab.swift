import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Testing
import Wire

/// Open vSwitch in user space with addr0, hvaddrd in its namespace, and droplets in theirs.
final class AddressLab: Sendable {
    let ovs: OpenVSwitch
    let folder: TemporaryFolder
    let droplets: [Namespace]

    typealias Service = Apus_Hvaddr_V1_HVAddr.Client<HTTP2ClientTransport.Posix>

    static let plan = BridgePlan(gateway: DropletSite.gateway)

    /// The binary, built beside the tests.
    static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["APUS"] { return path }
        return Program.own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/apus"
    }()

    static func isPossible(_ programs: String...) async -> Bool {
        guard programs.allSatisfy({ Program.find($0) != nil }) else { return false }
        return await OpenVSwitch.isPossible()
    }

    /// `offload` leaves the droplets' sums to hardware that there is none of.
    init(droplets count: Int, offload: Bool = false) async throws {
        ovs = try await OpenVSwitch()
        folder = try TemporaryFolder("hvaddr")
        try await Self.addPort(ovs)
        var droplets: [Namespace] = []
        for number in 1...max(1, count) where count > 0 {
            let droplet = try await Namespace("droplet\(number)")
            try await ovs.plug(droplet, port: "tap\(number)", number: number)
            if offload { try await droplet.run("ethtool", ["-K", "eth0", "tx", "on"]) }
            try await droplet.run("ip", ["link", "set", "eth0", "down"])
            try await droplet.run("ip", ["link", "set", "eth0", "address", Self.hardware(number)])
            for setting in ["accept_ra=2", "dad_transmits=0"] {
                try await droplet.run("sysctl", ["-qw", "net.ipv6.conf.eth0.\(setting)"])
            }
            try await droplet.run("ip", ["link", "set", "eth0", "up"])
            // Clients want a link-local address, which comes a moment after the link.
            try await Wait.until("a link-local address", within: .seconds(5), every: .milliseconds(50)) {
                try await droplet.run("ip", ["-6", "address", "show", "dev", "eth0", "scope", "link", "-tentative"])
                    .contains("fe80:")
            }
            droplets.append(droplet)
        }
        self.droplets = droplets
    }

    /// Makes addr0, without an address of its own.
    static func addPort(_ ovs: OpenVSwitch, number: Int = 100) async throws {
        try await ovs.configure([
            "add-port", "br0", "addr0", "--", "set", "interface", "addr0", "type=internal",
            "ofport_request=\(number)",
        ])
        try await ovs.namespace.run("sysctl", ["-qw", "net.ipv6.conf.addr0.disable_ipv6=1"])
        try await ovs.namespace.run("ip", ["link", "set", "addr0", "up"])
    }

    static func hardware(_ number: Int) -> String { "02:00:00:00:01:0\(number)" }

    static func parameters(
        _ number: Int, _ change: (inout Apus_Hvaddr_V1_Parameters) -> Void = { _ in }
    ) -> Apus_Hvaddr_V1_Parameters {
        DropletSite.message {
            $0.port = "tap\(number)"
            $0.mac = hardware(number)
            $0.ipv4.address = "192.0.2.1\(number)/24"
            $0.ipv6.addresses = ["2001:db8::1\(number)/64"]
            $0.ipv6.delegatedPrefixes = ["2001:db8:\(number)00::/56"]
            change(&$0)
        }
    }

    var socket: String { folder.file("hvaddrd.sock") }
    var log: String { Files.text(folder.file("hvaddrd.log")) ?? "" }

    /// Starts hvaddrd in the bridge's namespace.
    func start(flows: String = "none", uplink: String? = nil) async throws -> Lab.Process {
        var options = Lab.Process.Options()
        options.namespace = ovs.namespace.name
        options.errors = .file(folder.file("hvaddrd.log"))
        options.environment = ["SWIFT_BACKTRACE": "enable=no"]
        let before = log.split(separator: "\n").count { $0.contains("ready") }
        let process = try Lab.Process(
            Self.binary,
            [
                "hvaddrd", "--verbose", "--store", folder.file("hvaddrd.sqlite"), "--listen", "unix:\(socket)",
                "--flows", flows,
            ] + (uplink.map { ["--uplink", $0] } ?? []), options: options)
        do {
            try await Wait.until("hvaddrd is ready", within: .seconds(10), every: .milliseconds(20)) {
                log.split(separator: "\n").count { $0.contains("ready") } > before
            }
        } catch {
            Issue.record("\(log)")
            throw error
        }
        return process
    }

    /// Starts hvflowd in the bridge's namespace, and gives where it serves.
    func startFlows() throws -> (process: Lab.Process, address: String) {
        let address = "unix:" + folder.file("hvflowd.sock")
        var options = Lab.Process.Options()
        options.namespace = ovs.namespace.name
        options.errors = .file(folder.file("hvflowd.log"))
        options.environment = ["SWIFT_BACKTRACE": "enable=no"]
        let process = try Lab.Process(
            Self.binary,
            [
                "hvflowd", "--openflow", "unix:\(ovs.management)", "--database", "unix:\(ovs.databaseSocket)",
                "--store", folder.file("flows"), "--listen", address,
            ], options: options)
        return (process, address)
    }

    func call<Result: Sendable>(_ body: (Service) async throws -> Result) async throws -> Result {
        try await ServiceConnection.with(.unix(path: socket)) { try await body(Service(wrapping: $0)) }
    }

    @discardableResult
    func set(
        _ number: Int, generation: UInt64 = 1, _ change: (inout Apus_Hvaddr_V1_Parameters) -> Void = { _ in }
    ) async throws -> Apus_Hvaddr_V1_SetParametersResponse {
        let parameters = Self.parameters(number, change)
        return try await call { service in
            try await service.setParameters(
                .with {
                    $0.dropletID = "d\(number)"
                    $0.generation = generation
                    $0.parameters = parameters
                })
        }
    }

    /// Installs the flows of these droplets by ovs-ofctl; tags are given in the order that droplets are set.
    func install(_ parameters: [Int: Apus_Hvaddr_V1_Parameters]) async throws {
        var flows = Self.plan.flows
        _ = try? await ovs.control(["del-meters"])
        for (number, message) in parameters.sorted(by: { $0.key < $1.key }) {
            let made = DropletFlows(try DropletParameters(reading: message), tag: UInt16(number), on: Self.plan)
            flows += made.flows
            for meter in made.meters { try await ovs.control(["add-meter"], [meter]) }
        }
        // Names of ports go by the switch's numbers: ovs-ofctl asks for them itself, but not in bundles of a file.
        try Files.write(flows.joined(separator: "\n") + "\n", to: folder.file("flows"))
        try await ovs.control(["--names", "--bundle", "replace-flows"], [folder.file("flows")])
    }

    /// Gets an address with udhcpc; what it says.
    func udhcpc(_ number: Int, tries: Int = 5) async throws -> String {
        try await droplets[number - 1].run(
            "sh", ["-c", "timeout 20 busybox udhcpc -i eth0 -n -q -f -t \(tries) -T 1 -s /bin/true 2>&1 || true"])
    }

    /// Runs a client for a time, or until its output has a text; gives the output.
    func run(
        _ number: Int, _ program: String, _ arguments: [String], until text: String, seconds: Int = 15
    ) async throws -> String {
        var options = Lab.Process.Options()
        options.namespace = droplets[number - 1].name
        let path = folder.file("client\(number).log")
        Files.remove(path)
        options.output = .file(path)
        options.errors = .file(path)
        let process = try Lab.Process(program, arguments, options: options)
        defer { process.kill() }
        _ = try? await Wait.until("it says so", within: .seconds(seconds), every: .milliseconds(50)) {
            (Files.text(path) ?? "").contains(text)
        }
        return Files.text(path) ?? ""
    }
}
