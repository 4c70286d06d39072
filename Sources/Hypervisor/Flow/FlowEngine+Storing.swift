/// How a request ends: what it changed is made durable, and its caller hears of it.
extension FlowEngine {
    /// Whether the switch refused flows of an owner.
    func hasRejected(_ owner: UInt16) -> Bool {
        guard let owner = owners[owner] else { return false }
        return owner.flows.values.contains { $0.rejection != nil }
            || owner.groups.values.contains { $0.rejection != nil }
    }

    /// Has a request's change made durable.
    mutating func store(_ work: Work, at now: Duration) -> [Action] {
        guard let request = work.request else { return [] }
        stage = .storing(work)
        let owner = owners[request.owner] ?? Owner()
        return [
            .store(
                StoredChange(
                    owner: request.owner, generation: request.generation, revision: revision + 1,
                    removed: request.flows.filter { $0.old != nil }.compactMap { $0.old?.text },
                    added: request.flows.compactMap { owner.flows[$0.key].map(StoredFlow.init) },
                    removedMeters: request.meters.filter { $0.old != nil }.map(\.number),
                    addedMeters: request.meters.compactMap { owner.meters[$0.number].map(StoredMeter.init) },
                    removedGroups: request.groups.filter { $0.old != nil }.map(\.number),
                    addedGroups: request.groups.compactMap { owner.groups[$0.number].map(StoredGroup.init) }))
        ]
    }

    /// A change is durable, or cannot be made so.
    package mutating func stored(_ failure: String?, at now: Duration) -> [Action] {
        guard case .storing(let work) = stage, let request = work.request else { return [] }
        stage = .idle
        var actions: [Action] = []
        if let failure {
            undo(request)
            actions.append(.respond(request.number, .failure(.storage(failure))))
        } else {
            revision += 1
            owners[request.owner]?.generation = request.generation
            var summary = request.summary
            summary.revision = revision
            summary.isProgrammed = work.isDone && isConnected && !hasRejected(request.owner)
            if work.isDone, isProgrammed { programmedRevision = revision }
            actions.append(.tell(.changed(owner: request.owner, summary)))
            actions.append(.respond(request.number, .success(summary)))
        }
        return actions + advance(at: now)
    }
}
