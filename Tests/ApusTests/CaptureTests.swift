import Foundation
import Testing

@Suite("apus capture")
struct CaptureTests {
    /// RFC 826: who has 10.0.0.2? tell 10.0.0.1.
    static let request: [UInt8] =
        [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1]
        + [2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]

    /// RFC 791 and RFC 768: UDP from 10.0.0.1:1000 to 10.0.0.2:2000 with `ab`, without a checksum, in VLAN 5.
    static let datagram: [UInt8] =
        [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 5, 0x08, 0, 0x45, 0, 0, 30, 0, 0, 0x40, 0, 64, 17]
        + [0x26, 0xCD, 10, 0, 0, 1, 10, 0, 0, 2, 3, 0xE8, 7, 0xD0, 0, 10, 0, 0, 97, 98]

    /// A pcap file (draft-ietf-opsawg-pcap) of frames a second apart, the first 1,700,000,000.000001 s after 1970.
    static func file(_ frames: [[UInt8]]) -> [UInt8] {
        func octets(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 255) } }
        var file: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + octets(0) + octets(0) + octets(65535) + octets(1)
        for (index, frame) in frames.enumerated() {
            file += octets(1_700_000_000 + index) + octets(1) + octets(frame.count) + octets(frame.count) + frame
        }
        return file
    }

    /// Writes `octets` to a file and runs `apus capture -r` on it.
    private func read(_ octets: [UInt8], _ arguments: String...) throws -> Command {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "capture")
            try Data(octets).write(to: file)
            return try Command(["capture", "-r", file.path()] + arguments)
        }
    }

    @Test func `frames are printed layer by layer`() throws {
        let command = try read(Self.file([Self.request, Self.datagram]))
        #expect(command.exitCode == 0)
        #expect(command.errors == "2 frames read\n")
        #expect(
            command.output == """
                1  2023-11-14T22:13:20.000001000Z  42 octets
                  frame    Ethernet  02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ARP
                  packet   ARP       who has 10.0.0.2? tell 10.0.0.1
                2  2023-11-14T22:13:21.000001000Z  48 octets
                  frame    Ethernet  02:00:00:00:00:01 > 02:00:00:00:00:02, VLAN 5, IPv4
                  packet   IPv4      10.0.0.1 > 10.0.0.2, UDP, TTL 64, 30 octets
                  datagram UDP       1000 > 2000, 2 octets of payload
                  payload  data      2 octets

                """)
    }

    @Test func `octets are shown if asked for`() throws {
        let output = try read(Self.file([Self.datagram]), "-x").output
        #expect(
            output.hasSuffix("  0020  00 01 0a 00 00 02 03 e8  07 d0 00 0a 00 00 61 62  ..............ab\n"),
            "\(output)")
    }

    @Test func `a checksum is verified if asked for`() throws {
        #expect(try read(Self.file([Self.datagram]), "-v").output.contains("checksum 0x26cd (right)"))
        var wrong = Self.datagram
        wrong[28] ^= 1
        #expect(try read(Self.file([wrong]), "-v").output.contains("checksum 0x27cd (WRONG)"))
    }

    @Test func `JSON is an object on each line`() throws {
        let lines = try read(Self.file([Self.request, Self.datagram]), "--json").output.split(separator: "\n")
        #expect(lines.count == 2)
        let last = try JSONSerialization.jsonObject(with: Data(try #require(lines.last).utf8)) as? [String: Any]
        let layers = try #require(last?["layers"] as? [[String: Any]])
        #expect(layers.map { $0["layer"] as? String } == ["Ethernet", "IPv4", "UDP", "data"])
        #expect(layers[2]["destinationPort"] as? Int == 2000)
    }

    @Test func `-c ends after so many frames, and a filter lets its own pass`() throws {
        let file = Self.file([Self.request, Self.datagram, Self.request])
        #expect(try read(file, "-c", "1").errors == "1 frame read\n")
        let filtered = try read(file, "arp")
        #expect(filtered.errors == "3 frames read, 2 passed the filter\n")
        #expect(filtered.output.split(separator: "\n").filter { $0.contains("ARP       who") }.count == 2)
    }

    @Test func `a file cut short is printed up to the cut, which is named, and exits 66`() throws {
        let command = try read(Array(Self.file([Self.request, Self.datagram]).dropLast()))
        #expect(command.exitCode == 66)
        #expect(command.output.contains("who has 10.0.0.2?"))
        #expect(command.errors.hasPrefix("1 frame read\napus: error: "))
        #expect(command.errors.hasSuffix("the file ends inside of what begins at octet 82 (behind frame 1)\n"))
    }

    @Test func `a broken layer is named with its place`() throws {
        let output = try read(Self.file([Array(Self.datagram.prefix(30))])).output
        #expect(output.contains("  broken   at octet 18: IPv4 is cut short: 20 octets are needed, 12 are left\n"))
    }

    @Test func `what is no capture, or not there, exits 66`() throws {
        let text = try read(Array("version: 1\n".utf8))
        #expect(text.exitCode == 66)
        #expect(text.errors.hasSuffix("not a capture: it begins as neither pcapng nor pcap does\n"))
        let nothing = try Command("capture", "-r", "/nowhere/a.pcapng")
        #expect(nothing.exitCode == 66)
        #expect(
            nothing.errors == "apus: error: /nowhere/a.pcapng: the file cannot be read: No such file or directory\n")
    }

    @Test func `a bad filter is refused with libpcap's words, and exits 64`() throws {
        let command = try read(Self.file([Self.request]), "prot udp")
        #expect(command.exitCode == 64)
        #expect(command.output == "")
        #expect(command.errors.contains("filter expression 'prot udp': "), "\(command.errors)")
    }

    @Test func `an unknown interface is answered with those that there are, and exits 64`() throws {
        for arguments in [["-i", "eth-none"], []] {
            let command = try Command(["capture"] + arguments)
            #expect(command.exitCode == 64)
            #expect(command.errors.contains("there are lo"), "\(command.errors)")
        }
    }

    @Test func `its help shows examples, no line wider than 120 columns`() throws {
        let help = try Command("capture", "--help")
        #expect(help.output.contains("apus capture -r dhcp.pcapng --json"))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test func `control characters of a file's interface name reach no terminal`() throws {
        // draft-ietf-opsawg-pcapng, 4.1 to 4.4: a section, an interface called ESC [ 2 J, a frame of one octet.
        let file: [UInt8] =
            [0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0]
            + Array(repeating: 255, count: 8) + [28, 0, 0, 0]
            + [1, 0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 4, 0, 0x1B, 0x5B, 0x32, 0x4A, 28, 0, 0, 0]
            + [6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]
            + [36, 0, 0, 0]
        let command = try read(file)
        #expect(command.exitCode == 0)
        #expect(command.output.hasPrefix("1  1970-01-01T00:00:00.000000000Z  ?[2J  1 octet"), "\(command.output)")
        #expect(!command.output.contains("\u{1B}"))
    }

    @Test(arguments: ["out.pcap", "out.pcapng"])
    func `what is written is read again, with the filter applied`(_ name: String) throws {
        try withTemporaryFolder { folder in
            let (source, target) = (folder.appending(path: "in").path(), folder.appending(path: name).path())
            try Data(Self.file([Self.request, Self.datagram])).write(to: URL(filePath: source))
            let written = try Command("capture", "-r", source, "-w", target, "arp")
            #expect(written.output == "" && written.exitCode == 0)
            let first = try Data(contentsOf: URL(filePath: target)).prefix(4)
            #expect(Array(first) == (name == "out.pcap" ? [0x4D, 0x3C, 0xB2, 0xA1] : [0x0A, 0x0D, 0x0D, 0x0A]))
            let read = try Command("capture", "-r", target)
            #expect(read.errors == "1 frame read\n")
            #expect(read.output.hasPrefix("1  2023-11-14T22:13:20.000001000Z  42 octets\n"))
            let refused = try Command("capture", "-r", source, "-w", "/nowhere/\(name)")
            #expect(refused.exitCode == 73)
        }
    }
}
