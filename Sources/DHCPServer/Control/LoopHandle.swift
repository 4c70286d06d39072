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

    private final class Question<Answer: Sendable>: Sendable {
        let answer = Guarded<Answer?>(nil)
        let ready: EventDescriptor
        init() throws(SystemError) { ready = try EventDescriptor() }
    }
}

/// Lines for somebody who watches leases: bounded, so that one who does not read costs nothing.
final class LeaseWatcher: Sendable {
    private let lines = Guarded<[String]>([])
    private let ready: EventDescriptor
    static let limit = 65_536

    init() throws(SystemError) { ready = try EventDescriptor() }

    /// Adds lines; those that find no room are lost, which a line says.
    func post(_ new: [String]) {
        lines.withLock { lines in
            if lines.count + new.count > Self.limit { lines = [#"{"event":"lost"}"#] }
            lines += new.prefix(Self.limit)
        }
        ready.signal()
    }

    /// Waits for lines, at most so long.
    func take(nanoseconds: Int) -> [String] {
        _ = Socket.wait(for: ready.descriptor, or: ready.descriptor, nanoseconds: nanoseconds)
        ready.clear()
        return lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }
}
