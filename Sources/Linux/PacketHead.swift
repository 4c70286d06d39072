/// What the kernel says of a frame beside its octets, in plain numbers (`packet(7)`, `linux/if_packet.h`).
package struct PacketHead: BitwiseCopyable, Sendable {
    /// TP_STATUS_* bits; 0 if the socket did not ask for them.
    package var status: UInt32 = 0
    /// Octets before the frame was cut.
    package var originalLength: UInt32 = 0
    /// Nanoseconds since 1970; 0 if the socket did not ask for them.
    package var timestamp: UInt64 = 0
    /// The interface's index.
    package var interfaceIndex: UInt32 = 0
    /// The EtherType, in host order.
    package var networkProtocol: UInt16 = 0
    /// ARPHRD_*.
    package var hardwareType: UInt16 = 0
    /// PACKET_HOST and its neighbours.
    package var packetType: UInt8 = 0
    /// How many octets of `address` count.
    package var addressLength: UInt8 = 0
    /// The sender's address, its first octet on top.
    package var address: UInt64 = 0
    /// Priority and identifier of the VLAN tag that was taken off.
    package var vlanTag: UInt16 = 0
    /// The EtherType of that tag.
    package var vlanProtocol: UInt16 = 0

    package init() {}

    /// Takes what a `sockaddr_ll` says.
    mutating func take(address octets: UnsafeRawPointer) {
        // The kernel filled the twenty octets of a sockaddr_ll.
        unsafe networkProtocol = UInt16(bigEndian: octets.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        unsafe interfaceIndex = octets.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        unsafe hardwareType = octets.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        unsafe packetType = octets.load(fromByteOffset: 10, as: UInt8.self)
        unsafe addressLength = octets.load(fromByteOffset: 11, as: UInt8.self)
        unsafe address = UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 12, as: UInt64.self))
    }
}
