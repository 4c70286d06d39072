import Linux
import Reactor

/// What other threads ask of the loop: a question is answered between two rounds.
final class LoopHandle: Sendable {
    let mailbox: Mailbox<@Sendable (ServerLoop) -> Void>

    init() throws(SystemError) { mailbox = try Mailbox() }

    /// Runs `body` on the loop's thread, and waits for what it returns; nil if the loop does not come to it.
    func ask<Answer: Sendable>(_ body: @escaping @Sendable (ServerLoop) -> Answer) -> Answer? {
        guard let question = try? Question<Answer>() else { return nil }
        mailbox.post { loop in
            let answer = body(loop)
            question.answer.withLock { $0 = answer }
            question.ready.signal()
        }
        let descriptor = question.ready.descriptor
        _ = Socket.wait(for: descriptor, or: descriptor, nanoseconds: 10_000_000_000)
        return question.answer.withLock { $0 }
    }

    /// Runs `body` on the loop's thread, and returns what it returns; nil if the loop does not come to it, or the task is cancelled.
    func answer<Answer: Sendable>(_ body: @escaping @Sendable (ServerLoop) -> Answer) async -> Answer? {
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
        let alarm = Task {
            try? await Task.sleep(for: .seconds(10))
            continuation.finish()
        }
        defer { alarm.cancel() }
        mailbox.post { loop in
            continuation.yield(body(loop))
            continuation.finish()
        }
        return await answers.first { _ in true }
    }

    private final class Question<Answer: Sendable>: Sendable {
        let answer = Guarded<Answer?>(nil)
        let ready: EventDescriptor
        init() throws(SystemError) { ready = try EventDescriptor() }
    }
}

/// Events for somebody who watches leases: bounded, so that one who does not read costs nothing.
final class LeaseWatcher: Sendable {
    /// Tells that there are some.
    let ready: AsyncStream<Void>

    private let continuation: AsyncStream<Void>.Continuation
    private let events = Guarded<[LeaseEvent]>([])
    static let limit = 65_536

    init() { (ready, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    /// Adds events; those that find no room are lost, which an event says.
    func post(_ new: [LeaseEvent]) {
        events.withLock { events in
            if events.count + new.count > Self.limit { events = [.lost] }
            events += new.prefix(Self.limit)
        }
        continuation.yield()
    }

    /// Takes what has come.
    func take() -> [LeaseEvent] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
