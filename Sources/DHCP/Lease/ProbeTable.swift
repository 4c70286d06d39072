import Wire

/// Clients that wait until nobody has answered for the address that they are to get.
struct ProbeTable<Client: Equatable & Sendable>: Sendable {
    /// A message that waits.
    struct Pending: Sendable {
        let address: LeaseAddress
        let message: [UInt8]
        let arrival: Arrival
        let client: Client
        let hardwareAddress: MACAddress?
        let due: Instant
    }

    private let limit: Int

    /// In the order in which they came.
    private var pending: [Pending] = []

    /// Addresses that nobody answered for, and until when that is believed.
    private var quiet: [LeaseAddress: Instant] = [:]

    /// When those that are believed no more are looked for again: under a flood not for each new one.
    private var nextSweep = Instant.distantPast

    /// For how long nobody is asked again, in seconds.
    private static var quietTime: UInt32 { 600 }
    private static var quietLimit: Int { 8192 }

    init(limit: Int) {
        self.limit = limit
    }

    var isFull: Bool { pending.count >= limit }

    var nextDue: Instant? { pending.min { $0.due < $1.due }?.due }

    /// Whether nobody answered for the address lately.
    func isQuiet(_ address: LeaseAddress, at now: Instant) -> Bool {
        quiet[address].map { $0 > now } ?? false
    }

    mutating func noteQuiet(_ address: LeaseAddress, at now: Instant) {
        if quiet.count >= Self.quietLimit, nextSweep <= now {
            quiet = quiet.filter { $0.value > now }
            nextSweep = now.advanced(bySeconds: 1)
        }
        // Still full: the flood is over in a while, and asking once more does no harm.
        guard quiet.count < Self.quietLimit else { return }
        quiet[address] = now.advanced(bySeconds: Self.quietTime)
    }

    mutating func forget(_ address: LeaseAddress) {
        quiet[address] = nil
    }

    /// Whether the client waits already, for the same address: a repeated message asks nobody again.
    func isWaiting(_ client: Client, for address: LeaseAddress) -> Bool {
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
    mutating func take(_ address: LeaseAddress) -> [Pending] {
        let found = pending.filter { $0.address == address }
        if !found.isEmpty { pending.removeAll { $0.address == address } }
        return found
    }
}
