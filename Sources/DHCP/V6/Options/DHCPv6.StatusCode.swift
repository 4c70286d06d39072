public import Wire

extension DHCPv6 {
    /// How it went (RFC 8415, 21.13).
    public struct StatusCode: Option {
        public static var code: OptionCode { .statusCode }

        /// What happened (IANA, "DHCPv6 Status Codes").
        public struct Code: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
            public let rawValue: UInt16

            public init(rawValue: UInt16) {
                self.rawValue = rawValue
            }

            /// All is well.
            public static var success: Self { Self(rawValue: 0) }
            /// It failed.
            public static var unspecifiedFailure: Self { Self(rawValue: 1) }
            /// There are no addresses (NoAddrsAvail).
            public static var noAddressesAvailable: Self { Self(rawValue: 2) }
            /// The server has no such association (NoBinding).
            public static var noBinding: Self { Self(rawValue: 3) }
            /// The address does not fit the link (NotOnLink).
            public static var notOnLink: Self { Self(rawValue: 4) }
            /// The client is to use multicast.
            public static var useMulticast: Self { Self(rawValue: 5) }
            /// There are no prefixes (NoPrefixAvail).
            public static var noPrefixAvailable: Self { Self(rawValue: 6) }
        }

        /// What happened.
        public let status: Code

        /// The same for people, in UTF-8; what is not is kept, too.
        public let message: [UInt8]

        /// Makes an option.
        public init(_ status: Code, message: String = "") {
            self.status = status
            self.message = Array(message.utf8)
        }

        /// The message as text; what is not UTF-8 is replaced.
        public var text: String { String(decoding: message, as: UTF8.self) }

        public init(reading value: inout RawSpan) throws(WireError) {
            status = Code(rawValue: try value.take(2, for: Self.layer).uint16(at: 0))
            message = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 2 + message.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: status.rawValue)
            octets.append(copying: message)
        }
    }
}
