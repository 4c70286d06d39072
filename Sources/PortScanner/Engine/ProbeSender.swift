import Link
import Linux
import Wire

/// Sends frames on a link, in batches past the queueing discipline; or packets to this machine itself.
///
/// A packet to an address of our own has to go the whole way down the stack: one that came in on the loopback interface from
/// outside would be a martian, and dropped (`fib_validate_source`).
struct ProbeSender: ~Copyable {
    private var link: PacketSocket?
    private var own: RawSocket?
    private let isIPv6: Bool

    /// `usesRing` shares a ring with the kernel in the place of copied batches, for frames of up to 208 octets.
    init(_ path: Path, batch: Int, usesRing: Bool) throws(LinkError) {
        isIPv6 = path.isIPv6
        if path.isLoopback {
            // IPPROTO_RAW: the header is ours.
            own = try RawSocket(.raw(protocolNumber: 255), isIPv6: path.isIPv6)
            link = nil
        } else {
            // Its type is 0: it receives nothing.
            var options = PacketSocket.Options(interface: path.interface, etherType: EtherType(rawValue: 0))
            options.bypassesQueue = true
            options.batchCount = batch
            if usesRing {
                options.transmitRing = PacketSocket.Options.Ring(blockSize: 1 << 16, blockCount: 8, frameSize: 256)
            }
            link = try PacketSocket(options)
            own = nil
        }
    }

    /// Sends so many frames, which `write` writes; it returns where to.
    mutating func send(_ count: Int, _ write: (Int, inout OutputSpan<UInt8>) -> UInt128) throws(LinkError) {
        if link != nil {
            try link?.send(count: count, until: .after(.seconds(1))) { _ = write($0, &$1) }
            return
        }
        for number in 0..<count {
            var address: UInt128 = 0
            let packet = [UInt8](capacity: ProbeWriter.longest) { address = write(number, &$0) }
            let target =
                isIPv6
                ? SocketAddress(ipv6: address, port: 0)
                : SocketAddress(ipv4: UInt32(truncatingIfNeeded: address), port: 0)
            try own?.send(packet.span.octets, to: target, until: .after(.seconds(1)))
        }
    }
}
