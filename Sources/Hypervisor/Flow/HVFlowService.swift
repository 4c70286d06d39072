package import GRPCCore
import GRPCProtobuf
import Logging
package import ServiceAPI
import ServiceLifecycle
import SwiftProtobuf

/// The gRPC service of hvflowd: requests into changes, and what came of them into responses.
package struct HVFlowService: Apus_Hvflow_V1_HVFlow.SimpleServiceProtocol {
    private let controller: FlowController
    private let version: String

    /// Serves a controller.
    package init(_ controller: FlowController, version: String) {
        (self.controller, self.version) = (controller, version)
    }

    /// The most flows in one message of a list.
    private static let page = 500

    package func addFlows(
        request: Apus_Hvflow_V1_AddFlowsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_ChangeResponse {
        let (flows, meters, groups) = (
            request.flows.map(\.item), request.meters.map(\.item), request.groups.map(\.item)
        )
        let replaced: Set<UInt32>? =
            request.replacesObjects ? Set(request.objects).union((flows + meters + groups).map(\.object)) : nil
        if !request.replacesObjects, !request.objects.isEmpty {
            throw InvalidArgument("objects", "they are for replaces_objects alone; set it")
        }
        return try await change(
            FlowChange(
                .add(replacing: replaced), owner: try owner(request.owner), flows: flows, meters: meters,
                groups: groups, generation: request.hasGeneration ? request.generation : nil,
                expectedGeneration: request.hasExpectedGeneration ? request.expectedGeneration : nil))
    }

    package func deleteFlows(
        request: Apus_Hvflow_V1_DeleteFlowsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_ChangeResponse {
        if request.objects.isEmpty, request.flows.isEmpty {
            throw InvalidArgument("objects", "say which objects' flows go, or which flows")
        }
        return try await change(
            FlowChange(
                .delete(objects: Set(request.objects)), owner: try owner(request.owner),
                flows: request.flows.map { FlowChange.Item($0) },
                generation: request.hasGeneration ? request.generation : nil,
                expectedGeneration: request.hasExpectedGeneration ? request.expectedGeneration : nil,
                force: request.force))
    }

    package func setFlows(
        request: Apus_Hvflow_V1_SetFlowsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_ChangeResponse {
        try await change(
            FlowChange(
                .set, owner: try owner(request.owner), flows: request.flows.map(\.item),
                meters: request.meters.map(\.item), groups: request.groups.map(\.item), generation: request.generation,
                expectedGeneration: request.hasExpectedGeneration ? request.expectedGeneration : nil,
                force: request.force))
    }

    package func diff(
        request: Apus_Hvflow_V1_DiffRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_DiffResponse {
        let change = FlowChange(
            .set, owner: try owner(request.owner), flows: request.flows.map(\.item), meters: request.meters.map(\.item),
            groups: request.groups.map(\.item))
        do {
            let difference = try await controller.difference(change)
            return .with {
                $0.added = difference.added
                $0.changed = difference.changed
                $0.removed = difference.removed
                $0.unchanged = UInt32(difference.unchanged)
                $0.missingPorts = difference.missingPorts
                $0.needsForce = difference.needsForce
            }
        } catch {
            throw error.status
        }
    }

    package func listFlows(
        request: Apus_Hvflow_V1_ListFlowsRequest, response: RPCWriter<Apus_Hvflow_V1_ListFlowsResponse>,
        context: ServerContext
    ) async throws {
        let owner = request.owner == 0 ? nil : try owner(request.owner)
        let reports = await controller.list(
            owner: owner, objects: Set(request.objects), foreign: request.foreign)
        for start in stride(from: 0, to: reports.count, by: Self.page) {
            let page = reports[start..<min(start + Self.page, reports.count)]
            try await response.write(.with { $0.flows = page.map(\.message) })
        }
    }

    package func watch(
        request: Apus_Hvflow_V1_WatchRequest, response: RPCWriter<Apus_Hvflow_V1_WatchResponse>,
        context: ServerContext
    ) async throws {
        let only = request.owner == 0 ? nil : try owner(request.owner)
        let log = controller.events
        guard let (start, missed) = log.start(request.resumeToken) else {
            throw InvalidArgument("resume_token", "it is not one of an event's")
        }
        try await response.write(
            .with {
                $0.resumeToken = log.token(behind: start - 1)
                $0.begun = .with { $0.missed = missed }
            })
        // A watch has no end of its own.
        try await cancelWhenGracefulShutdown {
            var number = start
            while let (entries, lost) = await log.entries(from: number) {
                number += lost + UInt64(entries.count)
                if lost > 0 {
                    try await response.write(
                        .with {
                            $0.resumeToken = log.token(behind: number - UInt64(entries.count) - 1)
                            $0.begun = .with { $0.missed = true }
                        })
                }
                for entry in entries where only == nil || entry.event.owner == nil || entry.event.owner == only {
                    var message = entry.event.message
                    message.resumeToken = log.token(behind: entry.number)
                    message.time = entry.time
                    message.lag = log.next - 1 - entry.number
                    try await response.write(message)
                }
            }
        }
    }

    package func trace(
        request: Apus_Hvflow_V1_TraceRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_TraceResponse {
        guard !request.flow.isEmpty else { throw InvalidArgument("flow", "say what packet it is about") }
        do {
            let text = try await controller.trace(request.flow)
            return .with { $0.text = text }
        } catch let refusal as SwitchControl.Refusal {
            throw InvalidArgument("flow", refusal.text.split(separator: "\n").first.map(String.init) ?? "refused")
        } catch let error as HypervisorError {
            throw RPCError(code: .unavailable, message: "\(error)")
        }
    }

    package func ports(
        request: Apus_Hvflow_V1_PortsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_PortsResponse {
        let ports = await controller.ports()
        return .with {
            $0.ports = ports.map { port in
                .with {
                    $0.name = port.name
                    $0.number = port.number
                    $0.hardwareAddress = port.address
                    $0.isUp = port.isUp
                    $0.externalIds = port.identifiers
                    $0.error = port.error
                    $0.flows = UInt32(port.flows)
                }
            }
        }
    }

    package func status(
        request: Apus_Hvflow_V1_StatusRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_StatusResponse {
        let status = await controller.status()
        return .with {
            $0.version = version
            $0.bridge = status.bridge
            $0.connected = status.isConnected
            $0.reason = status.reason
            $0.datapath = status.datapath
            $0.revision = status.revision
            $0.programmedRevision = status.programmedRevision
            $0.foreignFlows = UInt64(status.foreignFlows)
            $0.reconciliations = status.reconciliations
            $0.repaired = status.repaired
            $0.databaseConnected = status.isDatabaseConnected
            $0.owners = status.owners.map { owner in
                .with {
                    $0.owner = UInt32(owner.owner)
                    $0.generation = owner.generation
                    $0.flows = UInt32(owner.flows)
                    $0.installed = UInt32(owner.installed)
                    $0.pending = UInt32(owner.pending)
                    $0.rejected = UInt32(owner.rejected)
                    $0.meters = UInt32(owner.meters)
                    $0.groups = UInt32(owner.groups)
                }
            }
        }
    }

    private func owner(_ number: UInt32) throws(InvalidArgument) -> UInt16 {
        guard let owner = UInt16(exactly: number), owner != 0 else {
            throw InvalidArgument("owner", "it is 1 to 65535, not \(number)")
        }
        return owner
    }

    private func change(_ change: FlowChange) async throws -> Apus_Hvflow_V1_ChangeResponse {
        do {
            let summary = try await controller.change(change)
            return .with {
                $0.generation = summary.generation
                $0.revision = summary.revision
                $0.added = UInt32(summary.added)
                $0.changed = UInt32(summary.changed)
                $0.removed = UInt32(summary.removed)
                $0.unchanged = UInt32(summary.unchanged)
                $0.programmed = summary.isProgrammed
                $0.missingPorts = summary.missingPorts
            }
        } catch {
            throw error.status
        }
    }
}
