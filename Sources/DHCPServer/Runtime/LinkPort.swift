import DHCP
import Link
import Wire

/// An interface that is there: its socket, and what is served on it.
///
/// Only the loop's thread uses it.
final class LinkPort {
    let name: String
    let index: UInt32
    let hardwareAddress: MACAddress
    var socket: PacketSocket

    /// What is on each VLAN; 0 is the key of frames without a tag.
    var networks: [UInt16: Int]

    /// The interface's addresses.
    var addresses: [(address: IPv4Address, length: Int)] = []
    var linkLocals: [IPv6Address] = []

    /// The address that we speak from: one that the interface has, or else the one that its hardware address makes
    /// (RFC 4291, appendix A), which we then answer for ourselves.
    var linkLocal: IPv6Address { linkLocals.first ?? IPv6Address(linkLocal: hardwareAddress) }

    /// Whether the interface itself has the address, so that the kernel answers for it.
    func hasLinkLocal(_ address: IPv6Address) -> Bool { linkLocals.contains(address) }

    init(_ interface: Interface, networks: [UInt16: Int], queue: Int, routers: Set<IPv6Address>) throws(LinkError) {
        name = interface.name
        index = UInt32(interface.index)
        hardwareAddress = interface.hardwareAddress ?? .zero
        self.networks = networks
        var options = PacketSocket.Options(interface: interface.name)
        options.filter = FrameFilter.link(takesTags: networks.keys.contains { $0 != 0 })
        options.ignoresOutgoing = true
        options.hasTimestamps = true
        // All DHCP relay agents and servers, all DHCP servers, all routers (RFC 8415, 7.1; RFC 4291, 2.7.1).
        options.groups = [
            MACAddress(0x33, 0x33, 0, 1, 0, 2), MACAddress(0x33, 0x33, 0, 1, 0, 3), MACAddress(0x33, 0x33, 0, 0, 0, 2),
            // All nodes, since answers to probes go there.
            MACAddress(0x33, 0x33, 0, 0, 0, 1),
        ]
        // Who asks for an address that only we answer for.
        for address in routers.union([IPv6Address(linkLocal: hardwareAddress)]) {
            options.groups.append(MACAddress(group: address.solicitedNode))
        }
        options.receiveBufferSize = Self.account(queue)
        options.batchCount = 64
        socket = try PacketSocket(options)
    }

    /// How much so many messages take of the kernel's account of a socket.
    static func account(_ messages: Int) -> Int { messages * 2304 }

    /// The address that the server has on a network of this interface: one in the network's subnets, else any.
    func address(in subnets: [DHCPv4.Subnet]) -> IPv4Address? {
        addresses.first { entry in subnets.contains { $0.prefix.contains(entry.address) } }?.address
            ?? addresses.first?.address
    }
}

extension IPv6Address {
    /// The link-local address that a hardware address makes (RFC 4291, appendix A).
    init(linkLocal address: MACAddress) {
        let raw = address.rawValue ^ 0x0200_0000_0000
        let identifier = (raw >> 24) << 40 | 0xFFFE << 24 | raw & 0xFF_FFFF
        self.init(rawValue: UInt128(0xFE80) << 112 | UInt128(identifier))
    }
}
