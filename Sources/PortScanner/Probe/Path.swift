package import Wire

/// How packets leave for a group of hosts: the interface, our addresses on it, and who carries them on.
package struct Path: Hashable, Sendable {
    /// What a frame of the interface begins with.
    package enum Framing: Hashable, Sendable {
        /// Fourteen octets of Ethernet.
        case ethernet
        /// Nothing: a tunnel's frames are IP packets.
        case none

        /// The octets before the IP header.
        package var size: Int { self == .ethernet ? 14 : 0 }
    }

    package var interface: String
    package var interfaceIndex: Int
    package var framing: Framing
    package var hardwareAddress: MACAddress
    /// Our address towards these hosts.
    package var source: UInt128
    package var isIPv6: Bool
    /// The router; nil if the hosts are on the link.
    package var gateway: UInt128?
    /// Whether packets never leave this machine.
    package var isLoopback = false

    package init(
        interface: String, interfaceIndex: Int, framing: Framing, hardwareAddress: MACAddress, source: UInt128,
        isIPv6: Bool, gateway: UInt128?, isLoopback: Bool = false
    ) {
        (self.interface, self.interfaceIndex, self.framing) = (interface, interfaceIndex, framing)
        (self.hardwareAddress, self.source, self.isIPv6) = (hardwareAddress, source, isIPv6)
        (self.gateway, self.isLoopback) = (gateway, isLoopback)
    }

    /// What a probe begins with: to this machine itself, the IP header.
    var probeFraming: Framing { isLoopback ? .none : framing }

    /// Whether each host's own link-layer address has to be found out.
    package var needsNeighbors: Bool { framing == .ethernet && gateway == nil && !isLoopback }
}
