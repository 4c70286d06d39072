extension DHCPv6 {
    /// What a message is for (msg-type; RFC 8415, 7.3; IANA, "DHCPv6 Message Types").
    public struct MessageType: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// A client looks for servers.
        public static var solicit: Self { Self(rawValue: 1) }
        /// A server offers.
        public static var advertise: Self { Self(rawValue: 2) }
        /// A client takes an offer.
        public static var request: Self { Self(rawValue: 3) }
        /// A client asks whether its addresses fit the link that it came to.
        public static var confirm: Self { Self(rawValue: 4) }
        /// A client extends a lease with the server that gave it.
        public static var renew: Self { Self(rawValue: 5) }
        /// A client extends a lease with any server.
        public static var rebind: Self { Self(rawValue: 6) }
        /// A server answers.
        public static var reply: Self { Self(rawValue: 7) }
        /// A client gives addresses back.
        public static var release: Self { Self(rawValue: 8) }
        /// A client found addresses in use.
        public static var decline: Self { Self(rawValue: 9) }
        /// A server asks a client to come again.
        public static var reconfigure: Self { Self(rawValue: 10) }
        /// A client asks for parameters only.
        public static var informationRequest: Self { Self(rawValue: 11) }
        /// A relay agent passes a message towards servers.
        public static var relayForward: Self { Self(rawValue: 12) }
        /// A server's answer goes back through a relay agent.
        public static var relayReply: Self { Self(rawValue: 13) }

        /// Whether it is one of the two that relay agents use, which have a header of their own.
        public var isRelay: Bool { self == .relayForward || self == .relayReply }
    }
}
