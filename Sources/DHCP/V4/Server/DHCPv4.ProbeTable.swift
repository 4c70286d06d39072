import Wire

extension DHCPv4 {
    /// Clients whose DISCOVER waits until nobody has answered for the address that they are to be offered.
    struct ProbeTable: Sendable {
        /// A message that waits.
        struct Pending: Sendable {
            let address: IPv4Address
            let message: [UInt8]
            let arrival: Arrival
            let client: ClientIdentity
            let due: Instant
        }

        private let limit: Int

        /// In the order of when they are due: the time is nearly the same for all.
        private var pending: [Pending] = []

        /// Addresses that nobody answered for, and until when that is believed.
        private var quiet: [IPv4Address: Instant] = [:]

        /// For how long nobody is asked again, in seconds.
        static let quietTime: UInt32 = 600
        static let quietLimit = 8192

        init(limit: Int) {
            self.limit = limit
        }

        var isFull: Bool { pending.count >= limit }

        /// When the first is due.
        var nextDue: Instant? { pending.min { $0.due < $1.due }?.due }

        /// Whether nobody answered for the address lately.
        func isQuiet(_ address: IPv4Address, at now: Instant) -> Bool {
            quiet[address].map { $0 > now } ?? false
        }

        mutating func noteQuiet(_ address: IPv4Address, at now: Instant) {
            if quiet.count >= Self.quietLimit { quiet = quiet.filter { $0.value > now } }
            // Still full: the flood is over in a while, and asking once more does no harm.
            guard quiet.count < Self.quietLimit else { return }
            quiet[address] = now.advanced(bySeconds: Self.quietTime)
        }

        mutating func forget(_ address: IPv4Address) {
            quiet[address] = nil
        }

        /// Whether the client waits already, for the same address: a repeated DISCOVER asks nobody again.
        func isWaiting(_ client: ClientIdentity, for address: IPv4Address) -> Bool {
            pending.contains { $0.address == address && $0.client == client }
        }

        mutating func add(_ entry: Pending) {
            pending.append(entry)
        }

        /// Takes those that are due.
        mutating func takeDue(at now: Instant) -> [Pending] {
            guard pending.contains(where: { $0.due <= now }) else { return [] }
            let due = pending.filter { $0.due <= now }
            pending.removeAll { $0.due <= now }
            return due
        }

        /// Takes those that wait for an address.
        mutating func take(_ address: IPv4Address) -> [Pending] {
            let found = pending.filter { $0.address == address }
            if !found.isEmpty { pending.removeAll { $0.address == address } }
            return found
        }
    }
}
