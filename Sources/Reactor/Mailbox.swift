package import Linux

/// Messages from other threads to a loop.
///
/// Posting wakes the loop; the loop takes all that came at once.
package final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Guarded<[Message]>([])
    private let event: EventDescriptor

    package init() throws(SystemError) { event = try EventDescriptor() }

    /// What the loop watches for reading (as a listener, until it is drained).
    package var descriptor: Int32 { event.descriptor }

    /// Leaves a message.
    package func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        event.signal()
    }

    /// Takes the messages, the oldest first.
    package func drain() -> [Message] {
        event.clear()
        return messages.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
