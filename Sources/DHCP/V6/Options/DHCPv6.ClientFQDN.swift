public import Wire

extension DHCPv6 {
    /// A client's full name, and who is to put it into the DNS (RFC 4704).
    public struct ClientFQDN: Option {
        public static var code: OptionCode { .clientFQDN }

        /// The flags (RFC 4704, 4.1); those that must be zero are kept.
        public struct Flags: OptionSet, Hashable, Sendable {
            public let rawValue: UInt8

            public init(rawValue: UInt8) {
                self.rawValue = rawValue
            }

            /// The server is to update, or updates, the name's address record (S).
            public static var serverUpdates: Self { Self(rawValue: 1) }
            /// The server overrode what the client wished (O).
            public static var overrides: Self { Self(rawValue: 2) }
            /// The server is not to update, or does not update, anything (N).
            public static var noUpdates: Self { Self(rawValue: 4) }
        }

        /// The flags.
        public let flags: Flags

        /// The name in the DNS's form, with a zero at its end if it is complete; empty if the client leaves it to the server.
        public let octets: [UInt8]

        /// Makes an option of octets.
        public init(flags: Flags, octets: [UInt8]) {
            self.flags = flags
            self.octets = octets
        }

        /// Makes an option of a full name.
        public init(_ name: DomainName, flags: Flags) {
            self.init(flags: flags, octets: name.octets)
        }

        /// The labels of the name, and whether it is complete; nil if it is malformed, or empty.
        public var name: (domain: DomainName, isComplete: Bool)? { EncodedName.read(octets) }

        public init(reading value: inout RawSpan) throws(WireError) {
            flags = Flags(rawValue: try value.take(1, for: Self.layer).uint8(at: 0))
            octets = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 1 + octets.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(flags.rawValue)
            octets.append(copying: self.octets)
        }
    }
}
