package import DHCP
package import Wire

/// A lease as people and programs see it; times are seconds since 1970.
package struct ShownLease: Equatable, Sendable {
    package let address: LeaseAddress
    /// As it is now: what ran out is expired, whether or not that was written already.
    package let state: Lease.State
    package let client: ClientIdentity
    /// Nil if it is not known.
    package let hardwareAddress: MACAddress?
    /// Empty if the client told none.
    package let hostName: String
    /// Nil is never.
    package let expiry: Int64?
    package let lastContact: Int64?
}

/// What became of a lease.
package enum LeaseEvent: Equatable, Sendable {
    /// It was committed with a state.
    case put(ShownLease, as: Lease.State)
    /// Nothing is remembered of the address any more.
    case removed(LeaseAddress)
    /// Events found no room, since nobody took them.
    case lost
}

/// Which leases are meant.
package enum LeaseMatch: Equatable, Sendable {
    case address(LeaseAddress)
    case hardwareAddress(MACAddress)
    case client(ClientIdentity)

    /// Reads an address, a hardware address, or a client as its description is.
    package init?(_ text: String) {
        if let address = LeaseAddress(text) {
            self = .address(address)
        } else if let address = MACAddress(text) {
            self = .hardwareAddress(address)
        } else {
            let kinds = [
                ("hw:", ClientIdentity.Kind.hardwareAddress), ("id:", .clientIdentifier), ("ia:", .identityAssociation),
            ]
            guard let (prefix, kind) = kinds.first(where: { text.hasPrefix($0.0) }),
                let octets = ConfigurationForms.hexadecimal(String(text.dropFirst(prefix.utf8.count))),
                let client = ClientIdentity(kind, octets.span.octets)
            else { return nil }
            self = .client(client)
        }
    }

    func takes(_ lease: Lease) -> Bool {
        switch self {
        case .address(let address): lease.address == address
        case .hardwareAddress(let address): lease.hardwareAddress == address
        case .client(let client): lease.client == client
        }
    }
}

extension LeaseAddress {
    /// Reads an address of either version, or a prefix.
    package init?(_ text: String) {
        if let address = IPv4Address(text) {
            self.init(address)
        } else if let address = IPv6Address(text) {
            self.init(address)
        } else if let prefix = IPv6Prefix(text) {
            self.init(prefix)
        } else {
            return nil
        }
    }
}

/// What a server has done so far, and how full its pools are.
package struct ServerStatistics: Sendable {
    /// Addresses, or prefixes, of a pool; what is more than `Int` holds is `Int.max`.
    package struct Pool: Sendable {
        package let network: String
        package let range: String
        package let size: Int
        package let free: Int
        package let quarantined: Int
    }

    /// Leases known, in whatever state.
    package let leases: Int
    package let tally: Tally
    /// Frames that the kernel had no room for.
    package let lost: Int
    package let pools: [Pool]
}
