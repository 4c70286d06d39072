extension Checksum {
    /// Starts with the pseudo-header of a UDP or TCP packet over IPv4 (RFC 768, RFC 9293).
    ///
    /// `length` counts the packet's header and payload; traps unless it is 0 to 65535.
    public init(source: IPv4Address, destination: IPv4Address, protocol: IPProtocol, length: Int) {
        precondition((0...65535).contains(length), "an IPv4 packet has at most 65535 octets")
        self.init()
        add(uint32: source.rawValue)
        add(uint32: destination.rawValue)
        add(uint16: UInt16(`protocol`.rawValue))
        add(uint16: UInt16(length))
    }

    /// Starts with the pseudo-header of a packet over IPv6 (RFC 8200, 8.1).
    ///
    /// `length` counts the packet's header and payload; `destination` is the last one, also with a routing header.
    public init(source: IPv6Address, destination: IPv6Address, protocol: IPProtocol, length: Int) {
        precondition((0...0xFFFF_FFFF).contains(length), "an IPv6 packet's length has 32 bits")
        self.init()
        add(uint128: source.rawValue)
        add(uint128: destination.rawValue)
        add(uint32: UInt32(length))
        add(uint16: UInt16(`protocol`.rawValue))
    }
}
