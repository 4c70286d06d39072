package import Wire

/// An address, or a delegated prefix, that was lent to a client, or kept from all of them.
///
/// It is a compact value: a hundred thousand of them, with what finds them, take about 20 MB. What a server knows of an address,
/// it knows from its lease alone: there is one lease at most for each address.
package struct Lease: Equatable, Sendable {
    /// What is lent.
    package var address: LeaseAddress

    /// To whom it is, or was, lent; who declined it, if it is `declined`.
    package var client: ClientIdentity

    /// What has become of it.
    package var state: State

    /// Until when the state holds; afterwards a bound or declined address is as good as an expired one.
    ///
    /// Always a whole second, or never: `Instant.wholeSecond`.
    package var expiry: Instant

    /// When the client was last heard of (the "cltt" of others), on a whole second.
    package var lastContact: Instant

    /// The client's hardware address on the link; `MACAddress.zero` if it is not known.
    ///
    /// For people and for messages that the server begins; nothing is decided by it.
    package var hardwareAddress: MACAddress

    /// The name that the client has, or wants; empty if it told none.
    ///
    /// At most `hostNameLimit` octets, letters, digits, hyphens and dots only: whoever makes a lease sees to it.
    package var hostName: String

    /// What the conduct of the family wants to find again, in a form of its own; mostly empty.
    ///
    /// DHCPv4 keeps relay agent information here, DHCPv6 the key for RECONFIGURE. At most `attachmentLimit` octets.
    package var attachment: [UInt8]

    package static let hostNameLimit = 253
    package static let attachmentLimit = 1024

    /// Makes a lease without name and attachment.
    package init(
        _ address: LeaseAddress, client: ClientIdentity, state: State, expiry: Instant, lastContact: Instant,
        hardwareAddress: MACAddress = .zero
    ) {
        self.address = address
        self.client = client
        self.state = state
        self.expiry = expiry.wholeSecond
        self.lastContact = Instant(seconds: lastContact.seconds)
        self.hardwareAddress = hardwareAddress
        hostName = ""
        attachment = []
    }

    /// What has become of an address.
    package enum State: UInt8, Sendable {
        /// It was offered or advertised; nothing is promised, and no store ever sees this state.
        case offered = 0
        /// The client has it.
        case bound = 1
        /// The client, or a probe, found it in use by somebody else: nobody gets it until `expiry`.
        case declined = 2
        /// The time has run out; the client gets it again if nobody else needed it meanwhile.
        case expired = 3
        /// The client gave it back; it gets it again if nobody else needed it meanwhile.
        case released = 4
    }

    /// Whether the address must not be given to anybody but the lease's client now.
    package func isHeld(at now: Instant) -> Bool {
        switch state {
        case .offered, .bound, .declined: expiry > now
        case .expired, .released: false
        }
    }

    /// Whether the client may use the address now.
    package func isBound(at now: Instant) -> Bool { state == .bound && expiry > now }
}

/// What can be lent.
package struct LeaseAddress: Hashable, Sendable, BitwiseCopyable {
    /// The kind of thing.
    package enum Family: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        /// An IPv4 address.
        case v4 = 4
        /// An IPv6 address (IA_NA).
        case v6 = 6
        /// A delegated IPv6 prefix (IA_PD).
        case prefix = 7
    }

    /// The address in host order, or a prefix's first address.
    package let rawValue: UInt128

    package let family: Family

    /// 32 or 128 for addresses.
    package let prefixLength: UInt8

    package init(_ address: IPv4Address) {
        (rawValue, family, prefixLength) = (UInt128(address.rawValue), .v4, 32)
    }

    package init(_ address: IPv6Address) {
        (rawValue, family, prefixLength) = (address.rawValue, .v6, 128)
    }

    package init(_ prefix: IPv6Prefix) {
        (rawValue, family, prefixLength) = (prefix.address.rawValue, .prefix, UInt8(prefix.length))
    }

    /// The IPv4 address; nil for other families.
    package var ipv4: IPv4Address? {
        family == .v4 ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)) : nil
    }

    /// The IPv6 address; nil for other families.
    package var ipv6: IPv6Address? { family == .v6 ? IPv6Address(rawValue: rawValue) : nil }

    /// The delegated prefix; nil for other families.
    package var prefix: IPv6Prefix? {
        family == .prefix
            ? IPv6Prefix(containing: IPv6Address(rawValue: rawValue), length: Int(prefixLength)) : nil
    }
}

extension LeaseAddress: CustomStringConvertible {
    package var description: String {
        switch family {
        case .v4: IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)).description
        case .v6: IPv6Address(rawValue: rawValue).description
        case .prefix: "\(IPv6Address(rawValue: rawValue))/\(prefixLength)"
        }
    }
}
