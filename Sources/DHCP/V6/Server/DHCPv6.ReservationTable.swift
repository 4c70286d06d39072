import Wire

extension DHCPv6 {
    /// Finds what is reserved: by client, and by address or prefix.
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
        private var byAddress: [LeaseAddress: Int] = [:]

        init(_ configuration: Configuration) {
            for (network, value) in configuration.networks.enumerated() {
                for (subnet, content) in value.subnets.enumerated() {
                    for reservation in content.reservations {
                        let index = entries.count
                        entries.append(Entry(network: network, subnet: subnet, reservation: reservation))
                        byClient[Key(network: network, match: reservation.match)] = index
                        if let address = reservation.address { byAddress[LeaseAddress(address)] = index }
                        if let prefix = reservation.prefix { byAddress[LeaseAddress(prefix)] = index }
                    }
                }
            }
        }

        /// Everything that is reserved.
        var addresses: [LeaseAddress] { Array(byAddress.keys) }

        /// The reservation of an address or a prefix.
        func owner(of address: LeaseAddress) -> Int? { byAddress.isEmpty ? nil : byAddress[address] }

        /// The reservation of a client: what it says of itself counts before where it is.
        func find(duid: DUID, hardwareAddress: MACAddress?, relay: RelayKnowledge, network: Int) -> Int? {
            guard !entries.isEmpty else { return nil }
            func find(_ match: Reservation.Match) -> Int? { byClient[Key(network: network, match: match)] }
            if let found = find(.duid(duid)) { return found }
            if let hardwareAddress, let found = find(.hardwareAddress(hardwareAddress)) { return found }
            if let octets = relay.interfaceIdentifier, let found = find(.interfaceIdentifier(octets)) { return found }
            if let octets = relay.remoteIdentifier, let found = find(.remoteIdentifier(octets)) { return found }
            if let octets = relay.subscriberIdentifier { return find(.subscriberIdentifier(octets)) }
            return nil
        }
    }

    /// What the relay agent nearest to a client tells of it.
    struct RelayKnowledge: Sendable {
        var interfaceIdentifier: [UInt8]?
        var remoteIdentifier: [UInt8]?
        var subscriberIdentifier: [UInt8]?
        var hardwareAddress: MACAddress?

        /// Of a message that no relay agent passed on.
        init() {}

        /// An option that is malformed is as good as none: the agent gets its octets back all the same.
        init(_ relay: RelayMessage) {
            interfaceIdentifier = relay.options[.interfaceIdentifier]
            remoteIdentifier = (try? relay.options.read(RemoteIdentifier.self))?.octets
            subscriberIdentifier = relay.options[.subscriberIdentifier]
            hardwareAddress = (try? relay.options.read(ClientLinkLayerAddress.self))?.macAddress
        }
    }
}
