package import ServiceAPI
package import Wire

/// The droplets of a hypervisor and the order of what is said about them, as a value.
///
/// Each operation changes the book and says what has changed; `undo` takes that back if it could not be made durable.
package struct DropletBook: Sendable {
    /// Why a droplet's parameters are not taken.
    package enum Refusal: Error, Equatable, Sendable {
        /// A parameter is wrong.
        case invalid(ParameterError)
        /// Another droplet has it.
        case taken(ParameterError)
        /// Something later was said already.
        case stale(String)
        /// There is no tag left.
        case full
    }

    package private(set) var records: [String: DropletRecord] = [:]
    /// Generations of deletions that were later than the last Sync.
    private var graves: [String: UInt64] = [:]
    /// The generation of the last Sync.
    package private(set) var synced: UInt64 = 0
    private var claims = DropletClaims()
    private var cursor: UInt16 = 0
    /// Tags that old flows may still push: no droplet gets them.
    private var retired: Set<UInt16> = []

    /// As many as there are VLAN tags.
    package static let limit = 4094
    /// The most deletions that are remembered apart; with more, the oldest are remembered as if a Sync had said them.
    static let graveLimit = 65_536

    /// The gateway's hardware address, which no droplet may have; nil where that is not known.
    private let gateway: MACAddress?

    package init(gateway: MACAddress? = nil) { self.gateway = gateway }

    // MARK: Start

    /// Takes what a store has; throws for what cannot be served beside the rest.
    package mutating func restore(_ record: DropletRecord) throws(ParameterError) {
        guard records[record.identifier] == nil else { throw ParameterError("", "the droplet is there twice") }
        guard !usedTags.contains(record.tag) else {
            throw ParameterError("", "another droplet has the tag \(record.tag)")
        }
        if let problem = problem(record.parameters, of: record.identifier) { throw problem }
        insert(record)
    }

    package mutating func restore(grave generation: UInt64, of identifier: String) { graves[identifier] = generation }
    package mutating func restore(synced: UInt64, cursor: UInt16) { (self.synced, self.cursor) = (synced, cursor) }

    // MARK: Operations

    /// Replaces the parameters of a droplet; whether anything changed.
    package mutating func set(
        _ request: Apus_Hvaddr_V1_SetParametersRequest, into changes: inout [DropletChange]
    ) throws(Refusal) -> Bool {
        let parameters = try Self.check(request)
        let identifier = request.dropletID
        if let held = records[identifier] {
            guard request.generation >= held.generation else {
                throw .stale("generation \(request.generation) is older than \(held.generation), which is held")
            }
            if request.generation == held.generation {
                guard held.message == request.parameters else {
                    throw .stale("generation \(request.generation) is held with other parameters")
                }
                return false
            }
        } else if let grave = max(graves[identifier] ?? 0, synced) as UInt64?, request.generation <= grave {
            throw .stale(
                "generation \(request.generation) is not later than \(grave), at which the droplet was deleted")
        }
        if let problem = problem(parameters, of: identifier) { throw .taken(problem) }
        try put(request, parameters, into: &changes)
        return true
    }

    /// Forgets a droplet; whether it was held.
    package mutating func delete(
        _ identifier: String, generation: UInt64, into changes: inout [DropletChange]
    ) throws(Refusal) -> Bool {
        do throws(ParameterError) {
            _ = try ParameterReader.identifier(identifier, "droplet_id")
        } catch {
            throw .invalid(error)
        }
        guard generation > 0 else { throw .invalid(ParameterError("generation", "it is 1 at least")) }
        let grave = generation > synced ? generation : nil
        guard let held = records[identifier] else {
            if let grave, grave > graves[identifier] ?? 0 {
                changes.append(.bury(identifier, grave: grave, old: graves[identifier]))
                graves[identifier] = grave
                levelGraves(into: &changes)
            }
            return false
        }
        guard generation >= held.generation else {
            throw .stale("generation \(generation) is older than \(held.generation), which is held")
        }
        remove(held, grave: grave, into: &changes)
        levelGraves(into: &changes)
        return true
    }

    /// What a Sync did.
    package struct SyncResult: Equatable, Sendable {
        package var set: [String] = []
        package var unchanged = 0
        package var removed: [String] = []
        package var later = 0
        package var rejected: [(identifier: String, refusal: Refusal)] = []

        package static func == (left: Self, right: Self) -> Bool {
            left.set == right.set && left.unchanged == right.unchanged && left.removed == right.removed
                && left.later == right.later
                && left.rejected.elementsEqual(right.rejected) {
                    $0.identifier == $1.identifier && $0.refusal == $1.refusal
                }
        }
    }

    /// Makes the droplets be these, as they were at `generation`.
    package mutating func sync(
        _ requests: [Apus_Hvaddr_V1_SetParametersRequest], generation: UInt64, into changes: inout [DropletChange]
    ) throws(Refusal) -> SyncResult {
        guard generation > 0 else { throw .invalid(ParameterError("generation", "the first message has none")) }
        guard generation >= synced else {
            throw .stale("generation \(generation) is older than that of the last Sync, \(synced)")
        }
        var result = SyncResult()
        var named: Set<String> = []
        var wanted: [(Apus_Hvaddr_V1_SetParametersRequest, DropletParameters)] = []
        for (index, request) in requests.enumerated() {
            guard named.insert(request.dropletID).inserted else {
                throw .invalid(ParameterError("droplets[\(index)].droplet_id", "\(request.dropletID) is there twice"))
            }
            guard request.generation <= generation else {
                throw .invalid(
                    ParameterError("droplets[\(index)].generation", "it is later than the Sync's own, \(generation)"))
            }
            if let held = records[request.dropletID] {
                if held.generation > request.generation {
                    result.later += 1
                    continue
                }
                if held.generation == request.generation, held.message == request.parameters {
                    result.unchanged += 1
                    continue
                }
            } else if let grave = graves[request.dropletID], grave >= request.generation, grave > generation {
                result.later += 1
                continue
            }
            do throws(Refusal) {
                wanted.append((request, try Self.check(request)))
            } catch {
                result.rejected.append((request.dropletID, error))
            }
        }
        for held in records.values.sorted(by: { $0.identifier < $1.identifier }) where !named.contains(held.identifier)
        {
            guard held.generation <= generation else {
                result.later += 1
                continue
            }
            remove(held, grave: nil, into: &changes)
            result.removed.append(held.identifier)
        }
        // Those that change give up what they have first, so that two may swap their ports.
        for (request, _) in wanted { if let held = records[request.dropletID] { claims.remove(held) } }
        for (request, parameters) in wanted { place(request, parameters, &result, into: &changes) }
        if generation != synced {
            changes.append(.synced(generation, old: synced))
            synced = generation
            graves = graves.filter { $0.value > generation }
        }
        return result
    }

    private mutating func place(
        _ request: Apus_Hvaddr_V1_SetParametersRequest, _ parameters: DropletParameters, _ result: inout SyncResult,
        into changes: inout [DropletChange]
    ) {
        let held = records[request.dropletID]
        do throws(Refusal) {
            if let problem = problem(parameters, of: request.dropletID) { throw .taken(problem) }
            try put(request, parameters, hasClaims: false, into: &changes)
            result.set.append(request.dropletID)
        } catch {
            result.rejected.append((request.dropletID, error))
            guard let held, claims.problem(held.parameters, of: held.identifier) == nil else {
                // Another has what it had, so that it cannot stay as it was.
                if let held { remove(held, grave: nil, isClaiming: false, into: &changes) }
                return
            }
            claims.add(held)
        }
    }

    private static func check(_ request: Apus_Hvaddr_V1_SetParametersRequest) throws(Refusal) -> DropletParameters {
        do throws(ParameterError) {
            _ = try ParameterReader.identifier(request.dropletID, "droplet_id")
            guard request.generation > 0 else { throw ParameterError("generation", "it is 1 at least") }
            guard request.hasParameters else { throw ParameterError("parameters", "there are none") }
            do throws(ParameterError) {
                return try DropletParameters(reading: request.parameters)
            } catch {
                throw ParameterError("parameters.\(error.field)", error.reason)
            }
        } catch {
            throw .invalid(error)
        }
    }

    /// Why the droplet cannot have what it is to have; nil if it can.
    private func problem(_ parameters: DropletParameters, of identifier: String) -> ParameterError? {
        guard parameters.hardwareAddress != gateway else {
            return ParameterError("parameters.mac", "it is the gateway's")
        }
        return claims.problem(parameters, of: identifier)
    }

    // MARK: Changes

    private mutating func put(
        _ request: Apus_Hvaddr_V1_SetParametersRequest, _ parameters: DropletParameters, hasClaims: Bool = true,
        into changes: inout [DropletChange]
    ) throws(Refusal) {
        let old = records[request.dropletID]
        // A tag belongs to one port, so that what the flows of the old one still push is never taken for the new one's.
        let tag: UInt16
        if let old, old.parameters.port == parameters.port { tag = old.tag } else { tag = try freeTag(into: &changes) }
        let record = DropletRecord(
            identifier: request.dropletID, generation: request.generation,
            tag: tag, message: request.parameters, parameters: parameters)
        changes.append(.put(record, old: old))
        if let old { forget(old, retiring: old.tag != record.tag, hasClaims: hasClaims) }
        insert(record)
    }

    private mutating func remove(
        _ record: DropletRecord, grave: UInt64?, isClaiming: Bool = true, into changes: inout [DropletChange]
    ) {
        changes.append(.remove(record, grave: grave))
        if isClaiming { claims.remove(record) }
        records[record.identifier] = nil
        usedTags.remove(record.tag)
        retired.insert(record.tag)
        if let grave { graves[record.identifier] = grave }
    }

    private mutating func insert(_ record: DropletRecord) {
        records[record.identifier] = record
        graves[record.identifier] = nil
        usedTags.insert(record.tag)
        claims.add(record)
    }

    /// `hasClaims` says that what it has is its still, and not given up before to be another's.
    private mutating func forget(_ record: DropletRecord, retiring: Bool, hasClaims: Bool = true) {
        if hasClaims { claims.remove(record) }
        records[record.identifier] = nil
        usedTags.remove(record.tag)
        if retiring { retired.insert(record.tag) }
    }

    private var usedTags: Set<UInt16> = []

    /// The next tag that nobody has had for longest.
    private mutating func freeTag(into changes: inout [DropletChange]) throws(Refusal) -> UInt16 {
        guard records.count < Self.limit else { throw .full }
        var tag = cursor
        for _ in 0..<Self.limit {
            tag = tag >= 4094 ? 1 : tag + 1
            guard !usedTags.contains(tag), !retired.contains(tag) else { continue }
            changes.append(.cursor(tag, old: cursor))
            cursor = tag
            return tag
        }
        throw .full
    }

    /// Notes that no flow pushes these tags any more.
    package mutating func release(_ tags: some Sequence<UInt16>) { retired.subtract(tags) }

    /// Remembers the oldest of too many deletions together, as a Sync would have it.
    private mutating func levelGraves(into changes: inout [DropletChange]) {
        guard graves.count > Self.graveLimit, let oldest = graves.values.min(), oldest > synced else { return }
        changes.append(.synced(oldest, old: synced))
        synced = oldest
        graves = graves.filter { $0.value > oldest }
    }

    /// Takes back changes that could not be made durable.
    package mutating func undo(_ changes: [DropletChange]) {
        for change in changes.reversed() {
            switch change {
            case .put(let record, let old):
                forget(record, retiring: false)
                if let old {
                    retired.remove(old.tag)
                    insert(old)
                }
            case .remove(let record, _):
                retired.remove(record.tag)
                insert(record)
            case .bury(let identifier, _, let old): graves[identifier] = old
            case .synced(_, let old): synced = old
            case .cursor(_, let old): cursor = old
            }
        }
    }
}
