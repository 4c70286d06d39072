import ArgumentParser
import ServiceAPI
import SwiftProtobuf

/// Says what a change did.
private func report(_ response: Apus_Hvflow_V1_ChangeResponse, _ options: HVFlowOptions) throws {
    guard !options.json else { return try options.print(response) }
    var text =
        "\(response.added) added, \(response.changed) changed, \(response.removed) removed, "
        + "\(response.unchanged) unchanged; generation \(response.generation), revision \(response.revision)\n"
    if !response.missingPorts.isEmpty {
        text += "waiting for ports: \(response.missingPorts.joined(separator: ", "))\n"
    }
    if !response.programmed { text += "the switch does not have it yet\n" }
    Stream.standardOutput.write(text)
}

struct HVFlowAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add flows, meters and groups, or replace those with the same table, priority and match.")
    @OptionGroup var options: HVFlowOptions
    @OptionGroup var items: HVFlowItems
    @Flag(help: "What else the object has goes.")
    var replaceObject = false

    func run() async throws {
        var request = Apus_Hvflow_V1_AddFlowsRequest()
        request.owner = items.owner
        request.flows = try items.items()
        request.meters = items.meters
        request.groups = items.groups
        guard !request.flows.isEmpty || !request.meters.isEmpty || !request.groups.isEmpty || replaceObject else {
            throw ValidationError("say which flows")
        }
        request.replacesObjects = replaceObject
        if replaceObject { request.objects = [items.object] }
        let message = request
        try report(try await options.call { try await $0.addFlows(message, options: options.call) }, options)
    }
}

struct HVFlowDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Take flows away: those of objects, or with the same table, priority and match.")
    @OptionGroup var options: HVFlowOptions
    @Option(help: "The owner's number.")
    var owner: UInt32 = 2
    @Option(parsing: .upToNextOption, help: "Objects whose flows go.")
    var objects: [UInt32] = []
    @Flag(help: "Even if it is more than the allowed share.")
    var force = false
    @Argument(help: "Flows, without actions.")
    var flows: [String] = []

    func run() async throws {
        let message = Apus_Hvflow_V1_DeleteFlowsRequest.with {
            $0.owner = owner
            $0.objects = objects
            $0.flows = flows
            $0.force = force
        }
        try report(try await options.call { try await $0.deleteFlows(message, options: options.call) }, options)
    }
}

struct HVFlowSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make an owner's flows, meters and groups exactly these.")
    @OptionGroup var options: HVFlowOptions
    @OptionGroup var items: HVFlowItems
    @Option(help: "The owner's count of its changes; by default one more than it is now.")
    var generation: UInt64?
    @Flag(help: "Even if it removes more than the allowed share.")
    var force = false

    func run() async throws {
        let flows = try items.items()
        let response = try await options.call { service in
            var message = Apus_Hvflow_V1_SetFlowsRequest()
            message.owner = items.owner
            message.flows = flows
            (message.meters, message.groups) = (items.meters, items.groups)
            message.force = force
            if let generation {
                message.generation = generation
            } else {
                // Nobody may have changed it between the two calls.
                let status = try await service.status(.init(), options: options.call)
                let now = status.owners.first { $0.owner == items.owner }?.generation ?? 0
                message.expectedGeneration = now
                message.generation = now + 1
            }
            return try await service.setFlows(message, options: options.call)
        }
        try report(response, options)
    }
}

struct HVFlowDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what 'set' would change; the exit code is 4 if anything.")
    @OptionGroup var options: HVFlowOptions
    @OptionGroup var items: HVFlowItems

    func run() async throws {
        let message = Apus_Hvflow_V1_DiffRequest.with { $0.owner = items.owner }
        var request = message
        request.flows = try items.items()
        (request.meters, request.groups) = (items.meters, items.groups)
        let sent = request
        let response = try await options.call { try await $0.diff(sent, options: options.call) }
        if options.json {
            try options.print(response)
        } else {
            let style = Style(of: .standardOutput)
            var text = response.removed.map { style.red("- \($0)") + "\n" }.joined()
            text += response.changed.map { style.yellow("! \($0)") + "\n" }.joined()
            text += response.added.map { style.green("+ \($0)") + "\n" }.joined()
            text += "\(response.unchanged) unchanged\n"
            if response.needsForce { text += "'set' would need --force\n" }
            Stream.standardOutput.write(text)
        }
        guard response.added.isEmpty, response.changed.isEmpty, response.removed.isEmpty else {
            Exit.different.leave()
        }
    }
}
