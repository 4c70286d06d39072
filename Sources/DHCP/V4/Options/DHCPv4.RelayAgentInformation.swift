public import Wire

extension DHCPv4 {
    /// What a relay agent tells about where a client is; a server sends it back unchanged (RFC 3046).
    public struct RelayAgentInformation: Option {
        public static var code: OptionCode { .relayAgentInformation }

        /// The sub-options in their order; a code may come more than once.
        public let suboptions: [RelaySuboption]

        /// Makes an option; traps if there are no sub-options.
        public init(_ suboptions: [RelaySuboption]) {
            precondition(!suboptions.isEmpty, "there is one sub-option at least")
            self.suboptions = suboptions
        }

        /// The value of the first sub-option of a code; nil if there is none.
        public subscript(code: RelaySuboption.Code) -> [UInt8]? {
            suboptions.first { $0.code == code }?.value
        }

        /// The circuit that the client is behind.
        public var circuitIdentifier: [UInt8]? { self[.circuitIdentifier] }

        /// The remote end of the circuit.
        public var remoteIdentifier: [UInt8]? { self[.remoteIdentifier] }

        /// The subscriber.
        public var subscriberIdentifier: [UInt8]? { self[.subscriberIdentifier] }

        /// The subnet that the client is on (RFC 3527).
        public var linkSelection: IPv4Address? { address(.linkSelection) }

        /// The server identifier that the server is to use (RFC 5107).
        public var serverIdentifierOverride: IPv4Address? { address(.serverIdentifierOverride) }

        /// Whether the client's message came to the agent by unicast; nil if it does not say (RFC 5010).
        public var wasUnicast: Bool? {
            guard let value = self[.flags], value.count == 1 else { return nil }
            return value[0] & 0x80 != 0
        }

        /// A sub-option that is an address; nil if it is missing, or of another length.
        private func address(_ code: RelaySuboption.Code) -> IPv4Address? {
            guard let value = self[code], value.count == IPv4Address.size else { return nil }
            return value.span.octets.ipv4Address(at: 0)
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            var suboptions: [RelaySuboption] = []
            while !value.isEmpty {
                let head = try value.take(2, for: Self.layer)
                let code = RelaySuboption.Code(rawValue: head.uint8(at: 0))
                let octets = [UInt8](copying: try value.take(Int(head.uint8(at: 1)), for: Self.layer))
                suboptions.append(RelaySuboption(code: code, value: octets))
            }
            self.suboptions = suboptions
        }

        public var size: Int { suboptions.reduce(0) { $0 + 2 + $1.value.count } }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for suboption in suboptions {
                octets.append(suboption.code.rawValue)
                octets.append(UInt8(suboption.value.count))
                octets.append(copying: suboption.value)
            }
        }
    }
}
