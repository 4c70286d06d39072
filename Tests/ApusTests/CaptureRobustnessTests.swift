import Foundation
import Testing

/// Frames that others made, with octets changed: whatever they hold, each is printed.
@Suite("apus capture: changed frames")
struct CaptureRobustnessTests {
    /// Octets of a file of `Tests/Vectors`, where the origin of each stands.
    private static func vector(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors")
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: " ").split(separator: " ")
            .compactMap { UInt8($0, radix: 16) }
    }

    private static func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }

    /// UDP in IPv4 or IPv6, whose sums are nobody's business here.
    private static func datagram(_ payload: [UInt8], _ source: Int, _ target: Int, isIPv6: Bool) -> [UInt8] {
        let udp = big(source) + big(target) + big(payload.count + 8) + [0, 0] + payload
        if isIPv6 { return [0x60, 0, 0, 0] + big(udp.count) + [17, 64] + Array(repeating: 0xFD, count: 32) + udp }
        return [0x45, 0] + big(udp.count + 20) + [0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] + udp
    }

    private static func packets() throws -> [[UInt8]] {
        var packets: [[UInt8]] = []
        for name in ["dhclient-discover", "dhclient-request", "dnsmasq-acknowledge", "dnsmasq-offer", "udhcpc-request"]
        {
            packets.append(datagram(try vector("dhcp/\(name).hex"), 67, 68, isIPv6: false))
        }
        for name in ["dhclient-solicit6", "dhclient-request6", "dnsmasq-advertise6", "dnsmasq-reply6"] {
            packets.append(datagram(try vector("dhcp/\(name).hex"), 546, 547, isIPv6: true))
        }
        for name in ["address", "alias", "query", "service"] {
            packets.append(datagram(try vector("dns/\(name).hex"), 53, 5000, isIPv6: false))
        }
        return packets
    }

    @Test(arguments: [["-v", "-x"], ["--json"], ["-s", "70", "-v"]])
    func `no change of octets ends the printing`(_ arguments: [String]) throws {
        var state: UInt64 = 11
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let packets = try Self.packets()
        #expect(packets.allSatisfy { $0.count > 60 })
        func little(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 255) } }
        var file: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + little(0) + little(0) + little(65535) + little(101)
        let count = 3000
        for number in 0..<count {
            var packet = packets[number % packets.count]
            // The first of each kind stays as it was.
            for _ in 0..<(number < packets.count ? 0 : 1 + random(4)) {
                packet[random(packet.count)] = [0, 1, 0x7F, 0xC0, 0xFF, UInt8(random(256))][random(6)]
            }
            if number >= packets.count, random(8) == 0 { packet.removeLast(random(packet.count - 1)) }
            file += little(number) + little(0) + little(packet.count) + little(packet.count) + packet
        }
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "changed").path()
            try Data(file).write(to: URL(filePath: path))
            let command = try Command(["capture", "-r", path] + arguments)
            #expect(command.exitCode == 0)
            #expect(command.errors == "\(count) frames read\n")
            // Nothing that another sent may steer a terminal.
            #expect(!command.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 127 })
            if arguments == ["--json"] {
                let lines = command.output.split(separator: "\n")
                #expect(lines.count == count)
                let whole = try lines.prefix(packets.count).map {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
                }
                #expect(whole.allSatisfy { $0 != nil && $0?["error"] == nil })
                #expect(try lines.allSatisfy { try JSONSerialization.jsonObject(with: Data($0.utf8)) is [String: Any] })
            }
        }
    }
}
