public import Wire

extension DHCPv4 {
    /// A client's full name, and who is to put it into the DNS (RFC 4702).
    public struct ClientFQDN: Option {
        /// The flags (RFC 4702, 2.1); those that must be zero are kept.
        public struct Flags: OptionSet, Hashable, Sendable {
            public let rawValue: UInt8

            public init(rawValue: UInt8) {
                self.rawValue = rawValue
            }

            /// The server is to update, or updates, the name's address record (S).
            public static var serverUpdates: Self { Self(rawValue: 1) }
            /// The server overrode what the client wished (O).
            public static var overrides: Self { Self(rawValue: 2) }
            /// The name is in the DNS's form, not in ASCII (E).
            public static var isEncoded: Self { Self(rawValue: 4) }
            /// The server is not to update, or does not update, anything (N).
            public static var noUpdates: Self { Self(rawValue: 8) }
        }

        public static var code: OptionCode { .clientFQDN }

        /// The flags.
        public let flags: Flags

        /// What updates came to, which means nothing any more (RCODE1, RCODE2).
        public let results: UInt16

        /// The name as it is on the wire; without octets if the client leaves it to the server.
        public let octets: [UInt8]

        /// Makes an option of octets that are as `flags` says.
        public init(flags: Flags, octets: [UInt8], results: UInt16 = 0) {
            self.flags = flags
            self.octets = octets
            self.results = results
        }

        /// Makes an option of a full name.
        public init(_ name: DomainName, flags: Flags) {
            self.init(flags: flags.union(.isEncoded), octets: name.octets)
        }

        /// The labels of the name, and whether it is complete; nil if it is malformed, or empty.
        ///
        /// An ASCII name is complete if it ends in a dot or has one inside; an encoded one, if it ends in a zero.
        public var name: (domain: DomainName, isComplete: Bool)? {
            guard !octets.isEmpty else { return nil }
            if flags.contains(.isEncoded) { return EncodedName.read(octets) }
            guard octets.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }),
                let domain = DomainName(String(decoding: octets, as: UTF8.self)), domain != .root
            else { return nil }
            return (domain, octets.contains(0x2E))
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(3, for: Self.layer)
            flags = Flags(rawValue: fixed.uint8(at: 0))
            results = fixed.uint16(at: 1)
            octets = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 3 + octets.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(flags.rawValue)
            octets.append(uint16: results)
            octets.append(copying: self.octets)
        }
    }
}
