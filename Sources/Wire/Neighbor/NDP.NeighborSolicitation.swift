extension NDP {
    /// A node asks for a neighbor's link-layer address, or whether it is there (RFC 4861, 4.3).
    public struct NeighborSolicitation: Equatable, Hashable, Sendable {
        /// The address that is asked for; never multicast (Target Address).
        public var target: IPv6Address

        /// The options: perhaps the sender's link-layer address, or a nonce.
        public var options: Options

        /// Makes a message.
        public init(target: IPv6Address, options: Options = Options()) {
            self.target = target
            self.options = options
        }

        /// Reads what follows the checksum: all of `octets`.
        init(reading octets: inout RawSpan) throws(WireError) {
            let fixed = try octets.take(20, for: .ndp)
            target = fixed.ipv6Address(at: 4)
            guard !target.isMulticast else { throw .malformed(.ndp, field: "Target Address") }
            options = try Options(reading: &octets)
        }

        /// How many octets it takes behind the checksum.
        var size: Int { 20 + options.size }

        /// Appends what follows the checksum.
        func write(to octets: inout OutputSpan<UInt8>) {
            precondition(!target.isMulticast, "a target is one node's address")
            octets.append(uint32: 0)
            target.write(to: &octets)
            options.write(to: &octets)
        }
    }
}
