import GRPCCore
import Linux
package import ServiceAPI
import SwiftProtobuf
import Wire

extension Region {
    /// Replaces a droplet's parameters; its addresses stay.
    package func update(_ request: Apus_Rns_V1_UpdateDropletRequest) async throws(RegionError) -> Apus_Rns_V1_Droplet {
        try RegionCheck.id(request.id)
        return try await change(request.id) { (droplet) throws(RegionError) in
            if request.generation != 0, request.generation != droplet.generation {
                throw RegionError(
                    .aborted, "generation",
                    "the droplet is at generation \(droplet.generation), not \(request.generation)")
            }
            let old = droplet.parameters
            droplet.parameters = try Self.merging(request.parameters, into: old)
            try RegionCheck.parameters(droplet.parameters)
            return droplet.parameters != old
        }
    }

    /// Puts a droplet on another hypervisor.
    package func move(_ request: Apus_Rns_V1_MoveDropletRequest) async throws(RegionError) -> Apus_Rns_V1_Droplet {
        try RegionCheck.id(request.id)
        try RegionCheck.hypervisor(request.hypervisor)
        if !request.port.isEmpty { try RegionCheck.port(request.port, field: "port") }
        return try await change(request.id) { (droplet) throws(RegionError) in
            let old = droplet
            droplet.hypervisor = request.hypervisor
            if !request.port.isEmpty { droplet.parameters.port = request.port }
            return droplet != old
        }
    }

    /// Forgets a droplet, and gives its addresses back; the generation of that.
    package func delete(_ id: String) async throws(RegionError) -> UInt64 {
        try RegionCheck.id(id)
        var mayBeDone = false
        for _ in 0..<Self.attemptLimit {
            guard let (droplet, place) = try await find(id) else {
                if mayBeDone { return 0 }
                throw Self.noDroplet(id)
            }
            var transaction = StoreTransaction()
            transaction.conditions = [.unchanged(RegionKeys.droplet(id), place.revision)]
            transaction.changes = [
                .remove(KeyRange(RegionKeys.droplet(id))), .remove(KeyRange(keys.held(id, on: place.hypervisor))),
                .remove(KeyRange(RegionKeys.hardware(droplet.parameters.mac))),
            ]
            for allocation in droplet.allocations {
                let plan = try await Self.asking { () throws(StoreError) in try await pools.plan(allocation.pool) }
                guard let plan, let number = plan.number(of: allocation.address) else { continue }
                transaction.changes.append(.remove(KeyRange(RegionKeys.address(plan.name, number))))
            }
            transaction.put(keys.generation(place.hypervisor), witnessing: Self.nonce("\(Clock.real / 1_000_000)"))
            mayBeDone = true
            let outcome = try await transact(transaction)
            if outcome.isDone { return UInt64(outcome.revision) }
        }
        throw Self.contended
    }

    /// Changes a droplet as it is when nobody else does; `body` says whether anything is to be changed.
    private func change(
        _ id: String, _ body: (inout Apus_Rns_V1_Droplet) throws(RegionError) -> Bool
    ) async throws(RegionError) -> Apus_Rns_V1_Droplet {
        for _ in 0..<Self.attemptLimit {
            guard let (old, place) = try await find(id) else { throw Self.noDroplet(id) }
            var droplet = old
            guard try body(&droplet) else { return old }
            var transaction = StoreTransaction()
            transaction.conditions = [
                .unchanged(RegionKeys.droplet(id), place.revision), .present(keys.hypervisor(droplet.hypervisor)),
            ]
            transaction.reads = [KeyRange(keys.hypervisor(droplet.hypervisor))]
            transaction.put(RegionKeys.droplet(id), witnessing: Self.nonce(droplet.hypervisor))
            if droplet.hypervisor != place.hypervisor {
                transaction.changes.append(.remove(KeyRange(keys.held(id, on: place.hypervisor))))
                advance(place.hypervisor, in: &transaction)
            }
            if droplet.parameters.mac != old.parameters.mac {
                let key = KeyRange(RegionKeys.hardware(droplet.parameters.mac))
                transaction.conditions.append(.absent(key))
                transaction.reads.append(key)
                transaction.changes += [
                    .remove(KeyRange(RegionKeys.hardware(old.parameters.mac))), .put(key.first, Array(id.utf8)),
                ]
            }
            transaction.changes.append(
                .put(keys.held(id, on: droplet.hypervisor), try Self.octets(of: droplet)))
            advance(droplet.hypervisor, in: &transaction)
            let outcome = try await transact(transaction)
            if outcome.isDone {
                droplet.generation = UInt64(outcome.revision)
                return droplet
            }
            if outcome.reads.first?.isEmpty == true {
                throw RegionError(.notFound, "hypervisor", "there is no hypervisor '\(droplet.hypervisor)'")
            }
            if outcome.reads.count > 1, let owner = outcome.reads[1].first, owner.value != Array(id.utf8) {
                throw RegionError(
                    .alreadyExists, "parameters.mac",
                    "the droplet '\(String(decoding: owner.value, as: UTF8.self))' has it")
            }
        }
        throw Self.contended
    }

    /// New parameters with the addresses that the droplet has.
    private static func merging(
        _ new: Apus_Hvaddr_V1_Parameters, into old: Apus_Hvaddr_V1_Parameters
    ) throws(RegionError) -> Apus_Hvaddr_V1_Parameters {
        var merged = new
        func keep(
            _ field: String, _ new: String, _ old: String
        ) throws(RegionError) -> String {
            guard new.isEmpty || new == old else {
                throw .invalid("parameters.\(field)", "it comes from the pools, and stays as it is")
            }
            return old
        }
        if merged.mac.isEmpty { merged.mac = old.mac }
        guard let hardware = RegionCheck.hardware(merged.mac) else {
            throw .invalid(
                "parameters.mac", "it must be the hardware address of one interface, such as 02:00:00:00:01:01")
        }
        merged.mac = hardware.description
        if merged.port.isEmpty { merged.port = old.port }
        if old.hasIpv4 || new.hasIpv4 {
            merged.ipv4.address = try keep("ipv4.address", new.ipv4.address, old.ipv4.address)
            merged.ipv4.anchor = try keep("ipv4.anchor", new.ipv4.anchor, old.ipv4.anchor)
            if merged.ipv4.gateway.isEmpty { merged.ipv4.gateway = old.ipv4.gateway }
            if merged.ipv4.anchorGateway.isEmpty { merged.ipv4.anchorGateway = old.ipv4.anchorGateway }
        }
        if old.hasIpv6 || new.hasIpv6 {
            guard new.ipv6.addresses.isEmpty || new.ipv6.addresses == old.ipv6.addresses else {
                throw .invalid("parameters.ipv6.addresses", "they come from the pools, and stay as they are")
            }
            guard new.ipv6.delegatedPrefixes.isEmpty || new.ipv6.delegatedPrefixes == old.ipv6.delegatedPrefixes else {
                throw .invalid("parameters.ipv6.delegated_prefixes", "they come from the pools, and stay as they are")
            }
            merged.ipv6.addresses = old.ipv6.addresses
            merged.ipv6.delegatedPrefixes = old.ipv6.delegatedPrefixes
            if merged.ipv6.gateway.isEmpty { merged.ipv6.gateway = old.ipv6.gateway }
        }
        return merged
    }

    static func noDroplet(_ id: String) -> RegionError { RegionError(.notFound, "id", "there is no droplet '\(id)'") }

    private static let contended = RegionError(.aborted, nil, "others change the same droplet; try again")
}
