public import Wire

extension DHCPv6 {
    /// What a client is to do upon a Reconfigure message (RFC 8415, 21.19).
    public struct ReconfigureMessage: Option {
        public static var code: OptionCode { .reconfigureMessage }

        /// Which message it is to send: renew, rebind or information-request.
        public let type: MessageType

        /// Makes an option; traps for other messages.
        public init(_ type: MessageType) {
            precondition(Self.isAllowed(type), "a client is told to renew, to rebind or to ask for information")
            self.type = type
        }

        private static func isAllowed(_ type: MessageType) -> Bool {
            type == .renew || type == .rebind || type == .informationRequest
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            type = MessageType(rawValue: try value.take(1, for: Self.layer).uint8(at: 0))
            guard Self.isAllowed(type) else { throw .malformed(Self.layer, field: "msg-type") }
        }

        public var size: Int { 1 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(type.rawValue)
        }
    }
}
