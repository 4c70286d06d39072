/// The fixed part of a DNS message (RFC 1035, 4.1.1).
public struct DNSHeader: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 12

    /// The flags, opcode and response code, as one number of 16 bits.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The message answers (QR).
        public static var response: Self { Self(rawValue: 0x8000) }
        /// The answer is of the zone's own server (AA).
        public static var authoritative: Self { Self(rawValue: 0x0400) }
        /// The answer is cut short (TC).
        public static var truncated: Self { Self(rawValue: 0x0200) }
        /// The server is to ask others (RD).
        public static var recursionDesired: Self { Self(rawValue: 0x0100) }
        /// The server asks others (RA).
        public static var recursionAvailable: Self { Self(rawValue: 0x0080) }
        /// The data are authentic (AD; RFC 4035).
        public static var authenticData: Self { Self(rawValue: 0x0020) }
        /// The client checks itself (CD; RFC 4035).
        public static var checkingDisabled: Self { Self(rawValue: 0x0010) }
    }

    /// What an answer is told by (ID).
    public var identifier: UInt16

    /// The flags, the opcode and the response code.
    public var flags: Flags

    /// Makes a header.
    public init(identifier: UInt16, flags: Flags) {
        self.identifier = identifier
        self.flags = flags
    }

    /// The kind of query; 0 is a plain one (OPCODE).
    public var operation: UInt8 { UInt8(flags.rawValue >> 11 & 0xF) }

    /// How it went, the low four bits: 0 well, 3 there is no such name (RCODE).
    public var responseCode: UInt8 { UInt8(flags.rawValue & 0xF) }
}

extension Layer {
    /// A DNS message.
    public static var dns: Layer { Layer("DNS") }
}
