/// What was asked and has no answer yet.
struct Pending: Sendable {
    /// A question, or changes.
    struct Request: Sendable {
        let ticket: Session.Ticket
        let deadline: Duration
        var kind: Kind

        /// How many errors it has got.
        var refusals: Int {
            switch kind {
            case .question: 0
            case .changes(let refusals): refusals.count
            case .bundle(let bundle): bundle.refusals.count
            }
        }
    }

    enum Kind: Sendable {
        /// One reply, or one in parts.
        case question([Message.Body])
        /// Changes that a barrier ends.
        case changes([Session.Refusal])
        case bundle(Bundle)
    }

    /// A bundle on its way.
    struct Bundle: Sendable {
        enum Phase: Sendable { case filling, committing, discarding }

        let identifier: UInt32
        var phase = Phase.filling
        var refusals: [Session.Refusal] = []
    }

    /// Under the ticket's number.
    private(set) var requests: [UInt32: Request] = [:]
    /// Which request a transaction belongs to, and which of its changes.
    private(set) var owners: [UInt32: (ticket: UInt32, index: Int?)] = [:]

    /// When the first answer is overdue; nil if nothing is asked.
    var deadline: Duration? { requests.values.lazy.map(\.deadline).min() }

    mutating func add(_ kind: Kind, _ ticket: UInt32, deadline: Duration) {
        requests[ticket] = Request(ticket: Session.Ticket(number: ticket), deadline: deadline, kind: kind)
    }

    mutating func own(_ transaction: UInt32, _ ticket: UInt32, index: Int? = nil) {
        owners[transaction] = (ticket, index)
    }

    mutating func update(_ ticket: UInt32, _ kind: Kind) {
        requests[ticket]?.kind = kind
    }

    /// Takes a request out, with all that belongs to it.
    mutating func finish(_ ticket: UInt32) {
        requests[ticket] = nil
        owners = owners.filter { $0.value.ticket != ticket }
    }
}
