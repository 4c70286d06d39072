import Foundation
import Testing

@Suite("apus capture: forms of frames and files")
struct CaptureFormatTests {
    /// A pcap file (draft-ietf-opsawg-pcap) of one frame of a link type, of which more was on the link than is there.
    private func file(_ linkType: UInt8, _ frame: [UInt8], missing: Int = 0) -> [UInt8] {
        func octets(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 255) } }
        return [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + octets(0) + octets(0) + octets(65535) + [linkType, 0, 0, 0]
            + octets(1) + octets(2) + octets(frame.count) + octets(frame.count + missing) + frame
    }

    private func read(_ octets: [UInt8], _ arguments: String...) throws -> Command {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "capture").path()
            try Data(octets).write(to: URL(filePath: path))
            return try Command(["capture", "-r", path] + arguments)
        }
    }

    /// RFC 792 in RFC 791: an echo request of 10.0.0.1 to 10.0.0.2, as long as its header says.
    private static let request: [UInt8] =
        [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0x66, 0xDF, 10, 0, 0, 1, 10, 0, 0, 2]
        + [8, 0, 0xF7, 0xF6, 0, 5, 0, 4]

    @Test func `version 2 of the cooked header tells the interface, the direction and the sender`() throws {
        // draft-ietf-opsawg-pcaplinktype, LINKTYPE_LINUX_SLL2: outgoing on interface 3 of Ethernet.
        let header: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 9, 0, 0]
        var octets = file(0, header + Self.request)
        octets.replaceSubrange(20..<22, with: [0x14, 0x01])
        #expect(
            try read(octets, "-v").output == """
                1  1970-01-01T00:00:01.000002000Z  48 octets
                  frame    cooked    outgoing, from 02:00:00:00:00:09, IPv4
                                      hardware type 1, interface 3
                  packet   IPv4      10.0.0.1 > 10.0.0.2, ICMPv4, TTL 64, 28 octets
                                      identification 0, traffic class 0x00
                                      header 20 octets, checksum 0x66df (right)
                  message  ICMPv4    echo request, identifier 5, sequence 4
                                      checksum 0xf7f6 (right)

                """)
        let tag: [UInt8] = [0x81, 0] + header.dropFirst(2) + [0x60, 0x2A, 8, 0]
        octets = file(0, tag + Self.request)
        octets.replaceSubrange(20..<22, with: [0x14, 0x01])
        #expect(try read(octets).output.contains("from 02:00:00:00:00:09, VLAN 42 priority 3, IPv4\n  packet   IPv4 "))
        octets = file(0, Array(header.prefix(12)))
        octets.replaceSubrange(20..<22, with: [0x14, 0x01])
        #expect(
            try read(octets).output.contains(
                "  broken   at octet 0: Linux cooked header is cut short: 20 octets are needed, 12 are left\n"))
    }

    @Test func `version 1 of the cooked header tells the direction and the sender`() throws {
        // draft-ietf-opsawg-pcaplinktype, LINKTYPE_LINUX_SLL: a broadcast of Ethernet.
        let header: [UInt8] = [0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, 8, 0]
        #expect(
            try read(file(113, header + Self.request)).output.contains(
                "  frame    cooked    to everybody, from 02:00:00:00:00:09, IPv4\n"))
    }

    @Test func `an error of ICMP says whose packet it is about`() throws {
        // RFC 792: port unreachable, about UDP from port 1000 to port 9.
        let inner: [UInt8] =
            [0x45, 0, 0, 30, 0, 0, 0, 0, 64, 17, 0x66, 0xCD, 10, 0, 0, 1, 10, 0, 0, 2] + [3, 0xE8, 0, 9, 0, 10, 0, 0]
        let outer: [UInt8] = [0x45, 0, 0, 56, 0, 0, 0, 0, 64, 1, 0x66, 0xC3, 10, 0, 0, 2, 10, 0, 0, 1]
        #expect(
            try read(file(101, outer + [3, 3, 0, 0, 0, 0, 0, 0] + inner)).output.contains(
                "port unreachable, about UDP 10.0.0.1 port 1000 > 10.0.0.2 port 9\n"))
    }

    @Test func `a sum of the pseudo-header alone is said to be left to the network card`() throws {
        // The sum of 10.0.0.1, 10.0.0.2, 17 and 10 is 0x141E.
        var frame = CaptureTests.datagram
        frame.replaceSubrange(44..<46, with: [0x14, 0x1E])
        let output = try read(file(1, frame), "-v").output
        #expect(output.contains("checksum 0x141e (the pseudo-header's, left to the network card)"), "\(output)")
        frame[45] = 0x1F
        #expect(try read(file(1, frame), "-v").output.contains("checksum 0x141f (WRONG)"))
    }

    @Test func `-s keeps the first octets, and what lacks is called cut and not broken`() throws {
        let whole = CaptureTests.file([CaptureTests.datagram])
        let output = try read(whole, "-s", "24", "-x").output
        #expect(output.contains("  48 octets, 24 of them captured\n"))
        #expect(output.contains("  cut      at octet 18: IPv4 is cut short: 20 octets are needed, 6 are left\n"))
        #expect(output.hasSuffix("  0010  08 00 45 00 00 1e 00 00                           ..E.....\n"), "\(output)")
        for wrong in ["0", "-1", "x", "1048577"] {
            #expect(try read(whole, "-s\(wrong)").exitCode == 64)
        }
        #expect(try read(whole, "--snapshot-length", "1000").output == read(whole).output)
    }

    @Test func `the file called - is standard input, and output`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apus-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appending(path: "in").path()
        try Data(CaptureTests.file([CaptureTests.request, CaptureTests.datagram])).write(to: URL(filePath: source))
        let apus = Command.binary.path()
        // Through two pipes, as people chain programs.
        let shell = Process()
        let output = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c", "'\(apus)' capture -r '\(source)' -w - -s 50 2>/dev/null | '\(apus)' capture -r - arp 2>&1",
        ]
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(text.contains("  packet   ARP       who has 10.0.0.2? tell 10.0.0.1\n"), "\(text)")
        #expect(text.hasSuffix("2 frames read, 1 passed the filter\n"), "\(text)")
        #expect(try Command("capture", "-r", source, "-w", "-", "--print").exitCode == 64)
    }
}
