import Glibc
import Lab
import Link
import Linux
import Testing
import Wire

/// A classic socket whose receiving end has a filter: the kernel's own machine, for anybody.
final class KernelFilter {
    private let ends: [Int32]

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        self.ends = ends
    }

    deinit { ends.forEach { close($0) } }

    func accepts(_ instructions: [FilterInstruction]) -> Bool {
        instructions.withUnsafeBytes { octets in
            (try? Socket.attachFilter(ends[1], octets)) != nil
        }
    }

    /// How much the kernel keeps of a frame.
    func run(_ octets: [UInt8]) -> Int {
        _ = octets.withUnsafeBytes { Socket.send(ends[0], $0) }
        var scratch = [UInt8](repeating: 0, count: 4096)
        return scratch.withUnsafeMutableBytes { Socket.receive(ends[1], into: $0).count ?? 0 }
    }
}

/// Programs out of a seed: some valid, most nearly so.
struct ProgramSource {
    var random: SplitMix

    static let codes: [UInt16] = [
        0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x00, 0x80, 0x60, 0x01, 0x81, 0x61, 0xB1, 0x02, 0x03, 0x04, 0x14, 0x24,
        0x34,
        0x44, 0x54, 0x64, 0x74, 0x94, 0xA4, 0x0C, 0x1C, 0x2C, 0x3C, 0x4C, 0x5C, 0x6C, 0x7C, 0x9C, 0xAC, 0x84, 0x05,
        0x15,
        0x25, 0x35, 0x45, 0x1D, 0x2D, 0x3D, 0x4D, 0x06, 0x16, 0x07, 0x87,
    ]

    mutating func next() -> [FilterInstruction] {
        let count = Int.random(in: 1...24, using: &random)
        var program = (0..<count).map { _ in instruction() }
        if Int.random(in: 0..<20, using: &random) > 0 { program.append(.keepAccumulator) }
        return program
    }

    private mutating func instruction() -> FilterInstruction {
        let isOdd = Int.random(in: 0..<200, using: &random) == 0
        let code =
            isOdd
            ? UInt16.random(in: 0...0x1FF, using: &random)
            : Self.codes[Int.random(in: 0..<Self.codes.count, using: &random)]
        let operands: [UInt32] = [
            UInt32.random(in: 0...20, using: &random), UInt32.random(in: 0...20, using: &random),
            UInt32.random(in: 0...64, using: &random), UInt32.random(in: 0...(.max), using: &random), 0xFFFF_F000, 31,
            1500,
        ]
        // Only jumps need small skips; elsewhere the kernel does not look at them.
        return FilterInstruction(
            code: code, skipIfTrue: UInt8.random(in: 0...4, using: &random),
            skipIfFalse: UInt8.random(in: 0...4, using: &random),
            operand: code == 5
                ? UInt32.random(in: 0...4, using: &random)
                : operands[Int.random(in: 0..<operands.count, using: &random)])
    }
}

@Suite("Filter")
struct FilterTests {
    @Test func `the verifier accepts and refuses what the kernel does`() throws {
        var source = ProgramSource(random: SplitMix(state: 20_261))
        let kernel = KernelFilter()
        var counts = [false: 0, true: 0]
        for _ in 0..<20_000 {
            let program = source.next()
            let isAccepted = (try? FilterProgram(program)) != nil
            #expect(isAccepted == kernel.accepts(program), "\(program.map { $0.text(at: 0) })")
            counts[isAccepted, default: 0] += 1
        }
        #expect(counts[true]! > 2000 && counts[false]! > 2000, "\(counts)")
    }

    @Test func `the interpreter keeps as much as the kernel`() throws {
        var source = ProgramSource(random: SplitMix(state: 77))
        let kernel = KernelFilter()
        var kept: Set<Int> = []
        var runs = 0
        while runs < 6000 {
            let instructions = source.next()
            // What the kernel knows beside a frame is different for a local socket.
            guard !instructions.contains(where: { $0.code & 0xE7 == 0x20 && $0.operand >= 0x8000_0000 }),
                !instructions.contains(where: { $0.code & 0xE7 == 0x40 }),
                let program = try? FilterProgram(instructions)
            else { continue }
            #expect(kernel.accepts(instructions))
            let octets = (0..<Int.random(in: 1...80, using: &source.random)).map { _ in
                UInt8.random(in: 0...255, using: &source.random)
            }
            let ours = min(Int(program.run(on: octets.span.octets)), octets.count)
            let theirs = kernel.run(octets)
            #expect(ours == theirs, "\(program)\n\(octets)")
            kept.insert(theirs)
            runs += 1
        }
        #expect(kept.count > 20)
    }

    static let expressions = [
        "", "ip", "ip6", "arp", "udp", "tcp port 80", "udp port 67 or udp port 68", "icmp6 and ip6[40] == 135",
        "host 192.0.2.1", "net 10.0.0.0/8", "src host 192.0.2.1 and dst port 53", "ether host 02:00:00:00:00:01",
        "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "vlan", "vlan 100 and ip", "not arp and not broadcast",
        "greater 100", "less 64", "ip[8] < 5", "ip[6:2] & 0x1fff = 0", "len > 128 and ether multicast",
        "ether proto 0x88cc", "portrange 6000-6008", "ip proto 47", "icmp[icmptype] = icmp-echo", "host 2001:db8::1",
        "ether[0] * 3 + 7 = len / 2 - 1", "ip[2:2] % 7 = 3 xor 1", "(ip[0] << 2) >> 1 = len", "mpls", "pppoes",
        "ip[0] & 0xf != 5 or tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420", "-ip[0] = 3", "stp",
        "ether broadcast or ether[1] & 1 = 1",
    ]

    @Test(.enabled(if: Rights.have("tcpdump"), "tcpdump is not installed"), arguments: expressions)
    func `a compiled expression prints as tcpdump prints it`(_ expression: String) async throws {
        let path = try Program.path(of: "tcpdump")
        // -y and a file of no interface: what follows depends on nothing of this machine.
        let folder = try TemporaryFolder()
        var file: [UInt8] = []
        CaptureWriter(.pcap).begin(&file)
        let capture = folder.file("empty.pcap")
        let descriptor = open(capture, O_WRONLY | O_CREAT, 0o600)
        #expect(file.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == file.count)
        close(descriptor)
        let text = try await Command.run(path, ["-r", capture, "-d", "--", expression])
        let numbers = try await Command.run(path, ["-r", capture, "-ddd", "--", expression])
        guard text.exit == .code(0) else {
            #expect(throws: FilterError.self) { try FilterProgram(expression: expression) }
            return
        }
        let program = try FilterProgram(expression: expression)
        #expect(program.description + "\n" == text.output)
        #expect(program.numbers + "\n" == numbers.output)
    }

    @Test func `a wrong expression is refused in libpcap's words`() throws {
        let error = #expect(throws: FilterError.self) { try FilterProgram(expression: "udp prot 67") }
        #expect(error?.description.contains("syntax error") == true, "\(error.map(String.init(describing:)) ?? "")")
        #expect(throws: FilterError.self) { try FilterProgram(expression: "ip\0") }
    }

    @Test func `the interpreter agrees with libpcap's on compiled expressions`() throws {
        typealias Run = @convention(c) (UnsafeRawPointer, UnsafePointer<UInt8>, UInt32, UInt32) -> UInt32
        let library = try #require(dlopen("libpcap.so.0.8", RTLD_NOW))
        let run = unsafeBitCast(dlsym(library, "bpf_filter"), to: Run.self)
        var random = SplitMix(state: 5)
        var accepted = 0
        for expression in Self.expressions {
            guard let program = try? FilterProgram(expression: expression) else { continue }
            for _ in 0..<300 {
                var octets = (0..<Int.random(in: 14...120, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let type = [[0x08, 0x00], [0x86, 0xDD], [0x08, 0x06], [0x81, 0x00], [0x88, 0xCC]].randomElement(
                    using: &random)!
                octets.replaceSubrange(12..<14, with: type.map(UInt8.init))
                if octets.count > 24 { (octets[14], octets[23]) = (0x45, [6, 17, 1].randomElement(using: &random)!) }
                let ours = program.run(on: octets.span.octets)
                let theirs = program.instructions.withUnsafeBytes {
                    run($0.baseAddress!, octets, UInt32(octets.count), UInt32(octets.count))
                }
                #expect(ours == theirs, "\(expression) \(octets)")
                accepted += ours == 0 ? 0 : 1
            }
        }
        #expect(accepted > 1000)
    }

    @Test func `labels become skips, and a bad one is refused`() throws {
        var builder = FilterBuilder()
        let (drop, keep) = (builder.label(), builder.label())
        builder.add(.load(.half, at: 12))
        builder.jump(if: .equal, .constant(0x0806), to: keep)
        builder.require(.equal, .constant(0x0800), orElse: drop)
        builder.place(keep)
        builder.add(.keep(65535))
        builder.place(drop)
        builder.add(.keep(0))
        #expect(
            try builder.program().instructions == [
                .load(.half, at: 12), .compare(.equal, .constant(0x0806), skipIfTrue: 1),
                .compare(.equal, .constant(0x0800), skipIfFalse: 1), .keep(65535), .keep(0),
            ])
        var open = FilterBuilder()
        open.jump(to: open.label())
        open.add(.keep(0))
        #expect(throws: FilterError.label(0)) { try open.program() }
        var far = FilterBuilder()
        let end = far.label()
        far.require(.equal, .index, orElse: end)
        far.add(Array(repeating: .negate, count: 256))
        far.place(end)
        far.add(.keep(0))
        #expect(throws: FilterError.tooFar(0)) { try far.program() }
    }

    @Test func `a program for cooked frames means the same without their header`() throws {
        var random = SplitMix(state: 5)
        var (runs, passed) = (0, 0)
        for expression in [
            "udp", "tcp port 80", "icmp", "ip6", "arp", "host 10.0.0.1", "ether proto 0x88b5", "udp port 67 or port 68",
            "ifindex 3", "inbound and ip", "outbound", "net 10.0.0.0/8 and not udp", "ip[8] > 5", "udp[4:2] > 20",
        ] {
            let whole = try FilterProgram(expression: expression, linkType: .linuxCooked2)
            let bare = try #require(whole.cooked(), "\(expression)")
            for _ in 0..<200 {
                var frame: [UInt8] = (0..<80).map { _ in UInt8.random(in: 0...255, using: &random) }
                let type: UInt16 = [0x0800, 0x86DD, 0x0806, 0x88B5].randomElement(using: &random)!
                frame.replaceSubrange(
                    0..<12, with: [UInt8(type >> 8), UInt8(type & 0xFF), 0, 0, 0, 0, 0, 0, 0, 1, 0, 6])
                frame[7] = UInt8.random(in: 1...4, using: &random)
                frame[10] = UInt8.random(in: 0...4, using: &random)
                frame[20] = type == 0x0800 ? 0x45 : 0x60
                frame[26] = 0
                frame[29] = [1, 6, 17].randomElement(using: &random)!
                frame.replaceSubrange(32..<36, with: [10, 0, 0, UInt8.random(in: 1...2, using: &random)])
                frame.replaceSubrange(40..<44, with: [0, [67, 80, 9].randomElement(using: &random)!, 0, 68])
                let context = FilterContext([
                    .networkProtocol: UInt32(type), .interfaceIndex: UInt32(frame[7]), .hardwareType: 1,
                    .packetType: UInt32(frame[10]),
                ])
                let expected = whole.run(on: frame.span.octets)
                let packet = Array(frame[20...])
                #expect(bare.run(on: packet.span.octets, in: context) == expected, "\(expression) \(frame)")
                runs += 1
                if expected > 0 { passed += 1 }
            }
        }
        #expect(runs == 2800 && passed > 300 && passed < 2000, "\(passed)")
        // The sender's address and the length are nothing that the kernel could be asked in the same way.
        for expression in ["link[12] = 2", "greater 100"] {
            #expect(try FilterProgram(expression: expression, linkType: .linuxCooked2).cooked() == nil)
        }
        #expect(try FilterProgram(expression: "vlan 5 and udp").looksForVLANTag)
        #expect(try !FilterProgram(expression: "udp").looksForVLANTag)
    }
}
