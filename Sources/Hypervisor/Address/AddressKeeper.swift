package import Logging
package import ServiceAPI
import SwiftProtobuf

/// Keeps the droplets: what is said about them comes in here one after the other, is made durable, and is served.
///
/// Commands that come while a commit is under way share the next one, so that many callers cost few syncs of the disk.
package actor AddressKeeper {
    private var book: DropletBook
    private let store: DropletStore
    private let loop: AddressLoopHandle
    private let logger: Logger

    private var waiting: [Command] = []
    private var isBusy = false

    private var progress: [String: Programming] = [:]
    private var journal = DropletJournal()
    private var sleepers: [CheckedContinuation<Void, Never>] = []
    /// Told of droplets whose flows are to be other ones.
    private var programmer: (any DropletProgrammer)?

    /// How far the flows of a droplet are.
    struct Programming: Equatable {
        var generation: UInt64 = 0
        var error = ""
    }

    /// Something to be done to the book, and who waits for it.
    private struct Command {
        /// Does it; what is thrown, or what the answer is, goes to whoever asked once the changes are durable.
        let run: (inout DropletBook, inout [DropletChange]) -> () -> Void
        let fail: (HypervisorError) -> Void
    }

    package init(book: DropletBook, store: DropletStore, loop: AddressLoopHandle, logger: Logger) {
        (self.book, self.store, self.loop, self.logger) = (book, store, loop, logger)
    }

    /// Has the flows of all droplets programmed from now on.
    package func use(_ programmer: any DropletProgrammer) {
        self.programmer = programmer
        programmer.reset(Array(book.records.values))
    }

    // MARK: Commands

    /// Runs `body` on the book in its turn; returns when what it changed is durable and served.
    private func submit<Answer: Sendable>(
        _ body: @escaping (inout DropletBook, inout [DropletChange]) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Answer, any Error>) in
            waiting.append(
                Command(
                    run: { book, changes in
                        let mark = changes.count
                        do {
                            let answer = try body(&book, &changes)
                            return { continuation.resume(returning: answer) }
                        } catch {
                            // Nothing of what is refused may stay.
                            book.undo(Array(changes[mark...]))
                            changes.removeSubrange(mark...)
                            return { continuation.resume(throwing: error) }
                        }
                    }, fail: { continuation.resume(throwing: $0) }))
            guard !isBusy else { return }
            isBusy = true
            Task { await work() }
        }
    }

    private func work() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            var changes: [DropletChange] = []
            let answers = batch.map { $0.run(&book, &changes) }
            if !changes.isEmpty {
                do throws(HypervisorError) {
                    try await store.commit(changes)
                } catch {
                    logger.error("droplets cannot be kept, and nothing is changed", metadata: ["error": "\(error)"])
                    book.undo(changes)
                    for command in batch { command.fail(error) }
                    continue
                }
                await loop.ask { [changes] in $0.apply(changes) }
                publish(changes)
            }
            for answer in answers { answer() }
        }
        isBusy = false
    }

    /// Tells watchers and the programmer what was made durable.
    private func publish(_ changes: [DropletChange]) {
        for change in changes {
            switch change {
            case .put(let record, let old):
                note(.set, record.identifier)
                if let old, old.tag != record.tag { programmer?.remove(tag: old.tag) }
                programmer?.put(record)
            case .remove(let record, _):
                progress[record.identifier] = nil
                note(.deleted, record.identifier)
                programmer?.remove(tag: record.tag)
            case .bury, .synced, .cursor: break
            }
        }
    }

    package func set(_ request: Apus_Hvaddr_V1_SetParametersRequest) async throws
        -> Apus_Hvaddr_V1_SetParametersResponse
    {
        let changed = try await submit { book, changes in try book.set(request, into: &changes) }
        return .with {
            $0.configuredGeneration = request.generation
            $0.programmedGeneration = progress[request.dropletID]?.generation ?? 0
            $0.changed = changed
        }
    }

    package func delete(_ identifier: String, generation: UInt64) async throws -> Bool {
        try await submit { book, changes in try book.delete(identifier, generation: generation, into: &changes) }
    }

    package func sync(
        _ requests: [Apus_Hvaddr_V1_SetParametersRequest], generation: UInt64
    ) async throws -> DropletBook.SyncResult {
        try await submit { book, changes in try book.sync(requests, generation: generation, into: &changes) }
    }

    // MARK: Questions

    /// A droplet; nil if it is not held.
    package func droplet(_ identifier: String) async throws -> Apus_Hvaddr_V1_Droplet? {
        try await submit { book, _ in book.records[identifier] }.map(shown)
    }

    /// Up to `limit` droplets behind `last` in the order of their identifiers, and whether there are more.
    package func page(
        after last: String, limit: Int
    ) async throws -> (droplets: [Apus_Hvaddr_V1_Droplet], isMore: Bool, synced: UInt64) {
        let (records, isMore, synced) = try await submit { book, _ in
            let names = book.records.keys.filter { $0 > last }.sorted()
            return (names.prefix(limit).compactMap { book.records[$0] }, names.count > limit, book.synced)
        }
        return (records.map(shown), isMore, synced)
    }

    /// How many droplets there are, how many of them are programmed, and the last Sync's generation.
    package var summary: (droplets: Int, programmed: Int, synced: UInt64) {
        let programmed = book.records.values.count { progress[$0.identifier]?.generation == $0.generation }
        return (book.records.count, programmed, book.synced)
    }

    package func tag(of identifier: String) -> UInt16? { book.records[identifier]?.tag }

    private func shown(_ record: DropletRecord) -> Apus_Hvaddr_V1_Droplet {
        .with {
            $0.id = record.identifier
            $0.parameters = record.message
            $0.configuredGeneration = record.generation
            $0.programmedGeneration = progress[record.identifier]?.generation ?? 0
            $0.programmingError = progress[record.identifier]?.error ?? ""
        }
    }

    // MARK: Programming

    /// Notes how far the flows of a droplet are.
    package func note(_ identifier: String, programmed generation: UInt64?, error: String) {
        guard book.records[identifier] != nil else { return }
        var new = progress[identifier] ?? Programming()
        if let generation { new.generation = generation }
        new.error = error
        guard progress[identifier] != new else { return }
        progress[identifier] = new
        note(.programmed, identifier)
    }

    /// Notes that no flow pushes a tag any more.
    package func release(_ tag: UInt16) { book.release([tag]) }

    // MARK: Watching

    /// What happened behind a mark, in messages; waits for something to happen.
    package func events(
        after mark: DropletJournal.Mark?
    ) async -> (events: [Apus_Hvaddr_V1_WatchResponse], mark: DropletJournal.Mark) {
        guard let mark, journal.has(mark) else {
            let end = journal.end
            func event(_ kind: Apus_Hvaddr_V1_WatchResponse.Kind) -> Apus_Hvaddr_V1_WatchResponse {
                .with { $0.kind = kind }
            }
            var events = [event(.reset)]
            for record in book.records.values.sorted(by: { $0.identifier < $1.identifier }) {
                events.append(
                    .with {
                        $0.kind = .set
                        $0.droplet = shown(record)
                    })
            }
            events.append(
                .with {
                    $0.kind = .current
                    $0.resumeToken = end.token
                })
            return (events, end)
        }
        if journal.end == mark { await sleep() }
        // A watch that sleeps for long finds the journal begun anew.
        guard journal.has(mark) else { return await events(after: nil) }
        let events = journal.entries(after: mark).compactMap { number, entry -> Apus_Hvaddr_V1_WatchResponse? in
            .with {
                $0.kind = entry.kind
                $0.droplet.id = entry.identifier
                $0.resumeToken = journal.mark(number).token
                guard entry.kind != .deleted else { return }
                // It is told as it is now; of one that is gone already, the deletion follows.
                if let record = book.records[entry.identifier] {
                    $0.droplet = shown(record)
                } else {
                    $0.kind = .deleted
                }
            }
        }
        return (events, journal.end)
    }

    /// Waits until something happens, or the task is cancelled; it may come back early.
    private func sleep() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { sleepers.append($0) }
        } onCancel: {
            // It comes after the line above, which does not leave the actor before the sleeper is noted.
            Task { await wakeWatchers() }
        }
    }

    /// Wakes whoever waits for events, as when the daemon ends.
    package func wakeWatchers() {
        let woken = sleepers
        sleepers = []
        for sleeper in woken { sleeper.resume() }
    }

    private func note(_ kind: Apus_Hvaddr_V1_WatchResponse.Kind, _ identifier: String) {
        journal.add(kind, identifier)
        wakeWatchers()
    }
}

/// What makes flows of droplets; its methods return at once.
package protocol DropletProgrammer: Sendable {
    /// These are all droplets there are.
    func reset(_ records: [DropletRecord])
    func put(_ record: DropletRecord)
    func remove(tag: UInt16)
}
