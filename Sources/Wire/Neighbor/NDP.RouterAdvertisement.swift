extension NDP {
    /// A router says what it is good for, and how hosts are to configure themselves (RFC 4861, 4.2).
    public struct RouterAdvertisement: Equatable, Hashable, Sendable {
        /// The flags (RFC 4861, 4.2; RFC 5175; RFC 4191, 2.2 for the preference); those not named here are kept.
        public struct Flags: OptionSet, Hashable, Sendable {
            public let rawValue: UInt8

            public init(rawValue: UInt8) {
                self.rawValue = rawValue
            }

            /// Addresses come by DHCPv6 (M).
            public static var managed: Self { Self(rawValue: 0x80) }
            /// Other configuration comes by DHCPv6 (O).
            public static var otherConfiguration: Self { Self(rawValue: 0x40) }
            /// The router is a home agent (H; RFC 6275).
            public static var homeAgent: Self { Self(rawValue: 0x20) }
            /// The message was proxied (P; RFC 4389).
            public static var proxied: Self { Self(rawValue: 0x04) }
        }

        /// What hosts put into the Hop Limit field; zero leaves it to them (Cur Hop Limit).
        public var currentHopLimit: UInt8

        /// The flags.
        public var flags: Flags

        /// The seconds that the router is a default router for; zero if it is none (Router Lifetime).
        public var routerLifetime: UInt16

        /// The milliseconds that a neighbor is taken to be reachable for; zero leaves it to hosts (Reachable Time).
        public var reachableTime: UInt32

        /// The milliseconds between solicitations; zero leaves it to hosts (Retrans Timer).
        public var retransmissionTimer: UInt32

        /// The options.
        public var options: Options

        /// Makes a message.
        public init(
            currentHopLimit: UInt8 = 0, flags: Flags = [], routerLifetime: UInt16 = 0, reachableTime: UInt32 = 0,
            retransmissionTimer: UInt32 = 0, options: Options = Options()
        ) {
            self.currentHopLimit = currentHopLimit
            self.flags = flags
            self.routerLifetime = routerLifetime
            self.reachableTime = reachableTime
            self.retransmissionTimer = retransmissionTimer
            self.options = options
        }

        /// How much hosts should prefer the router (Prf); the reserved value reads as medium.
        public var preference: RouterPreference {
            get { RouterPreference(rawValue: flags.rawValue >> 3 & 3) ?? .medium }
            set { flags = Flags(rawValue: flags.rawValue & 0xE7 | newValue.rawValue << 3) }
        }

        /// Reads what follows the checksum: all of `octets`.
        init(reading octets: inout RawSpan) throws(WireError) {
            let fixed = try octets.take(12, for: .ndp)
            currentHopLimit = fixed.uint8(at: 0)
            flags = Flags(rawValue: fixed.uint8(at: 1))
            routerLifetime = fixed.uint16(at: 2)
            reachableTime = fixed.uint32(at: 4)
            retransmissionTimer = fixed.uint32(at: 8)
            options = try Options(reading: &octets)
        }

        /// How many octets it takes behind the checksum.
        var size: Int { 12 + options.size }

        /// Appends what follows the checksum.
        func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(currentHopLimit)
            octets.append(flags.rawValue)
            octets.append(uint16: routerLifetime)
            octets.append(uint32: reachableTime)
            octets.append(uint32: retransmissionTimer)
            options.write(to: &octets)
        }
    }
}
