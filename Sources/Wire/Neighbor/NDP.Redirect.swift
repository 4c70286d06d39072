extension NDP {
    /// A router tells a host of a better first hop (RFC 4861, 4.5).
    public struct Redirect: Equatable, Hashable, Sendable {
        /// The better first hop, or the destination itself if it is a neighbor (Target Address).
        public var target: IPv6Address

        /// Where the packet went to; never multicast (Destination Address).
        public var destination: IPv6Address

        /// The options: perhaps the target's link-layer address, and what is left of the packet.
        public var options: Options

        /// Makes a message.
        public init(target: IPv6Address, destination: IPv6Address, options: Options = Options()) {
            self.target = target
            self.destination = destination
            self.options = options
        }

        /// Reads what follows the checksum: all of `octets`.
        init(reading octets: inout RawSpan) throws(WireError) {
            let fixed = try octets.take(36, for: .ndp)
            target = fixed.ipv6Address(at: 4)
            destination = fixed.ipv6Address(at: 20)
            guard !destination.isMulticast else { throw .malformed(.ndp, field: "Destination Address") }
            options = try Options(reading: &octets)
        }

        /// How many octets it takes behind the checksum.
        var size: Int { 36 + options.size }

        /// Appends what follows the checksum.
        func write(to octets: inout OutputSpan<UInt8>) {
            precondition(!destination.isMulticast, "a destination is one node's address")
            octets.append(uint32: 0)
            target.write(to: &octets)
            destination.write(to: &octets)
            options.write(to: &octets)
        }
    }
}
