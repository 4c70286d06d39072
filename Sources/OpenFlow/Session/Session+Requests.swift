extension Session {
    /// Asks for something that has a reply: features, statistics, a barrier, a role.
    public mutating func ask(_ body: Message.Body, at now: Duration) -> (Ticket, [Action]) {
        precondition(isReady, "questions are asked once the switch is known")
        let ticket = nextTransaction()
        pending.add(.question([]), ticket, deadline: now + settings.replyTimeout)
        pending.own(ticket, ticket)
        return (Ticket(number: ticket), [.send(Message(transaction: ticket, body).octets)])
    }

    /// Sends messages that have no reply, and a barrier: each may be refused, while the others are done.
    public mutating func change(_ changes: [Message.Body], at now: Duration) -> (Ticket, [Action]) {
        precondition(isReady, "changes are made once the switch is known")
        var octets: [UInt8] = []
        let ticket = nextTransaction()
        pending.add(.changes([]), ticket, deadline: now + settings.replyTimeout)
        for (index, change) in changes.enumerated() {
            let transaction = nextTransaction()
            pending.own(transaction, ticket, index: index)
            octets += Message(transaction: transaction, change).octets
        }
        pending.own(ticket, ticket)
        octets += Message(transaction: ticket, .barrierRequest).octets
        return (Ticket(number: ticket), [.send(octets)])
    }

    /// Makes all of the changes in their order, or none.
    ///
    /// Open vSwitch commits a bundle without the messages that it refused to add. So the bundle is closed first, whose reply
    /// stands behind every such error, and only then committed, or discarded if there was one.
    public mutating func commit(_ changes: [BundledMessage.Change], at now: Duration) -> (Ticket, [Action]) {
        precondition(isReady, "changes are made once the switch is known")
        let ticket = nextTransaction()
        let bundle = Pending.Bundle(identifier: ticket)
        pending.add(.bundle(bundle), ticket, deadline: now + settings.replyTimeout)
        pending.own(ticket, ticket)
        var octets = Message(transaction: ticket, .bundleControl(BundleControl(bundle: ticket, .openRequest))).octets
        for (index, change) in changes.enumerated() {
            let transaction = nextTransaction()
            pending.own(transaction, ticket, index: index)
            let add = BundleAdd(bundle: ticket, message: BundledMessage(transaction: transaction, change))
            octets += Message(transaction: transaction, .bundleAdd(add)).octets
        }
        octets += control(.closeRequest, ticket)
        return (Ticket(number: ticket), [.send(octets)])
    }

    /// Sends a message that nothing answers, such as a packet or an answer to an event.
    public mutating func send(_ body: Message.Body) -> [Action] {
        precondition(isReady, "messages are sent once the switch is known")
        return [.send(Message(transaction: nextTransaction(), body).octets)]
    }

    private mutating func control(_ kind: BundleControl.Kind, _ ticket: UInt32) -> [UInt8] {
        let transaction = nextTransaction()
        pending.own(transaction, ticket)
        return Message(transaction: transaction, .bundleControl(BundleControl(bundle: ticket, kind))).octets
    }

    /// A message that is neither an error nor about the connection itself.
    mutating func answer(_ message: Message, at now: Duration) -> [Action] {
        guard let owner = pending.owners[message.transaction], let request = pending.requests[owner.ticket] else {
            return [.event(message.body)]
        }
        switch (request.kind, message.body) {
        case (.question(var parts), .multipartReply(let reply)):
            parts.append(message.body)
            guard parts.count <= settings.partsLimit else { return close(.excess) }
            guard reply.hasMore else { return finish(owner.ticket, .replies(parts)) }
            pending.update(owner.ticket, .question(parts))
            return []
        case (.question, let body): return finish(owner.ticket, .replies([body]))
        case (.changes(let refusals), .barrierReply):
            return finish(owner.ticket, refusals.isEmpty ? .done : .refused(refusals))
        case (.bundle(let bundle), .bundleControl(let control)): return advance(owner.ticket, bundle, control.kind)
        default: return [.event(message.body)]
        }
    }

    private mutating func advance(
        _ ticket: UInt32, _ bundle: Pending.Bundle, _ reply: BundleControl.Kind
    ) -> [Action] {
        var bundle = bundle
        switch (bundle.phase, reply) {
        case (.filling, .closeReply):
            bundle.phase = bundle.refusals.isEmpty ? .committing : .discarding
            pending.update(ticket, .bundle(bundle))
            return [.send(control(bundle.phase == .committing ? .commitRequest : .discardRequest, ticket))]
        case (.committing, .commitReply): return finish(ticket, .done)
        case (.discarding, .discardReply): return finish(ticket, .refused(bundle.refusals))
        default: return []
        }
    }

    /// An error, about something that was asked or about nothing that is known.
    mutating func refuse(_ error: ErrorMessage, _ transaction: UInt32, at now: Duration) -> [Action] {
        guard let owner = pending.owners[transaction], let request = pending.requests[owner.ticket] else {
            // One that comes instead of the features leaves nothing to hope for.
            return state == .ready ? [.event(.error(error))] : close(.version)
        }
        let refusal = Refusal(index: owner.index, error: error)
        // One error for each change and one for all are to be expected, not any number.
        guard request.refusals <= pending.owners.count else { return close(.excess) }
        switch request.kind {
        case .question: return finish(owner.ticket, .refused([refusal]))
        case .changes(let refusals):
            pending.update(owner.ticket, .changes(refusals + [refusal]))
            return []
        case .bundle(var bundle):
            // A bundle that fails names the change that it failed at first, then itself.
            let isAboutBundle = owner.index == nil
            if !isAboutBundle || bundle.refusals.isEmpty { bundle.refusals.append(refusal) }
            pending.update(owner.ticket, .bundle(bundle))
            switch bundle.phase {
            case .committing where isAboutBundle: return finish(owner.ticket, .refused(bundle.refusals))
            // Where closing or discarding fails, the bundle is not there, and nothing was done.
            case .filling where isAboutBundle && transaction != owner.ticket,
                .discarding where isAboutBundle:
                return finish(owner.ticket, .refused(bundle.refusals))
            default: return []
            }
        }
    }

    private mutating func finish(_ ticket: UInt32, _ answer: Answer) -> [Action] {
        pending.finish(ticket)
        return [.answered(Ticket(number: ticket), answer)]
    }
}
