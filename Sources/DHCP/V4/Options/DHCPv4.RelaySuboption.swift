extension DHCPv4 {
    /// One of the things that a relay agent tells (IANA, "DHCP Relay Agent Sub-Option Codes").
    public struct RelaySuboption: Equatable, Hashable, Sendable {
        /// What the sub-option is called on the wire.
        public struct Code: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
            public let rawValue: UInt8

            public init(rawValue: UInt8) {
                self.rawValue = rawValue
            }

            /// The circuit that the client is behind (RFC 3046, 3.1).
            public static var circuitIdentifier: Self { Self(rawValue: 1) }
            /// The remote end of the circuit (RFC 3046, 3.2).
            public static var remoteIdentifier: Self { Self(rawValue: 2) }
            /// The class of a cable modem (RFC 3256).
            public static var docsisDeviceClass: Self { Self(rawValue: 4) }
            /// The subnet that the client is on (RFC 3527).
            public static var linkSelection: Self { Self(rawValue: 5) }
            /// The subscriber, wherever connected (RFC 3993).
            public static var subscriberIdentifier: Self { Self(rawValue: 6) }
            /// RADIUS attributes (RFC 4014).
            public static var radiusAttributes: Self { Self(rawValue: 7) }
            /// Proof that the message is from the agent (RFC 4030).
            public static var authentication: Self { Self(rawValue: 8) }
            /// What a vendor adds (RFC 4243).
            public static var vendorInformation: Self { Self(rawValue: 9) }
            /// Flags (RFC 5010).
            public static var flags: Self { Self(rawValue: 10) }
            /// The server identifier that the server is to use (RFC 5107).
            public static var serverIdentifierOverride: Self { Self(rawValue: 11) }
            /// The relay agent itself (RFC 6925).
            public static var relayIdentifier: Self { Self(rawValue: 12) }
            /// The virtual subnet (RFC 6607).
            public static var virtualSubnetSelection: Self { Self(rawValue: 151) }
        }

        /// What it is called on the wire.
        public let code: Code

        /// Its value.
        public let value: [UInt8]

        /// Makes a sub-option; traps for over 255 octets.
        public init(code: Code, value: [UInt8]) {
            precondition(value.count <= 255, "a sub-option has up to 255 octets")
            self.code = code
            self.value = value
        }
    }
}
