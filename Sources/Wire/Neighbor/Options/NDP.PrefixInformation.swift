extension NDP {
    /// A prefix that is on the link, or that addresses are made of (RFC 4861, 4.6.2).
    public struct PrefixInformation: Option {
        public static var type: OptionType { .prefixInformation }

        /// The flags; those not named here are kept.
        public struct Flags: OptionSet, Hashable, Sendable {
            public let rawValue: UInt8

            public init(rawValue: UInt8) {
                self.rawValue = rawValue
            }

            /// The prefix's addresses are on the link (L).
            public static var onLink: Self { Self(rawValue: 0x80) }
            /// Hosts make themselves addresses of it (A).
            public static var autonomous: Self { Self(rawValue: 0x40) }
            /// The prefix is the router's whole address (R; RFC 6275).
            public static var routerAddress: Self { Self(rawValue: 0x20) }
            /// Hosts should rather ask DHCPv6 for a prefix (P; RFC 9762).
            public static var delegationPreferred: Self { Self(rawValue: 0x10) }
        }

        /// The prefix; with `routerAddress`, bits behind its length count, too.
        public var address: IPv6Address

        /// How many bits of the address are the prefix, 0 to 128.
        public var length: Int

        /// The flags.
        public var flags: Flags

        /// How long the prefix is on the link (Valid Lifetime).
        public var valid: Lifetime

        /// How long addresses of it may be preferred (Preferred Lifetime).
        public var preferred: Lifetime

        /// Makes an option.
        public init(_ prefix: IPv6Prefix, flags: Flags, valid: Lifetime, preferred: Lifetime) {
            address = prefix.address
            length = prefix.length
            self.flags = flags
            self.valid = valid
            self.preferred = preferred
        }

        /// The prefix, without bits behind its length.
        public var prefix: IPv6Prefix { IPv6Prefix(containing: address, length: length) }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(30, for: Self.layer)
            length = Int(fixed.uint8(at: 0))
            guard length <= 128 else { throw .malformed(Self.layer, field: "Prefix Length") }
            flags = Flags(rawValue: fixed.uint8(at: 1))
            valid = Lifetime(rawValue: fixed.uint32(at: 2))
            preferred = Lifetime(rawValue: fixed.uint32(at: 6))
            address = fixed.ipv6Address(at: 14)
        }

        public var size: Int { 30 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            precondition((0...128).contains(length), "a prefix has 0 to 128 bits")
            octets.append(UInt8(length))
            octets.append(flags.rawValue)
            octets.append(uint32: valid.rawValue)
            octets.append(uint32: preferred.rawValue)
            octets.append(uint32: 0)
            address.write(to: &octets)
        }
    }
}
