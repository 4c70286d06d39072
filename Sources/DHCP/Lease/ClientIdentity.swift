import Wire

/// Whom a lease belongs to: what a server tells one client, or one identity association of it, from all others.
///
/// Up to 30 octets are held in place, so that looking up nearly every client allocates nothing; longer ones, up to `limit`,
/// have memory of their own. It compares and hashes as its kind and octets.
package struct ClientIdentity: Sendable {
    /// What the octets are.
    package enum Kind: UInt8, Sendable {
        /// DHCPv4 without a client identifier: the type of hardware, then its address (RFC 2131, 4.2).
        case hardwareAddress = 1
        /// DHCPv4: the client identifier as it came, its type included (RFC 2132, 9.14; RFC 4361).
        case clientIdentifier = 2
        /// DHCPv6: the IAID of four octets, then the DUID (RFC 8415, 12).
        ///
        /// Whether addresses or prefixes are associated is told by the family of the lease.
        case identityAssociation = 3
    }

    /// The most octets: an IAID and a DUID of 130, or a client identifier of 255.
    package static let limit = 255

    /// How many octets are held in place.
    private static let room = 30

    /// The first octets, then zeros; unused if `long` is not empty.
    private let first: UInt128
    private let second: UInt128
    private let long: [UInt8]

    /// Takes octets as they are; nil if there are none, or more than `limit`.
    package init?(_ kind: Kind, _ octets: RawSpan) {
        guard (1...Self.limit).contains(octets.byteCount) else { return nil }
        self.init(kind, prefix: 0, prefixSize: 0, octets)
    }

    /// What a client is known by that sends no identifier; nil for a client without an address.
    package init?(_ address: DHCPv4.HardwareAddress) {
        guard address.count > 0 else { return nil }
        let octets = UInt128(address.type.rawValue) << 120 | address.rawValue >> 8
        first = octets
        // The sixteenth octet of an address does not fit into the first word, and comes on top of the second.
        let rest = UInt128(truncatingIfNeeded: address.rawValue) << 120
        second = rest | UInt128(address.count + 1) << 8 | UInt128(Kind.hardwareAddress.rawValue)
        long = []
    }

    /// An identity association of a DHCPv6 client.
    package init(identityAssociation: UInt32, duid: RawSpan) {
        precondition(DUID.sizes.contains(duid.byteCount), "a DUID has 3 to 130 octets")
        self.init(.identityAssociation, prefix: identityAssociation, prefixSize: 4, duid)
    }

    /// An identity association of a DHCPv6 client.
    package init(identityAssociation: UInt32, duid: DUID) {
        self.init(identityAssociation: identityAssociation, duid: duid.octets.span.octets)
    }

    private init(_ kind: Kind, prefix: UInt32, prefixSize: Int, _ octets: RawSpan) {
        let count = prefixSize + octets.byteCount
        guard count <= Self.room else {
            long = [UInt8](capacity: count) {
                if prefixSize > 0 { $0.append(uint32: prefix) }
                $0.append(copying: octets)
            }
            (first, second) = (0, UInt128(count) << 8 | UInt128(kind.rawValue))
            return
        }
        // Octets 0 to 15 from the top of `first`, 16 to 29 from the top of `second`; count and kind at its bottom.
        var (first, second) = (UInt128(0), UInt128(0))
        func put(_ octet: UInt8, at index: Int) {
            if index < 16 {
                first |= UInt128(octet) << UInt128(120 - 8 * index)
            } else {
                second |= UInt128(octet) << UInt128(120 - 8 * (index - 16))
            }
        }
        for index in 0..<prefixSize { put(UInt8(truncatingIfNeeded: prefix >> UInt32(24 - 8 * index)), at: index) }
        for index in 0..<octets.byteCount { put(octets.uint8(at: index), at: prefixSize + index) }
        self.first = first
        self.second = second | UInt128(count) << 8 | UInt128(kind.rawValue)
        long = []
    }

    /// What the octets are.
    package var kind: Kind {
        // The initializers put a kind there.
        Kind(rawValue: UInt8(truncatingIfNeeded: second)) ?? .hardwareAddress
    }

    /// How many octets there are.
    package var count: Int { Int(UInt8(truncatingIfNeeded: second >> 8)) }

    /// The octets, copied.
    package var octets: [UInt8] {
        guard long.isEmpty else { return long }
        return (0..<count).map { octet(at: $0) }
    }

    /// One of the octets held in place.
    private func octet(at index: Int) -> UInt8 {
        let word = index < 16 ? first : second
        return UInt8(truncatingIfNeeded: word >> UInt128(120 - 8 * (index % 16)))
    }

    /// The DUID in it: of DHCPv6, or of a DHCPv4 client that sends one (RFC 4361); nil if there is none.
    package var duid: DUID? {
        let octets = octets
        switch kind {
        case .hardwareAddress: return nil
        case .clientIdentifier:
            guard octets.count > 5, octets[0] == DHCPv4.ClientIdentifier.duidType else { return nil }
            return DUID(octets: Array(octets[5...]))
        case .identityAssociation: return DUID(octets: Array(octets[4...]))
        }
    }

    /// The IAID of an identity association; nil for other kinds.
    package var identityAssociation: UInt32? {
        kind == .identityAssociation ? octets.span.octets.uint32(at: 0) : nil
    }
}

extension ClientIdentity: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.first == right.first && left.second == right.second && left.long == right.long
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(first)
        hasher.combine(second)
        if !long.isEmpty { hasher.combine(long) }
    }
}

extension ClientIdentity: CustomStringConvertible {
    /// `hw:`, `id:` or `ia:` and the octets in hexadecimal.
    package var description: String {
        let name =
            switch kind {
            case .hardwareAddress: "hw:"
            case .clientIdentifier: "id:"
            case .identityAssociation: "ia:"
            }
        return octets.reduce(into: name) { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}
