public import Wire

extension DHCPv6 {
    /// A client's or a server's message with the relay agents that it came through (RFC 8415, 19).
    public struct Relayed: Equatable, Hashable, Sendable {
        /// The relay agents' messages without what they relay, the one nearest to the server first.
        public var relays: [RelayMessage]

        /// The message inside.
        public var message: Message

        /// Makes a message that comes through `relays`; traps for more than 32.
        public init(relays: [RelayMessage], message: Message) {
            precondition(relays.count <= RelayView.nestingLimit, "up to 32 relay agents pass a message on")
            self.relays = relays
            self.message = message
        }

        /// Reads a message that is all of `octets`, through up to 32 relay agents.
        public init(reading octets: inout RawSpan) throws(WireError) {
            var rest = octets
            relays = []
            while DHCPv6.isRelayed(rest) {
                guard relays.count < RelayView.nestingLimit else {
                    throw .malformed(.dhcpv6Relay, field: "nesting")
                }
                let view = try RelayView(reading: rest)
                guard view.options.count(of: .relayMessage) == 1, let inner = view.relayedMessage else {
                    throw .malformed(.dhcpv6Relay, field: "Relay Message")
                }
                rest = inner
                var relay = RelayMessage(view)
                relay.options.remove(.relayMessage)
                relays.append(relay)
            }
            message = try Message(reading: &rest)
            octets = octets.extracting(droppingFirst: octets.byteCount)
        }

        /// How many octets it takes.
        public var size: Int {
            relays.reduce(message.size) { $0 + $1.size + DHCPv6.optionHeaderSize }
        }

        /// Appends it; it must fit.
        ///
        /// The message that a relay agent passes on is the last of its options.
        public func write(to octets: inout OutputSpan<UInt8>) {
            var inner = size
            for relay in relays {
                relay.write(to: &octets)
                inner -= relay.size + DHCPv6.optionHeaderSize
                precondition(inner <= DHCPv6.valueLimit, "an option's value has up to 65,535 octets")
                octets.append(uint16: OptionCode.relayMessage.rawValue)
                octets.append(uint16: UInt16(inner))
            }
            message.write(to: &octets)
        }
    }
}
