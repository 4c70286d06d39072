import Lab
import Link
import Linux
import Testing
import Wire

@Suite(
    "Raw sockets", .enabled(if: Rights.packets, "raw sockets need an administrator's rights"), .timeLimit(.minutes(1)))
struct RawSocketTests {
    /// An ICMP echo request of 16 octets (RFC 792), or of ICMPv6, whose checksum the kernel fills in.
    private func request(isIPv6: Bool, _ number: UInt8) -> [UInt8] {
        var octets: [UInt8] = [isIPv6 ? 128 : 8, 0, 0, 0, 0x12, 0x34, 0, number] + Array(repeating: number, count: 8)
        guard !isIPv6 else { return octets }
        var sum = stride(from: 0, to: 16, by: 2).reduce(0) { $0 + Int(octets[$1]) << 8 + Int(octets[$1 + 1]) }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        (octets[2], octets[3]) = (UInt8(~sum >> 8 & 0xFF), UInt8(~sum & 0xFF))
        return octets
    }

    @Test(arguments: [false, true])
    func `an echo request over a raw socket is answered`(_ isIPv6: Bool) async throws {
        let namespace = try await Namespace("link-raw")
        let address = isIPv6 ? SocketAddress(ipv6: 1, port: 0) : SocketAddress(ipv4: 0x7F00_0001, port: 0)
        let replies = try inside(namespace) {
            var socket = try RawSocket(.raw(protocolNumber: isIPv6 ? 58 : 1), isIPv6: isIPv6)
            try socket.send(self.request(isIPv6: isIPv6, 5).span.octets, to: address)
            var packets: [[UInt8]] = []
            for _ in 0..<2 {
                try socket.receive(until: .after(.seconds(2))) { packet, sender in
                    #expect(sender.bits == address.bits)
                    // IPv4's header comes along (raw(7)).
                    packets.append(isIPv6 ? packet.copied() : Array(packet.copied()[20...]))
                }
            }
            return packets
        }
        // The request itself, which loopback shows, and the reply.
        #expect(replies.map { $0[0] } == (isIPv6 ? [128, 129] : [8, 0]))
        #expect(replies.map { Array($0[8...]) } == [[UInt8]](repeating: Array(repeating: 5, count: 8), count: 2))
    }

    @Test func `an echo socket gets its own replies alone, and no rights are needed`() async throws {
        let namespace = try await Namespace("link-echo")
        try await namespace.run("sysctl", ["-qw", "net.ipv4.ping_group_range=0 65534"])
        let reply = try inside(namespace, asNobody: true) {
            var socket = try RawSocket(.echo)
            try socket.send(self.request(isIPv6: false, 9).span.octets, to: SocketAddress(ipv4: 0x7F00_0001, port: 0))
            var reply: [UInt8] = []
            try socket.receive(until: .after(.seconds(2))) { packet, _ in reply = packet.copied() }
            return reply
        }
        #expect(reply.count == 16 && reply[0] == 0)
        #expect(Array(reply[6...]) == [0, 9] + Array(repeating: 9, count: 8))
    }

    @Test func `a closed socket wakes, and a raw socket without rights says why`() async throws {
        let failure = try inside(nil, asNobody: true) {
            #expect(throws: LinkError.self) { _ = try RawSocket(.raw(protocolNumber: 253)) }
        }
        #expect(failure?.description.contains("CAP_NET_RAW") == true)
        let namespace = try await Namespace("link-raw")
        let woken = try inside(namespace) {
            var socket = try RawSocket(.raw(protocolNumber: 253))
            let closer = socket.closer
            let thread = Thread(name: "closer") { closer.close() }
            defer { thread.join() }
            return #expect(throws: LinkError.self) { try socket.receive(until: .after(.seconds(5))) { _, _ in } }
        }
        #expect(woken == .closed)
    }
}
