import ArgumentParser
import GRPCCore
import ServiceAPI
import SwiftProtobuf

extension Apus_Hvflow_V1_FlowState {
    var word: String {
        switch self {
        case .installed: "installed"
        case .pending: "pending"
        case .rejected: "rejected"
        case .waiting: "waiting"
        case .foreign: "foreign"
        default: "unknown"
        }
    }
}

struct HVFlowList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the flows that are wanted, what they counted, and what keeps some off the switch.")
    @OptionGroup var options: HVFlowOptions
    @Option(help: "Only of this owner.")
    var owner: UInt32 = 0
    @Option(parsing: .upToNextOption, help: "Only of these objects.")
    var objects: [UInt32] = []
    @Flag(help: "Also flows that are not hvflowd's.")
    var foreign = false

    func run() async throws {
        let message = Apus_Hvflow_V1_ListFlowsRequest.with {
            $0.owner = owner
            $0.objects = objects
            $0.foreign = foreign
        }
        let flows = try await options.call { service in
            try await service.listFlows(message, options: options.call) { response in
                var flows: [Apus_Hvflow_V1_FlowStatus] = []
                for try await page in response.messages { flows += page.flows }
                return flows
            }
        }
        if options.json {
            for flow in flows { try options.print(flow) }
            return
        }
        let rows = flows.map { flow in
            [
                flow.state.word, "\(flow.owner)", "\(flow.object)", "\(flow.packets)", "\(flow.octets)",
                flow.reason.isEmpty ? flow.text : "\(flow.text)  (\(flow.reason))",
            ]
        }
        let lines = Table(["STATE", "OWNER", "OBJECT", "PACKETS", "OCTETS", "FLOW"], numbersFrom: 6)
            .lines(rows, Style(of: .standardOutput))
        Stream.standardOutput.write(lines.map { $0 + "\n" }.joined())
    }
}

struct HVFlowTrace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show what the switch would do with a packet.")
    @OptionGroup var options: HVFlowOptions
    @Argument(help: "A packet, as a flow: in_port=tap17,udp,tp_dst=67.")
    var flow: String

    func run() async throws {
        let message = Apus_Hvflow_V1_TraceRequest.with { $0.flow = flow }
        let response = try await options.call { try await $0.trace(message, options: options.call) }
        if options.json { return try options.print(response) }
        Stream.standardOutput.write(response.text.hasSuffix("\n") ? response.text : response.text + "\n")
    }
}

struct HVFlowPorts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ports", abstract: "Show the bridge's ports.")
    @OptionGroup var options: HVFlowOptions

    func run() async throws {
        let response = try await options.call { try await $0.ports(.init(), options: options.call) }
        if options.json { return try options.print(response) }
        let rows = response.ports.map { port in
            [
                port.name, port.number == 0 ? "-" : "\(port.number)", port.isUp ? "up" : "down", port.hardwareAddress,
                "\(port.flows)",
                port.error.isEmpty
                    ? port.externalIds.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
                    : port.error,
            ]
        }
        let lines = Table(["PORT", "NUMBER", "LINK", "ADDRESS", "FLOWS", "NOTES"], numbersFrom: 6)
            .lines(rows, Style(of: .standardOutput))
        Stream.standardOutput.write(lines.map { $0 + "\n" }.joined())
    }
}

struct HVFlowStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how hvflowd and the bridge are; the exit code is 4 if the switch lacks something.")
    @OptionGroup var options: HVFlowOptions

    func run() async throws {
        let status = try await options.call { try await $0.status(.init(), options: options.call) }
        if options.json {
            try options.print(status)
        } else {
            var text =
                status.connected
                ? "bridge \(status.bridge): connected, datapath \(String(status.datapath, radix: 16))\n"
                : "bridge \(status.bridge): away (\(status.reason))\n"
            text += "database: \(status.databaseConnected ? "connected" : "away")\n"
            text +=
                "revision \(status.revision), the switch has \(status.programmedRevision); "
                + "\(status.reconciliations) reconciliations, \(status.repaired) flows put right, "
                + "\(status.foreignFlows) foreign flows\n"
            let rows = status.owners.map { owner in
                [owner.owner, owner.flows, owner.installed, owner.pending, owner.rejected, owner.meters].map { "\($0)" }
                    + ["\(owner.generation)"]
            }
            let lines = Table(
                ["OWNER", "FLOWS", "INSTALLED", "PENDING", "REJECTED", "METERS", "GENERATION"], numbersFrom: 0
            ).lines(rows, Style(of: .standardOutput))
            Stream.standardOutput.write(text + lines.map { $0 + "\n" }.joined())
        }
        guard status.connected, status.owners.allSatisfy({ $0.rejected == 0 }) else {
            Exit.different.leave()
        }
    }
}

struct HVFlowWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show what happens, until Ctrl-C or for a number of events.")
    @OptionGroup var options: HVFlowOptions
    @Option(help: "Only what is about this owner, or about none.")
    var owner: UInt32 = 0
    @Option(help: "Go on behind the event with this token.")
    var resume = ""
    @Option(help: "End after so many events.")
    var count: Int?

    func run() async throws {
        let message = Apus_Hvflow_V1_WatchRequest.with {
            $0.owner = owner
            $0.resumeToken = resume
        }
        let options = options
        let count = count
        try await options.call { service in
            var call = options.call
            call.timeout = nil
            try await service.watch(message, options: call) { response in
                var seen = 0
                for try await event in response.messages {
                    if options.json { try options.print(event) } else { Stream.standardOutput.write(Self.line(event)) }
                    seen += 1
                    if let count, seen >= count { return }
                }
            }
        }
    }

    private static func line(_ event: Apus_Hvflow_V1_WatchResponse) -> String {
        let text: String =
            switch event.event {
            case .begun(let begun): begun.missed ? "events are missing: list again" : "watching"
            case .changed(let change):
                "owner \(change.owner) generation \(change.generation): \(change.added) added, \(change.changed) changed, \(change.removed) removed"
            case .reconciled(let done):
                "put right (\(done.trigger)): \(done.added) added, \(done.changed) changed, \(done.removed) removed"
            case .port(let port): "port \(port.name): \(port.previous) -> \(port.number)"
            case .switch(let state): state.connected ? "switch connected" : "switch away: \(state.reason)"
            case .rejected(let flow):
                "owner \(flow.owner) object \(flow.object): rejected, \(flow.reason): \(flow.text)"
            case nil: "something unknown"
            }
        return "\(event.resumeToken)  \(text)\n"
    }
}
