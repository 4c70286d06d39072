import DHCP
import Link
import Linux
import Logging
import Wire

extension ServerLoop {
    /// Sends what the round decided and promises nothing; the rest waits for the commit of its batch, which begins if none is under way.
    func flush() {
        takeCommitted()
        leave(outcome, promises: false)
        probe(outcome)
        if outcome.isPromise {
            if waiting.events.isEmpty, waiting.changes.isEmpty {
                swap(&waiting, &outcome)
            } else {
                waiting.append(outcome)
            }
        } else if !outcome.events.isEmpty {
            report(outcome)
        }
        outcome.removeAll()
        beginCommit()
        depart()
    }

    /// Whether so much waits for the disk that nothing more is decided on.
    var isHeldBack: Bool { waiting.changes.count >= Self.batchLimit }

    /// Hands over what waits, unless a batch is under way; what changes nothing, and waited for one before, is sent.
    private func beginCommit(isUrgent: Bool = false) {
        guard !isCommitting, waiting.isPromise || !unsaved.isEmpty else { return }
        let now = Clock.monotonic
        // Under load more is let come first: a sync costs the same for one lease as for twenty.
        guard isUrgent || isDraining || isHeldBack || cadence.mayCommit(at: now) else { return }
        if !unsaved.isEmpty {
            guard now >= retryTime else { return }
            waiting.changes = unsaved + waiting.changes
            unsaved = []
        }
        swap(&underWay, &waiting)
        guard !underWay.changes.isEmpty else {
            end(underWay, isSaved: true)
            return underWay.removeAll()
        }
        isCommitting = true
        cadence.noteCommit(at: now)
        committer.begin(underWay.changes)
    }

    /// Ends the batch that is under way, if the disk has it.
    func takeCommitted(waits: Bool = false) {
        guard isCommitting, let result = committer.result(waits: waits) else { return }
        isCommitting = false
        guard result.refused.isEmpty else {
            tellRefused(result.refused)
            end(underWay, isSaved: false)
            underWay.removeAll()
            adoptOthers()
            return beginCommit()
        }
        if let error = result.error {
            tally.failedCommits &+= 1
            // Of each address only the last change counts, so that a disk that stays full does not fill the memory, too.
            var last: [LeaseAddress: LeaseChange] = [:]
            for change in underWay.changes { last[change.address] = change }
            unsaved = Array(last.values)
            retryTime = Clock.monotonic &+ Self.retryPeriod
            logger.error(
                "leases cannot be written, nobody is answered that needs it", metadata: ["error": "\(error.reason)"])
            end(underWay, isSaved: false)
            return underWay.removeAll()
        }
        tally.commits &+= 1
        tally.changes &+= UInt64(underWay.changes.count)
        tally.commitTime &+= result.nanoseconds
        tally.longestCommit = max(tally.longestCommit, result.nanoseconds)
        notify(underWay)
        end(underWay, isSaved: true)
        underWay.removeAll()
        adoptOthers()
        beginCommit()
    }

    /// Sends what a batch promises, if it could be saved.
    private func end(_ batch: Outcome, isSaved: Bool) {
        if isSaved { leave(batch, promises: true) }
        report(batch)
    }

    /// Waits until everything that was decided on is on the disk, or cannot be.
    func settle() {
        flush()
        beginCommit(isUrgent: true)
        while isCommitting {
            takeCommitted(waits: true)
            beginCommit(isUrgent: true)
        }
        depart()
    }

    func report(_ batch: Outcome) {
        trace(batch)
        for event in batch.events {
            tally.count(event.kind)
            switch event.kind {
            case .dropped(let message, let reason):
                log(event, "\(message) dropped", ["reason": "\(reason)"])
            case .answered(let message, let answer): log(event, "\(message) answered with \(answer)", [:])
            case .taken(let message): log(event, "\(message) taken", [:])
            case .refused("answer-too-large"):
                logger.error(
                    "an answer found no room in what its client takes, which got a refusal instead",
                    metadata: [
                        "client": "\(event.client.map { "\($0)" } ?? "?")",
                        "advice": "see the options of its subnet, and what its relay agent adds",
                    ])
            case .refused(let reason): log(event, "refused", ["reason": "\(reason)"])
            case .lease(let address, let state, let reason):
                guard state == .declined else {
                    log(event, "lease \(state)", ["reason": "\(reason)"])
                    continue
                }
                logger.warning(
                    "an address is in use by somebody else",
                    metadata: [
                        "address": "\(address)", "reason": "\(reason)", "by": "\(event.hardwareAddress ?? .zero)",
                    ])
            }
        }
    }

    private func log(_ event: ConductEvent, _ message: @autoclosure () -> Logger.Message, _ metadata: Logger.Metadata) {
        guard logger.logLevel <= .debug else { return }
        var metadata = metadata
        if let client = event.client { metadata["client"] = "\(client)" }
        if let hardware = event.hardwareAddress { metadata["hardware"] = "\(hardware)" }
        if let address = event.address { metadata["address"] = "\(address)" }
        if let link = event.link, let port = ports[link.interfaceIndex] {
            metadata["interface"] = "\(port.name)\(link.vlan == 0 ? "" : ".\(link.vlan)")"
        }
        logger.debug(message(), metadata: metadata)
    }
}
