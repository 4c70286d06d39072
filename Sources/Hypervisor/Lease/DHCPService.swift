import DHCP
package import DHCPServer
package import GRPCCore
package import ServiceAPI
import ServiceLifecycle
import SwiftProtobuf

/// What operators and programs call of a DHCP server: `apus.dhcp.v1.DHCP`.
package struct DHCPService: Apus_Dhcp_V1_DHCP.SimpleServiceProtocol {
    private let control: ServerControl

    /// The most leases of a page.
    static let pageLimit = 500

    /// Serves what `control` reaches.
    package init(_ control: ServerControl) { self.control = control }

    package func list(
        request: Apus_Dhcp_V1_ListRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_ListResponse {
        var check = RequestCheck()
        let match = request.match.isEmpty ? nil : LeaseMatch(request.match)
        check.require(
            request.match.isEmpty || match != nil, "match",
            "'\(request.match)' is neither an address nor a hardware address nor a client")
        check.require(request.pageSize <= Self.pageLimit, "page_size", "it is up to \(Self.pageLimit)")
        var place = request.pageToken.isEmpty ? LeasePageToken() : LeasePageToken(request.pageToken)
        check.require(place != nil, "page_token", "it is no token of a List")
        try check.finish()
        if case .address(let address) = match {
            let lease = try await answering { () throws(ServerControl.Refusal) in try await control.lease(of: address) }
            return .with { $0.leases = lease.map { [Apus_Dhcp_V1_Lease($0)] } ?? [] }
        }
        let limit = request.pageSize == 0 ? Self.pageLimit : Int(request.pageSize)
        var answer = Apus_Dhcp_V1_ListResponse()
        while let from = place, answer.leases.count < limit {
            let room = limit - answer.leases.count
            let page = try await answering { () throws(ServerControl.Refusal) in
                try await control.page(of: from.family, from: from.slot, limit: room, matching: match)
            }
            answer.leases += page.leases.map { Apus_Dhcp_V1_Lease($0) }
            place = from.next(page.next)
        }
        answer.nextPageToken = place?.text ?? ""
        return answer
    }

    package func get(
        request: Apus_Dhcp_V1_GetRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_GetResponse {
        let address = try Self.address(request.address)
        let lease = try await answering { () throws(ServerControl.Refusal) in try await control.lease(of: address) }
        guard let lease else {
            throw RPCError(code: .notFound, message: "there is no lease of '\(request.address)'")
        }
        return .with { $0.lease = Apus_Dhcp_V1_Lease(lease) }
    }

    package func release(
        request: Apus_Dhcp_V1_ReleaseRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_ReleaseResponse {
        let address = try Self.address(request.address)
        try await answering { () throws(ServerControl.Refusal) in try await control.release(address) }
        return Apus_Dhcp_V1_ReleaseResponse()
    }

    package func renew(
        request: Apus_Dhcp_V1_RenewRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_RenewResponse {
        let address = try Self.address(request.address)
        try await answering { () throws(ServerControl.Refusal) in try await control.renew(address) }
        return Apus_Dhcp_V1_RenewResponse()
    }

    package func reserve(
        request: Apus_Dhcp_V1_ReserveRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_ReserveResponse {
        let address = try Self.address(request.address)
        try await answering { () throws(ServerControl.Refusal) in
            try await control.reserve(address, for: request.client)
        }
        return Apus_Dhcp_V1_ReserveResponse()
    }

    package func unreserve(
        request: Apus_Dhcp_V1_UnreserveRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_UnreserveResponse {
        let address = try Self.address(request.address)
        try await answering { () throws(ServerControl.Refusal) in try await control.unreserve(address) }
        return Apus_Dhcp_V1_UnreserveResponse()
    }

    package func stats(
        request: Apus_Dhcp_V1_StatsRequest, context: ServerContext
    ) async throws -> Apus_Dhcp_V1_StatsResponse {
        let statistics = try await answering { () throws(ServerControl.Refusal) in try await control.statistics() }
        return Apus_Dhcp_V1_StatsResponse(statistics)
    }

    package func watch(
        request: Apus_Dhcp_V1_WatchRequest, response: RPCWriter<Apus_Dhcp_V1_WatchResponse>, context: ServerContext
    ) async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await control.watch { events in
                        for event in events { try await response.write(Apus_Dhcp_V1_WatchResponse(event)) }
                    }
                }
                // Where nothing changes nothing is written, and a caller that goes is not noticed by that.
                group.addTask { try await context.cancellation.cancelled }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private static func address(_ text: String) throws(InvalidArgument) -> LeaseAddress {
        guard let address = LeaseAddress(text) else { throw InvalidArgument("address", "'\(text)' is no address") }
        return address
    }

    /// Runs `body`, and says what it throws in gRPC's words.
    private func answering<Answer>(
        _ body: () async throws(ServerControl.Refusal) -> Answer
    ) async throws -> Answer {
        do throws(ServerControl.Refusal) {
            return try await body()
        } catch {
            switch error {
            case .invalid(let field, let reason): throw InvalidArgument(field, reason)
            case .unknown(let reason): throw RPCError(code: .notFound, message: reason)
            case .impossible(let reason): throw RPCError(code: .failedPrecondition, message: reason)
            case .unwritten(let reason): throw RPCError(code: .unavailable, message: reason)
            case .busy: throw RPCError(code: .deadlineExceeded, message: "the server did not answer in time")
            }
        }
    }
}

/// Where a page of leases begins.
struct LeasePageToken: Equatable {
    private(set) var family = LeaseAddress.Family.v4
    private(set) var slot = 0

    /// The first page's.
    init() {}

    private init(_ family: LeaseAddress.Family, _ slot: Int) { (self.family, self.slot) = (family, slot) }

    /// Reads what `text` wrote.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let slot = Int(parts[1]), slot >= 0 else { return nil }
        switch parts[0] {
        case "4": self.init(.v4, slot)
        case "6": self.init(.v6, slot)
        default: return nil
        }
    }

    var text: String { "\(family == .v4 ? 4 : 6).\(slot)" }

    /// Where to go on after a page whose own family goes on at `slot`; nil at the end.
    func next(_ slot: Int?) -> LeasePageToken? {
        if let slot { return LeasePageToken(family, slot) }
        return family == .v4 ? LeasePageToken(.v6, 0) : nil
    }
}
