/// Clients that were told to come, and have not yet: each is told again after twice as long, and in the end given up
/// (RFC 8415, 7.6 and 18.3.11; RFC 3203 leaves the times to the server).
struct ReminderTable<Client: Hashable & Sendable, Content: Sendable>: Sendable {
    struct Entry: Sendable {
        let client: Client
        let content: Content
        var attempts = 0
        var due: Instant
    }

    /// The most at one time.
    let limit: Int

    /// How often a client is told, and how long is waited the first time, in milliseconds.
    let attempts: Int
    let timeout: Int

    private(set) var entries: [Entry] = []

    init(limit: Int = 1024, attempts: Int = 8, timeout: Int = 2000) {
        (self.limit, self.attempts, self.timeout) = (limit, attempts, timeout)
    }

    /// Adds a client, in the place of what it was told before; false if there are too many.
    mutating func add(_ client: Client, _ content: Content, at now: Instant) -> Bool {
        entries.removeAll { $0.client == client }
        guard entries.count < limit else { return false }
        entries.append(Entry(client: client, content: content, due: now))
        return true
    }

    /// Notes that a client came, if what it was told asked for that.
    mutating func answered(by client: Client, _ isAsked: (Content) -> Bool = { _ in true }) {
        guard !entries.isEmpty else { return }
        entries.removeAll { $0.client == client && isAsked($0.content) }
    }

    var nextDue: Instant? { entries.min { $0.due < $1.due }?.due }

    /// Takes what is to be sent now; whoever was told often enough is given up.
    mutating func takeDue(at now: Instant) -> [Entry] {
        guard entries.contains(where: { $0.due <= now }) else { return [] }
        var due: [Entry] = []
        for index in entries.indices where entries[index].due <= now {
            if entries[index].attempts < attempts { due.append(entries[index]) }
            entries[index].attempts += 1
            // Each wait is twice the one before (RFC 8415, 15).
            entries[index].due = now.advanced(byMilliseconds: timeout << (entries[index].attempts - 1))
        }
        entries.removeAll { $0.attempts > attempts }
        return due
    }
}
