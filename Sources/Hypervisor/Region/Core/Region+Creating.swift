import GRPCCore
package import ServiceAPI
import SwiftProtobuf
import Wire

extension Region {
    /// Makes a droplet with addresses from pools, all or nothing.
    package func create(_ request: Apus_Rns_V1_CreateDropletRequest) async throws(RegionError) -> Apus_Rns_V1_Droplet {
        try RegionCheck.id(request.id)
        try RegionCheck.hypervisor(request.hypervisor)
        try RegionCheck.freeOfAddresses(request.parameters)
        try RegionCheck.port(request.parameters.port, field: "parameters.port")
        if !request.parameters.mac.isEmpty, RegionCheck.hardware(request.parameters.mac) == nil {
            throw .invalid(
                "parameters.mac", "it must be the hardware address of one interface, such as 02:00:00:00:01:01")
        }
        let plans = try await plans(for: request.claims)
        // Whether it was made by an attempt whose answer was lost, the witness tells: see StoreTransaction.
        for _ in 0..<Self.attemptLimit {
            let numbers = try await numbers(for: request.claims, plans)
            let result: Attempt
            do throws(RegionError) {
                result = try await attempt(request, plans, numbers)
            } catch {
                // Whether they are given or not nobody knows; the watch will tell if they are.
                await settle(numbers, plans, isGiven: false)
                throw error
            }
            switch result {
            case .done(let droplet):
                await settle(numbers, plans, isGiven: true)
                return droplet
            case .taken(let indices):
                for (index, number) in numbers.enumerated() {
                    await pools.settle(plans[index].name, number, isGiven: indices.contains(index))
                }
            case .again: await settle(numbers, plans, isGiven: false)
            case .refused(let error):
                await settle(numbers, plans, isGiven: false)
                throw error
            }
        }
        throw RegionError(.aborted, nil, "others change the same things; try again")
    }

    private enum Attempt {
        case done(Apus_Rns_V1_Droplet)
        case taken(Set<Int>)
        case again
        case refused(RegionError)
    }

    private func plans(for claims: [Apus_Rns_V1_Claim]) async throws(RegionError) -> [PoolPlan] {
        guard claims.count <= 16 else { throw .invalid("claims", "there are up to 16") }
        var plans: [PoolPlan] = []
        for (index, claim) in claims.enumerated() {
            guard RegionCheck.isName(claim.pool) else {
                throw .invalid("claims[\(index)].pool", "a name is 1 to 63 of small letters, digits and '-'")
            }
            let plan = try await Self.asking { () throws(StoreError) in try await pools.plan(claim.pool) }
            guard let plan else {
                throw RegionError(.notFound, "claims[\(index)].pool", "there is no pool '\(claim.pool)'")
            }
            plans.append(plan)
        }
        guard plans.count(where: \.isIPv4) <= 2 else {
            throw .invalid("claims", "of IPv4 there are two: the address and the anchor")
        }
        return plans
    }

    /// The numbers that are asked for, or seem to be free.
    private func numbers(for claims: [Apus_Rns_V1_Claim], _ plans: [PoolPlan]) async throws(RegionError) -> [Int] {
        var numbers: [Int] = []
        do throws(RegionError) {
            for (index, claim) in claims.enumerated() {
                if claim.address.isEmpty {
                    let number = try await Self.asking { () throws(StoreError) in
                        try await pools.take(plans[index].name)
                    }
                    guard let number else {
                        throw RegionError(.resourceExhausted, "claims[\(index)].pool", "the pool has no address left")
                    }
                    numbers.append(number)
                } else {
                    guard let number = plans[index].number(of: claim.address), plans[index].isGiven(number) else {
                        throw .invalid("claims[\(index)].address", "it is not one that the pool '\(claim.pool)' gives")
                    }
                    numbers.append(number)
                }
            }
        } catch {
            await settle(numbers, plans, isGiven: false)
            throw error
        }
        let places = zip(plans, numbers).map { "\($0.name)/\($1)" }
        guard Set(places).count == places.count else {
            await settle(numbers, plans, isGiven: false)
            throw .invalid("claims", "the same address is claimed twice")
        }
        return numbers
    }

    private func settle(_ numbers: [Int], _ plans: [PoolPlan], isGiven: Bool) async {
        for (number, plan) in zip(numbers, plans) { await pools.settle(plan.name, number, isGiven: isGiven) }
    }

    private func attempt(
        _ request: Apus_Rns_V1_CreateDropletRequest, _ plans: [PoolPlan], _ numbers: [Int]
    ) async throws(RegionError) -> Attempt {
        var droplet = Apus_Rns_V1_Droplet()
        droplet.id = request.id
        droplet.hypervisor = request.hypervisor
        droplet.parameters = request.parameters
        // A droplet that is asked for its own must not get another's.
        let hardware = RegionCheck.hardware(request.parameters.mac) ?? Self.madeHardwareAddress()
        droplet.parameters.mac = hardware.description
        droplet.allocate(plans, numbers)
        try RegionCheck.parameters(droplet.parameters)
        let record = try Self.octets(of: droplet)
        let addresses = zip(plans, numbers).map { RegionKeys.address($0.name, $1) }
        let singles =
            [RegionKeys.droplet(request.id), RegionKeys.hardware(droplet.parameters.mac)] + addresses
        var transaction = StoreTransaction()
        transaction.conditions = singles.map { .absent(KeyRange($0)) } + [.present(keys.hypervisor(request.hypervisor))]
        transaction.conditions += plans.map { .present(RegionKeys.pool($0.name)) }
        let id = Array(request.id.utf8)
        transaction.put(RegionKeys.droplet(request.id), witnessing: Self.nonce(request.hypervisor))
        transaction.changes += singles.dropFirst().map { .put($0, id) }
        transaction.changes.append(.put(keys.held(request.id, on: request.hypervisor), record))
        advance(request.hypervisor, in: &transaction)
        transaction.reads = singles.map { KeyRange($0) } + [KeyRange(keys.hypervisor(request.hypervisor))]
        transaction.reads += plans.map { KeyRange(RegionKeys.pool($0.name)) }
        let outcome = try await transact(transaction)
        if outcome.isDone {
            droplet.generation = UInt64(outcome.revision)
            return .done(droplet)
        }
        return await refusal(outcome, request, plans)
    }

    /// Which of the conditions did not hold.
    private func refusal(
        _ outcome: StoreOutcome, _ request: Apus_Rns_V1_CreateDropletRequest, _ plans: [PoolPlan]
    ) async -> Attempt {
        let found = outcome.reads.map { !$0.isEmpty }
        let behind = 2 + plans.count
        guard found.count == behind + 1 + plans.count else { return .again }
        if found[0] { return .refused(RegionError(.alreadyExists, "id", "there is a droplet '\(request.id)' already")) }
        if !found[behind] {
            return .refused(RegionError(.notFound, "hypervisor", "there is no hypervisor '\(request.hypervisor)'"))
        }
        if found[1], !request.parameters.mac.isEmpty {
            let owner = String(decoding: outcome.reads[1].first?.value ?? [], as: UTF8.self)
            return .refused(RegionError(.alreadyExists, "parameters.mac", "the droplet '\(owner)' has it"))
        }
        for (index, plan) in plans.enumerated() where !found[behind + 1 + index] {
            await pools.forget(plan.name)
            return .refused(RegionError(.notFound, "claims[\(index)].pool", "there is no pool '\(plan.name)'"))
        }
        let taken = Set(plans.indices.filter { found[2 + $0] })
        if let index = taken.first(where: { !request.claims[$0].address.isEmpty }) {
            let owner = String(decoding: outcome.reads[2 + index].first?.value ?? [], as: UTF8.self)
            return .refused(RegionError(.alreadyExists, "claims[\(index)].address", "the droplet '\(owner)' has it"))
        }
        return taken.isEmpty ? .again : .taken(taken)
    }

    /// A hardware address by chance, of those that nobody is registered for (IEEE 802c, administratively assigned).
    private static func madeHardwareAddress() -> MACAddress {
        MACAddress(rawValue: 0x02_00_00_00_00_00 | UInt64.random(in: 1..<1 << 40))
    }

    static func octets(of droplet: Apus_Rns_V1_Droplet) throws(RegionError) -> [UInt8] {
        var kept = droplet
        kept.generation = 0
        do { return try kept.serializedBytes() } catch { throw RegionError(.internalError, nil, "\(error)") }
    }
}

extension Apus_Rns_V1_Droplet {
    /// Takes the pools' numbers as addresses, with the routers that go with them.
    mutating func allocate(_ plans: [PoolPlan], _ numbers: [Int]) {
        var hasIPv4 = false
        for (plan, number) in zip(plans, numbers) {
            var allocation = Apus_Rns_V1_Allocation()
            (allocation.pool, allocation.address) = (plan.name, plan.text(of: number))
            allocations.append(allocation)
            let text = plan.textWithLength(of: number)
            if plan.isIPv4, !hasIPv4 {
                hasIPv4 = true
                parameters.ipv4.address = text
                if parameters.ipv4.gateway.isEmpty { parameters.ipv4.gateway = plan.gateway }
            } else if plan.isIPv4 {
                parameters.ipv4.anchor = text
                if parameters.ipv4.anchorGateway.isEmpty { parameters.ipv4.anchorGateway = plan.gateway }
            } else if plan.delegatedLength == nil {
                parameters.ipv6.addresses.append(text)
                if parameters.ipv6.gateway.isEmpty { parameters.ipv6.gateway = plan.gateway }
            } else {
                parameters.ipv6.delegatedPrefixes.append(text)
            }
        }
        if parameters.dnsServers.isEmpty {
            for server in plans.flatMap(\.dnsServers) where !parameters.dnsServers.contains(server) {
                parameters.dnsServers.append(server)
            }
        }
    }
}
