extension Case {
    /// What departs from the rule itself, for proxies that need not do as Apus does.
    ///
    /// Refusals may have any status of an error or end the connection, and a choice that the RFC leaves is free.
    package func peerDeviations(in seen: Observation) -> [Deviation] {
        var found: [Deviation] = []
        if seen.isSameRight == false, !seen.answers.isEmpty {
            found.append(Deviation("desync: canary on the same connection"))
        }
        if !seen.isNewRight { found.append(Deviation("desync: canary on a new connection")) }
        // Behind what may be taken for whole, the next request is just that.
        for request in seen.requests
        where level == .must && request.target.contains("/evil")
            && !requests.contains(where: { $0.target == request.target })
        {
            found.append(Deviation("smuggled \(request.method) \(request.target)"))
        }
        let finals = seen.answers.filter { !$0.isInterim }
        let isRefused = finals.last.map { $0.status >= 400 } ?? false
        switch outcome {
        case .refused, .refusedLate:
            let passed = seen.requests.dropFirst(requests.count)
            if let request = passed.first {
                let isRight = mayForwardAndClose && request.faults.isEmpty && seen.ending != .open
                if level == .must, !isRight {
                    found.append(
                        Deviation(
                            "forwarded \(request.method) \(request.target.prefix(40)), body '\(Escapes.show(request.body, limit: 24))', connection \(seen.ending.rawValue)"
                        ))
                }
            } else if level == .must, !isRefused, !finals.isEmpty {
                found.append(Deviation("accepted with \(finals.map(\.status))"))
            }
        case .faulted:
            if level == .must, !isRefused, !finals.isEmpty {
                found.append(Deviation("relayed \(finals.map(\.status))"))
            }
            if level == .must, finals.isEmpty, seen.ending == .open { found.append(Deviation("no answer in time")) }
        case .forwarded:
            if level == .must { found += forwardDeviations(seen, finals, isRefused) }
        case .cut:
            if level == .must, !seen.answers.isEmpty, !isRefused {
                found.append(Deviation("a cut answer passed for whole"))
            }
        case .answered:
            if level == .must, let request = seen.requests.first {
                found.append(Deviation("forwarded \(request.method) \(request.target.prefix(40))"))
            }
        case .dropped: break
        }
        if level == .must || outcome == .forwarded {
            for request in seen.requests + seen.parts { found += request.faults.map { Deviation("backend saw \($0)") } }
            found += seen.faults.map { Deviation("backend saw \($0)") }
            if let fault = seen.answerFault, fault != "incomplete", tunnel == nil {
                found.append(Deviation("answer: \(fault)"))
            }
        }
        var unique: [Deviation] = []
        for deviation in found where !unique.contains(deviation) { unique.append(deviation) }
        return unique
    }

    private func forwardDeviations(_ seen: Observation, _ finals: [SeenAnswer], _ isRefused: Bool) -> [Deviation] {
        var found: [Deviation] = []
        if finals.isEmpty { return [Deviation("no answer, connection \(seen.ending.rawValue)")] }
        if isRefused, let last = finals.last, answers.last?.status != last.status {
            return [Deviation("refused with \(last.status)")]
        }
        if seen.requests.count != requests.count {
            found.append(Deviation("\(seen.requests.count) requests instead of \(requests.count)"))
        }
        for (request, other) in zip(requests, seen.requests) { found += request.deviations(in: other) }
        if seen.answers.map(\.status) != answers.map(\.status) {
            found.append(Deviation("answers \(seen.answers.map(\.status)) instead of \(answers.map(\.status))"))
        }
        for (answer, other) in zip(answers, seen.answers) { found += answer.deviations(in: other) }
        if closes == true, seen.ending == .open { found.append(Deviation("connection stays open")) }
        return found
    }
}
