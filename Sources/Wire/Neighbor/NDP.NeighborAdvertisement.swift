extension NDP {
    /// A node tells its link-layer address (RFC 4861, 4.4).
    public struct NeighborAdvertisement: Equatable, Hashable, Sendable {
        /// The flags; the reserved bits are kept.
        public struct Flags: OptionSet, Hashable, Sendable {
            public let rawValue: UInt32

            public init(rawValue: UInt32) {
                self.rawValue = rawValue
            }

            /// The sender is a router (R).
            public static var router: Self { Self(rawValue: 0x8000_0000) }
            /// The message answers a solicitation (S).
            public static var solicited: Self { Self(rawValue: 0x4000_0000) }
            /// The message takes the place of what was known (O).
            public static var override: Self { Self(rawValue: 0x2000_0000) }
        }

        /// The flags.
        public var flags: Flags

        /// The address that is spoken of; never multicast (Target Address).
        public var target: IPv6Address

        /// The options: the target's link-layer address.
        public var options: Options

        /// Makes a message.
        public init(target: IPv6Address, flags: Flags = [], options: Options = Options()) {
            self.target = target
            self.flags = flags
            self.options = options
        }

        /// Reads what follows the checksum: all of `octets`.
        init(reading octets: inout RawSpan) throws(WireError) {
            let fixed = try octets.take(20, for: .ndp)
            flags = Flags(rawValue: fixed.uint32(at: 0))
            target = fixed.ipv6Address(at: 4)
            guard !target.isMulticast else { throw .malformed(.ndp, field: "Target Address") }
            options = try Options(reading: &octets)
        }

        /// How many octets it takes behind the checksum.
        var size: Int { 20 + options.size }

        /// Appends what follows the checksum.
        func write(to octets: inout OutputSpan<UInt8>) {
            precondition(!target.isMulticast, "a target is one node's address")
            octets.append(uint32: flags.rawValue)
            target.write(to: &octets)
            options.write(to: &octets)
        }
    }
}
