import DHCP
import Wire

/// A router on a link where anything comes: it speaks for itself only, and to all nodes every three seconds at most.
enum NeighborLinkFuzz {
    static func run(_ input: [UInt8]) {
        let station = MACAddress(2, 0, 0, 0, 0, 1)
        let address = IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 1)
        var link = NeighborLink(
            responder: NeighborResponder(hardwareAddress: station, addresses: [address], isRouter: true),
            advertiser: RouterAdvertiser(RouterConfiguration(), from: address, station, at: .zero))
        var random = ConductRandom(seed: 1)
        var now = Duration.zero
        var lastMulticast: Duration?
        var rest = input[...]
        while rest.count >= 3 {
            let kind = rest[rest.startIndex]
            let length = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
            let frame = Array(rest.dropFirst(3).prefix(length))
            rest = rest.dropFirst(3 + length)
            now += .milliseconds(100 * Int(kind >> 1))
            let result = link.receive(
                frame.span.octets, isChecksumPartial: kind & 1 == 1, at: now, using: &random)
            if case .send(let packet) = result {
                precondition(packet.source == address && packet.hardwareSource == station, "it speaks for itself")
                precondition((try? NeighborPacket(frame: packet.octets.span.octets)) == packet, "it can be read")
            }
            for packet in link.advertiser?.tick(at: now, using: &random) ?? [] {
                precondition((try? NeighborPacket(frame: packet.octets.span.octets)) == packet, "it can be read")
                guard packet.destination.isMulticast else { continue }
                precondition(lastMulticast.map { now - $0 >= .seconds(3) } ?? true, "not too often")
                lastMulticast = now
            }
        }
    }
}
