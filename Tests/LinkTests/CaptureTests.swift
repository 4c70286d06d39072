import Glibc
import Lab
import Link
import Testing
import Wire

@Suite("Capture files")
struct CaptureTests {
    static let frames = [
        CapturedFrame(timestamp: 1_700_000_000_123_456_789, octets: frame(1)),
        CapturedFrame(timestamp: 1_700_000_001_000_000_001, originalLength: 1500, octets: frame(2, count: 63)),
        CapturedFrame(timestamp: 0, octets: []),
    ]

    static func written(_ format: CaptureWriter.Format) -> [UInt8] {
        let writer = CaptureWriter(format)
        var file: [UInt8] = []
        writer.begin(&file)
        for frame in frames { writer.append(frame, to: &file) }
        writer.appendStatistics(of: 0, received: 9, dropped: 2, at: 5, to: &file)
        return file
    }

    static func read(_ file: [UInt8]) throws -> ([CapturedFrame], [CaptureInterface]) {
        var reader = try CaptureReader(file)
        var frames: [CapturedFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return (frames, reader.interfaces)
    }

    @Test(arguments: [CaptureWriter.Format.pcap, .pcapng])
    func `what is written is read`(_ format: CaptureWriter.Format) throws {
        let (frames, interfaces) = try Self.read(Self.written(format))
        #expect(frames == Self.frames)
        #expect(interfaces.map(\.linkType) == [.ethernet])
        #expect(interfaces.map(\.dropped) == [format == .pcapng ? 2 : nil])
        #expect(interfaces.map(\.received) == [format == .pcapng ? 9 : nil])
    }

    @Test func `several interfaces keep their names and frames`() throws {
        let interfaces = [
            CaptureInterface(name: "eth0"), CaptureInterface(linkType: .linuxCooked, snapLength: 96, name: "any"),
        ]
        let writer = CaptureWriter(interfaces: interfaces)
        var file: [UInt8] = []
        writer.begin(&file)
        writer.append(CapturedFrame(interface: 1, timestamp: 4, octets: [1, 2, 3]), to: &file)
        let (frames, found) = try Self.read(file)
        #expect(frames == [CapturedFrame(interface: 1, timestamp: 4, octets: [1, 2, 3])])
        #expect(found == interfaces)
    }

    @Test func `pcap of the other byte order and of microseconds is read`() throws {
        // draft-ietf-opsawg-pcap, 4 and 5: one frame of 3 octets out of 9, at 2.000007 s.
        let big: [UInt8] = [
            0xA1, 0xB2, 0xC3, 0xD4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1,
            0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 9, 7, 8, 9,
        ]
        let (frames, interfaces) = try Self.read(big)
        #expect(frames == [CapturedFrame(timestamp: 2_000_007_000, originalLength: 9, octets: [7, 8, 9])])
        #expect(interfaces[0].snapLength == 1024)
    }

    @Test func `pcapng of the other byte order and of a coarse clock is read`() throws {
        // draft-ietf-opsawg-pcapng, 4.1 to 4.3: seconds of 2^-1, one frame at 3 units, offset by 10 s.
        let big: [UInt8] = [
            0x0A, 0x0D, 0x0D, 0x0A, 0, 0, 0, 28, 0x1A, 0x2B, 0x3C, 0x4D, 0, 1, 0, 0,
            255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 28,
            0, 0, 0, 1, 0, 0, 0, 44, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0x81, 0, 0, 0,
            0, 14, 0, 8, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 44,
            0, 0, 0, 6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 5, 0, 0, 0, 0, 0, 0,
            36,
        ]
        #expect(try Self.read(big).0 == [CapturedFrame(timestamp: 11_500_000_000, octets: [5])])
    }

    @Test(arguments: [CaptureWriter.Format.pcap, .pcapng])
    func `a file cut short gives its whole frames, then an error`(_ format: CaptureWriter.Format) throws {
        let file = Self.written(format)
        var ends = 0
        for count in 4..<file.count {
            var frames: [CapturedFrame] = []
            do {
                var reader = try CaptureReader(Array(file[..<count]))
                while let frame = try reader.next() { frames.append(frame) }
                ends += 1
            } catch {
                let isTruncated = if case .truncated = error { true } else { false }
                #expect(isTruncated, "\(error)")
            }
            #expect(frames == Array(Self.frames.prefix(frames.count)))
        }
        // Between blocks, or frames, an end is no error.
        #expect(ends == (format == .pcap ? 3 : 5))
    }

    @Test func `a frame that claims more than the limit is refused`() throws {
        var file = Self.written(.pcap)
        file.replaceSubrange(32..<36, with: [0xFF, 0xFF, 0xFF, 0x7F])
        #expect(throws: CaptureError.malformed(offset: 24, reason: "a frame of 2147483647 octets")) {
            _ = try Self.read(file)
        }
        #expect(throws: CaptureError.unknownFormat) { _ = try CaptureReader([1, 2, 3, 4, 5]) }
    }

    @Test func `changed files never crash the reader`() {
        var random = SplitMix(state: 9)
        var refused = 0
        for _ in 0..<3000 {
            var file = Self.written(Bool.random(using: &random) ? .pcap : .pcapng)
            for _ in 0..<3 {
                file[Int.random(in: 0..<file.count, using: &random)] = [0, 1, 0x7F, 0xFF].randomElement(using: &random)!
            }
            if (try? Self.read(file)) == nil { refused += 1 }
        }
        #expect(refused > 300 && refused < 3000)
    }

    @Test(
        .enabled(if: Rights.have("tcpdump"), "tcpdump is not installed"),
        arguments: [CaptureWriter.Format.pcap, .pcapng])
    func `tcpdump reads our files`(_ format: CaptureWriter.Format) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("capture")
        let octets = Self.written(format)
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(octets.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == octets.count)
        close(descriptor)
        let output = try await Command.output(
            try Program.path(of: "tcpdump"), ["-r", path, "-tt", "--nano", "-e", "-n"])
        #expect(
            output.contains(
                "1700000000.123456789 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype Unknown (0x88b5), length 60"))
        #expect(output.contains("length 1500"))
    }
}
