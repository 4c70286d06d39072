import Wire

extension DHCPv6 {
    /// What a server found out about a message before it decides anything.
    struct Query: Sendable {
        let type: MessageType
        let transactionID: UInt32

        /// The client; nil only in an Information-request.
        let client: DUID?

        /// The server that the client speaks to.
        let server: DUID?

        /// What the client asks for, at most `associationLimit` of them.
        var associations: [Association] = []

        /// The options that the client would like.
        var requested: [OptionCode] = []

        /// Whether it takes a lease in two messages.
        var isRapid = false

        /// Whether it takes Reconfigure messages.
        var acceptsReconfigure = false

        /// The name that it tells, fit to be kept; with what it would have done about it.
        var hostName = ""
        var nameOption: ClientFQDN?

        /// The network that it is on.
        let network: Int

        /// The address that tells which subnet of the network is meant: what the relay agent has there; nil for any.
        let subnetHint: IPv6Address?

        /// The relay agents on the way, the one nearest to the server first.
        let relays: [RelayMessage]

        /// The client's hardware address, as far as somebody tells.
        let hardwareAddress: MACAddress?

        /// What is reserved for the client, as an index into the server's reservations.
        var reservation: Int?

        /// The classes that the client is of, as bits.
        var classes: UInt64 = 0

        /// What a client's association is known by.
        func identity(_ association: Association) -> ClientIdentity? {
            client.map { ClientIdentity(identityAssociation: association.identifier, duid: $0) }
        }
    }

    /// What a client says of one of its identity associations.
    struct Association: Sendable {
        /// What is associated.
        enum Kind: Sendable, Equatable {
            case addresses, prefixes, temporary
        }

        let kind: Kind
        let identifier: UInt32

        /// What it has, or would like: at most `hintLimit` of them.
        var hints: [LeaseAddress] = []

        /// How long a prefix it would like; nil if it does not care.
        var wantedLength: Int?

        /// The most associations of a message; one with more is refused.
        static let limit = 16

        /// The most addresses of an association that are looked at.
        static let hintLimit = 16

        private init(_ kind: Kind, _ identifier: UInt32) {
            (self.kind, self.identifier) = (kind, identifier)
        }

        init(_ option: IdentityAssociation) throws(WireError) {
            self.init(.addresses, option.identifier)
            for raw in option.options.raw where raw.code == .identityAssociationAddress {
                guard hints.count < Self.hintLimit else { break }
                let address = try IdentityAssociationAddress(readingAll: raw.value.span.octets).address
                // None is no wish.
                if !address.isUnspecified { hints.append(LeaseAddress(address)) }
            }
        }

        init(_ option: PrefixDelegation) throws(WireError) {
            self.init(.prefixes, option.identifier)
            for raw in option.options.raw where raw.code == .identityAssociationPrefix {
                guard hints.count < Self.hintLimit else { break }
                let prefix = try IdentityAssociationPrefix(readingAll: raw.value.span.octets).prefix
                if prefix.length > 0, wantedLength == nil { wantedLength = prefix.length }
                if !prefix.address.isUnspecified { hints.append(LeaseAddress(prefix)) }
            }
        }

        init(_ option: TemporaryAddresses) {
            self.init(.temporary, option.identifier)
        }
    }
}

extension DHCPv6.Query {
    /// Reads the associations of a message, in their order; throws for one that has too many, or one twice.
    static func associations(
        _ options: borrowing DHCPv6.OptionsView
    ) throws(DHCPv6.Server.Drop) -> [DHCPv6.Association] {
        var found: [DHCPv6.Association] = []
        do throws(WireError) {
            try options.forEach { (code, value) throws(WireError) in
                guard found.count <= DHCPv6.Association.limit else { return }
                switch code {
                case .identityAssociation:
                    found.append(try DHCPv6.Association(DHCPv6.IdentityAssociation(readingAll: value)))
                case .prefixDelegation:
                    found.append(try DHCPv6.Association(DHCPv6.PrefixDelegation(readingAll: value)))
                case .temporaryAddresses:
                    found.append(DHCPv6.Association(try DHCPv6.TemporaryAddresses(readingAll: value)))
                default: break
                }
            }
        } catch {
            throw DHCPv6.Server.Drop("malformed")
        }
        guard found.count <= DHCPv6.Association.limit else {
            throw DHCPv6.Server.Drop("too-many-associations")
        }
        for (index, association) in found.enumerated() {
            let isTwice = found[..<index].contains {
                $0.kind == association.kind && $0.identifier == association.identifier
            }
            guard !isTwice else { throw DHCPv6.Server.Drop("duplicate-association") }
        }
        return found
    }
}
