import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf

/// Open vSwitch, and hvflowd as a process beside it.
final class FlowLab: Sendable {
    let bridge: OpenVSwitch
    let folder: TemporaryFolder
    let daemon: Guarded
    private let options: [String]

    /// The process, which tests kill and start.
    final class Guarded: @unchecked Sendable {
        // Tests are one after another.
        var process: Lab.Process?
    }

    var socket: String { folder.file("hvflowd.sock") }
    var log: String { folder.file("hvflowd.log") }

    init(_ options: [String] = []) async throws {
        bridge = try await OpenVSwitch()
        folder = try TemporaryFolder("hvflowd")
        daemon = Guarded()
        self.options = options
        try await start()
    }

    /// Starts hvflowd, and waits until it serves and has the switch.
    func start(connected: Bool = true) async throws {
        let runtime = bridge.management.split(separator: "/").dropLast().joined(separator: "/")
        var settings = Lab.Process.Options()
        settings.errors = .file(log)
        settings.environment["SWIFT_BACKTRACE"] = "enable=no"
        daemon.process = try Lab.Process(
            Self.binary,
            [
                "hvflowd", "--ovs-run-dir", "/" + runtime, "--listen", "unix:\(socket)", "--store",
                folder.file("store"),
                "--verbose",
            ] + options, options: settings)
        try await Wait.until("hvflowd: \(Files.tail(log))", within: .seconds(20)) {
            guard let status = try? await status() else { return false }
            return status.connected || !connected
        }
    }

    /// The command lies beside the tests' own binary.
    static var binary: String {
        Program.own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/apus"
    }

    typealias Service = Apus_Hvflow_V1_HVFlow.Client<HTTP2ClientTransport.Posix>

    func call<Result: Sendable>(_ body: (Service) async throws -> Result) async throws -> Result {
        try await ServiceConnection.with(.unix(path: socket)) { try await body(Service(wrapping: $0)) }
    }

    func status() async throws -> Apus_Hvflow_V1_StatusResponse {
        try await call { try await $0.status(.init(), options: ServiceConnection.options(within: .seconds(5))) }
    }

    @discardableResult
    func set(_ flows: [String], generation: UInt64, owner: UInt32 = 1, force: Bool = true) async throws
        -> Apus_Hvflow_V1_ChangeResponse
    {
        try await call { service in
            try await service.setFlows(
                .with {
                    $0.owner = owner
                    $0.generation = generation
                    $0.force = force
                    $0.flows = flows.map { text in
                        .with {
                            $0.text = text; $0.object = 5
                        }
                    }
                }, options: ServiceConnection.options())
        }
    }

    /// The lines of `ovs-ofctl dump-flows`, without what they counted.
    func dump(statistics: Bool = false) async throws -> [String] {
        try await bridge.control((statistics ? [] : ["--no-stats"]) + ["dump-flows"]).split(separator: "\n")
            .map { String($0.trimmingPrefix { $0 == " " }) }.filter { $0.contains("actions=") }
    }

    /// Waits until the switch has so many flows; gives the time that it took.
    @discardableResult
    func wait(flows: Int, within limit: Duration = .seconds(10)) async throws -> Duration {
        let start = ContinuousClock.now
        try await Wait.until("\(flows) flows; \(Files.tail(log))", within: limit) { try await dump().count == flows }
        return ContinuousClock.now - start
    }
}
