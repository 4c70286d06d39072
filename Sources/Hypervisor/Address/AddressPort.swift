import DHCPServer
import Link
import Wire

/// The bridge's port that questions come by, as long as it is the one of this index.
///
/// Only the loop's thread uses it.
final class AddressPort {
    let index: UInt32
    var socket: PacketSocket

    init(_ interface: Interface, queue: Int) throws(LinkError) {
        index = UInt32(interface.index)
        var options = PacketSocket.Options(interface: interface.name)
        options.filter = FrameFilter.link(takesTags: true)
        // Questions are for the gateway's address, or for groups, and the interface has another address.
        options.isPromiscuous = true
        options.ignoresOutgoing = true
        options.receiveBufferSize = queue * 2304
        options.batchCount = 64
        socket = try PacketSocket(options)
    }
}
