public import Wire

extension DHCPv4 {
    /// What a message is for (RFC 2132, 9.6; IANA, "DHCP Message Type 53 Values").
    public struct MessageType: Option, RawRepresentable, Hashable, BitwiseCopyable {
        public static var code: OptionCode { .messageType }

        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// A client looks for servers.
        public static var discover: Self { Self(rawValue: 1) }
        /// A server offers an address.
        public static var offer: Self { Self(rawValue: 2) }
        /// A client takes an offer, or confirms or extends what it has.
        public static var request: Self { Self(rawValue: 3) }
        /// A client found the address in use.
        public static var decline: Self { Self(rawValue: 4) }
        /// A server lends an address, or tells parameters.
        public static var acknowledge: Self { Self(rawValue: 5) }
        /// A server refuses (DHCPNAK).
        public static var refuse: Self { Self(rawValue: 6) }
        /// A client gives its address back.
        public static var release: Self { Self(rawValue: 7) }
        /// A client with an address asks for parameters.
        public static var inform: Self { Self(rawValue: 8) }
        /// A server asks a client to renew (RFC 3203).
        public static var forceRenew: Self { Self(rawValue: 9) }

        public init(reading value: inout RawSpan) throws(WireError) {
            rawValue = try value.take(1, for: Self.layer).uint8(at: 0)
        }

        public var size: Int { 1 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(rawValue)
        }
    }
}
