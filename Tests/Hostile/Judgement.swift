/// What departs from a case's expectation.
package struct Deviation: Sendable, Equatable {
    package var text: String
    package init(_ text: String) { self.text = text }
}

extension Case {
    /// Everything that is not exactly as the case says; Apus must have none.
    package func deviations(in seen: Observation) -> [Deviation] {
        var found = desync(in: seen) + checkRequests(seen) + seen.faults.map { Deviation("backend saw \($0)") }
        if let fault = seen.answerFault, !(outcome == .cut && fault == "incomplete") {
            found.append(Deviation("answer: \(fault): \(Escapes.show(seen.rest, limit: 60))"))
        }
        var statuses = answers.map(\.status)
        switch outcome {
        case .refused(let status, let reason), .refusedLate(let status, let reason), .faulted(let status, let reason):
            statuses.append(status)
            if seen.answers.last?.reason != reason {
                found.append(Deviation("reason \(seen.answers.last?.reason ?? "none") instead of \(reason)"))
            }
        case .forwarded, .answered, .cut, .dropped: break
        }
        if outcome == .cut { statuses = [] }
        if outcome != .cut, seen.answers.map(\.status) != statuses {
            found.append(Deviation("answers \(seen.answers.map(\.status)) instead of \(statuses)"))
        }
        if outcome == .cut, !seen.answers.isEmpty { found.append(Deviation("a cut answer passed for whole")) }
        for (answer, other) in zip(answers, seen.answers) { found += answer.deviations(in: other) }
        if outcome == .forwarded { found += checkPlainBodies(seen) }
        let isRight = isClosing ? outcome == .cut ? seen.ending != .open : seen.ending == .closed : seen.ending == .open
        if !isRight { found.append(Deviation("connection \(seen.ending.rawValue)")) }
        if let tunnel, seen.tunnel != tunnel || seen.rest != tunnel {
            found.append(Deviation("tunnel \(Escapes.show(seen.tunnel)), back \(Escapes.show(seen.rest))"))
        }
        if isSpent, seen.isUsedAgain { found.append(Deviation("the backend's connection was used again")) }
        return tunnel == nil ? found : found.filter { !$0.text.hasPrefix("answer: ") }
    }

    /// A canary that did not get its own answer, or a request that nobody sent.
    private func desync(in seen: Observation) -> [Deviation] {
        var found: [Deviation] = []
        if seen.isSameRight == false { found.append(Deviation("desync: canary on the same connection")) }
        if !seen.isNewRight { found.append(Deviation("desync: canary on a new connection")) }
        return found
    }

    private func checkRequests(_ seen: Observation) -> [Deviation] {
        var found: [Deviation] = []
        if seen.requests.count != requests.count {
            let list = seen.requests.map { "\($0.method) \($0.target.prefix(40))" }.joined(separator: ", ")
            found.append(Deviation("\(seen.requests.count) requests instead of \(requests.count): \(list)"))
        }
        for (request, other) in zip(requests, seen.requests) { found += request.deviations(in: other) }
        for request in seen.requests { found += request.faults.map { Deviation("backend saw \($0)") } }
        switch outcome {
        case .refused, .answered, .forwarded:
            if !seen.parts.isEmpty, !isEarly { found.append(Deviation("a part of a request at the backend")) }
        default: break
        }
        return found
    }

    private func checkPlainBodies(_ seen: Observation) -> [Deviation] {
        guard backend == nil else { return [] }
        return zip(requests, seen.answers.filter { !$0.isInterim }).compactMap { request, answer in
            let body = request.method == "HEAD" ? "" : request.target
            return answer.body.elementsEqual(body.utf8) ? nil : Deviation("the answer of another request")
        }
    }
}

extension Case.Request {
    func deviations(in other: SeenRequest) -> [Deviation] {
        var found: [Deviation] = []
        if method != other.method { found.append(Deviation("method \(other.method) instead of \(method)")) }
        if target != other.target {
            found.append(Deviation("target \(other.target.prefix(60)) instead of \(target.prefix(60))"))
        }
        if [host] != other.hosts { found.append(Deviation("Host \(other.hosts) instead of '\(host)'")) }
        if body != other.body { found.append(Deviation("body '\(Escapes.show(other.body, limit: 40))'")) }
        for line in has where !other.has(line) { found.append(Deviation("lost '\(line)'")) }
        for name in lacks where other.names.contains(name) { found.append(Deviation("passed '\(name)' on")) }
        return found
    }
}

extension SeenRequest {
    func has(_ line: String) -> Bool { Self.has(line, lines, names) }

    static func has(_ line: String, _ lines: [String], _ names: Set<String>) -> Bool {
        guard let colon = line.firstRange(of: ": ") else { return names.contains(line.lowercased()) }
        return lines.contains(line[..<colon.lowerBound].lowercased() + line[colon.lowerBound...])
    }
}

extension Case.Answer {
    func deviations(in other: SeenAnswer) -> [Deviation] {
        var found: [Deviation] = []
        if let body, body != other.body {
            found.append(Deviation("answer's body '\(Escapes.show(other.body, limit: 40))'"))
        }
        for line in has where !SeenRequest.has(line, other.lines, other.names) {
            found.append(Deviation("answer lost '\(line)'"))
        }
        for name in lacks where other.names.contains(name) { found.append(Deviation("answer passed '\(name)' on")) }
        return found
    }
}
