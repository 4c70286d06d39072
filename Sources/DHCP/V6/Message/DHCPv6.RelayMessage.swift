public import Wire

extension DHCPv6 {
    /// A relay agent's message, to keep and to change (RFC 8415, 9).
    public struct RelayMessage: Equatable, Hashable, Sendable {
        /// Towards a server, or back.
        public var type: MessageType

        /// How many relay agents passed it on before (hop-count).
        public var hopCount: UInt8

        /// An address on the client's link, or `::` (link-address).
        public var linkAddress: IPv6Address

        /// Whom the message came from, or goes to (peer-address).
        public var peerAddress: IPv6Address

        /// The options; among them the message inside.
        public var options: Options

        /// Makes a message.
        public init(
            _ type: MessageType, hopCount: UInt8, linkAddress: IPv6Address, peerAddress: IPv6Address,
            options: Options = Options()
        ) {
            self.type = type
            self.hopCount = hopCount
            self.linkAddress = linkAddress
            self.peerAddress = peerAddress
            self.options = options
        }

        /// Reads a message that is all of `octets`.
        public init(reading octets: inout RawSpan) throws(WireError) {
            let view = try RelayView(reading: octets)
            octets = octets.extracting(droppingFirst: octets.byteCount)
            self.init(view)
        }

        /// Copies what `view` shows.
        public init(_ view: borrowing RelayView) {
            self.init(
                view.type, hopCount: view.hopCount, linkAddress: view.linkAddress, peerAddress: view.peerAddress,
                options: Options(view.options))
        }

        /// How many octets the message takes.
        public var size: Int { RelayView.headerSize + options.size }

        /// Appends the message; it must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            precondition(type.isRelay, "a message between client and server has a type of its own")
            octets.append(type.rawValue)
            octets.append(hopCount)
            linkAddress.write(to: &octets)
            peerAddress.write(to: &octets)
            options.write(to: &octets)
        }
    }
}
