import GRPCCore
import GRPCProtobuf
import OpenFlow
import ServiceAPI
import SwiftProtobuf

extension Apus_Hvflow_V1_Flow {
    var item: FlowChange.Item { FlowChange.Item(text, object: object) }
}

extension Apus_Hvflow_V1_Group {
    var item: FlowChange.Item { FlowChange.Item(text, object: object) }
}

extension Apus_Hvflow_V1_Meter {
    var item: FlowChange.Item { FlowChange.Item(text, object: object) }
}

extension FlowReport {
    /// As it goes over the wire.
    var message: Apus_Hvflow_V1_FlowStatus {
        .with {
            $0.owner = UInt32(owner)
            $0.object = object
            $0.text = text
            $0.state =
                switch state {
                case .installed: .installed
                case .pending: .pending
                case .rejected: .rejected
                case .waiting: .waiting
                case .foreign: .foreign
                }
            $0.reason = reason
            guard let statistics else { return }
            $0.installed = statistics.text(statistics: false)
            $0.cookie = statistics.cookie
            $0.packets = statistics.packets
            $0.octets = statistics.octetsCounted
            $0.seconds = Double(statistics.seconds) + Double(statistics.nanoseconds) / 1e9
        }
    }
}

extension FlowEvent {
    /// As it goes over the wire, without its place in the log.
    var message: Apus_Hvflow_V1_WatchResponse {
        .with {
            switch self {
            case .changed(let owner, let summary):
                $0.changed = .with {
                    $0.owner = UInt32(owner)
                    $0.generation = summary.generation
                    $0.revision = summary.revision
                    $0.added = UInt32(summary.added)
                    $0.changed = UInt32(summary.changed)
                    $0.removed = UInt32(summary.removed)
                }
            case .reconciled(let trigger, let added, let changed, let removed, let revision):
                $0.reconciled = .with {
                    $0.trigger = trigger
                    $0.added = UInt32(added)
                    $0.changed = UInt32(changed)
                    $0.removed = UInt32(removed)
                    $0.revision = revision
                }
            case .port(let name, let number, let previous):
                $0.port = .with {
                    $0.name = name
                    $0.number = number
                    $0.previous = previous
                }
            case .connected(let isConnected, let reason):
                $0.switch = .with {
                    $0.connected = isConnected
                    $0.reason = reason
                }
            case .rejected(let owner, let object, let text, let reason):
                $0.rejected = .with {
                    $0.owner = UInt32(owner)
                    $0.object = object
                    $0.text = text
                    $0.reason = reason
                }
            }
        }
    }
}

extension FlowFailure {
    /// As gRPC tells it.
    var status: any Error {
        switch self {
        case .invalid(let violations):
            return InvalidArgument(violations) ?? InvalidArgument("request", "it is wrong")
        case .precondition(let reason): return RPCError(code: .failedPrecondition, message: reason)
        case .exists(let field, let reason):
            return GoogleRPCStatus(
                code: .alreadyExists, message: "\(field): \(reason)",
                details: .errorInfo(reason: "ALREADY_EXISTS", domain: "hvflowd", metadata: ["field": field]))
        case .exhausted(let reason): return RPCError(code: .resourceExhausted, message: reason)
        case .storage(let reason): return RPCError(code: .internalError, message: reason)
        case .refused(let field, let error, let type, let number):
            let code: RPCError.Code =
                switch (type, number) {
                // OFPFMFC_TABLE_FULL, OFPMMFC_OUT_OF_METERS and OUT_OF_BANDS.
                case (5, 1), (12, 10), (12, 11): .resourceExhausted
                case (5, 3), (12, 1): .alreadyExists
                // OFPBAC_BAD_OUT_GROUP, OFPBAC_BAD_OUT_PORT and OFPMMFC_UNKNOWN_METER: what it names is not there.
                case (2, 9), (2, 4), (12, 3): .notFound
                case (5, 4), (1, 5), (2, 6): .permissionDenied
                // What a single item is not to blame for.
                case _ where field.isEmpty: .internalError
                default: .invalidArgument
                }
            let place = field.isEmpty ? "" : "\(field): "
            var details: [ErrorDetails] = [
                .errorInfo(
                    reason: error, domain: "openflow",
                    metadata: ["field": field, "type": "\(type)", "code": "\(number)"])
            ]
            if code == .invalidArgument {
                details.append(.badRequest(violations: [.init(field: field, description: error)]))
            }
            return GoogleRPCStatus(code: code, message: "\(place)the switch refused it: \(error)", details: details)
        }
    }
}
