import Wire

extension DHCPv4 {
    /// Finds what is reserved: by client, and by address.
    struct ReservationTable: Sendable {
        private struct Key: Hashable, Sendable {
            let network: Int
            let match: Reservation.Match
        }

        /// A reservation, and whose it is.
        struct Entry: Sendable {
            let network: Int
            let subnet: Int
            let reservation: Reservation
        }

        private(set) var entries: [Entry] = []
        private var byClient: [Key: Int] = [:]
        private var byAddress: [IPv4Address: Int] = [:]

        /// Kinds of what clients are known by that occur at all, so that others need not be looked for.
        private var hasIdentifiers = false
        private var hasDUIDs = false
        private var hasHardware = false
        private var hasRelay = false

        init(_ configuration: Configuration) {
            for (network, value) in configuration.networks.enumerated() {
                for (subnet, content) in value.subnets.enumerated() {
                    for reservation in content.reservations { add(reservation, network: network, subnet: subnet) }
                }
            }
        }

        private mutating func add(_ reservation: Reservation, network: Int, subnet: Int) {
            let index = entries.count
            entries.append(Entry(network: network, subnet: subnet, reservation: reservation))
            byClient[Key(network: network, match: reservation.match)] = index
            if let address = reservation.address { byAddress[address] = index }
            switch reservation.match {
            case .hardwareAddress: hasHardware = true
            case .clientIdentifier: hasIdentifiers = true
            case .duid: hasDUIDs = true
            case .circuitIdentifier, .remoteIdentifier: hasRelay = true
            }
        }

        /// Every address that is reserved.
        var addresses: [IPv4Address] { Array(byAddress.keys) }

        /// The reservation of an address.
        func owner(of address: IPv4Address) -> Int? {
            byAddress.isEmpty ? nil : byAddress[address]
        }

        /// The reservation of a client: what it says of itself counts before where it is.
        func find(
            identity: ClientIdentity, hardwareAddress: HardwareAddress, relay: RelayAgentInformation?, network: Int
        ) -> Int? {
            guard !entries.isEmpty else { return nil }
            func find(_ match: Reservation.Match) -> Int? { byClient[Key(network: network, match: match)] }
            if hasIdentifiers, identity.kind == .clientIdentifier, let found = find(.clientIdentifier(identity.octets))
            {
                return found
            }
            if hasDUIDs, let duid = identity.duid, let found = find(.duid(duid)) { return found }
            if hasHardware, let found = find(.hardwareAddress(hardwareAddress)) { return found }
            guard hasRelay, let relay else { return nil }
            if let circuit = relay.circuitIdentifier, let found = find(.circuitIdentifier(circuit)) { return found }
            return relay.remoteIdentifier.flatMap { find(.remoteIdentifier($0)) }
        }
    }

    /// Offers in the order that they were made.
    struct OfferQueue: Sendable {
        private var addresses: [IPv4Address] = []
        private var first = 0

        /// When to look for entries that have become something else.
        private var tidyAt = 4096

        /// Adds an offer; `isOffer` tells of the others which still are.
        mutating func append(_ address: IPv4Address, where isOffer: (IPv4Address) -> Bool) {
            if addresses.count >= tidyAt {
                addresses = addresses[first...].filter(isOffer)
                first = 0
                tidyAt = max(4096, 2 * addresses.count)
            }
            addresses.append(address)
        }

        /// Takes the oldest; it may have become something else since.
        mutating func popFirst() -> IPv4Address? {
            guard first < addresses.count else { return nil }
            defer { first += 1 }
            return addresses[first]
        }
    }
}
