import Testing
import Wire

/// What holds for every type of the wire, over octets and values from a seed.
@Suite("Round trips")
struct RoundTripTests {
    /// Reads random octets, some with what the type insists on put in, and writes what was read.
    ///
    /// Returns how many were accepted.
    private func octetsThroughValue<Value: Codec>(
        _ type: Value.Type, count: Int = 60, ignoring: [Int: UInt8] = [:], fix: (inout [UInt8]) -> Void = { _ in }
    ) -> Int {
        var random = SeededRandom(seed: 3)
        var accepted = 0
        for _ in 0..<3000 {
            var input = random.octets(count)
            fix(&input)
            var rest = input.span.octets
            guard let value = try? Value(reading: &rest) else { continue }
            accepted += 1
            let size = input.count - rest.byteCount
            var expected = Array(input.prefix(size))
            for (offset, mask) in ignoring { expected[offset] &= mask }
            let output = written { value.write(to: &$0) }
            #expect(output == expected)
            #expect((try? read(type, output)) == value)
            // One octet less is refused, and a refusal is no trap at any length.
            for length in 0..<size {
                guard case .truncated(_, let needed, let available)? = refusal(type, Array(input.prefix(length)))
                else {
                    Issue.record("\(length) of \(size) octets are not refused as cut short")
                    continue
                }
                #expect(needed > available && needed <= size && available <= length)
            }
        }
        return accepted
    }

    @Test func `addresses`() {
        #expect(octetsThroughValue(MACAddress.self) == 3000)
        #expect(octetsThroughValue(IPv4Address.self) == 3000)
        #expect(octetsThroughValue(IPv6Address.self) == 3000)
    }

    @Test func `the link's headers`() {
        let types: [[UInt8]] = [[0x81, 0], [0x88, 0xA8], [0x91, 0], [8, 0], [0, 60], [5, 0xDC], [6, 0]]
        var turn = 0
        let frames = octetsThroughValue(EthernetHeader.self) { frame in
            turn += 1
            frame.replaceSubrange(12..<14, with: types[turn % 7])
            frame.replaceSubrange(16..<18, with: types[turn / 7 % 7])
            frame.replaceSubrange(20..<22, with: types[turn / 49 % 7])
        }
        #expect(frames > 2500)
        let tags = octetsThroughValue(VLANTag.self) { tag in
            turn += 1
            tag.replaceSubrange(0..<2, with: types[turn % 3])
        }
        #expect(tags > 2900)
        #expect(octetsThroughValue(LLCHeader.self) == 3000)
        #expect(octetsThroughValue(SNAPHeader.self) == 3000)
        #expect(octetsThroughValue(ARPPacket.self) { $0.replaceSubrange(0..<6, with: [0, 1, 8, 0, 6, 4]) } == 3000)
    }

    @Test func `the network's headers`() {
        #expect(octetsThroughValue(IPv4Header.self) { $0[0] = 0x40 | $0[0] & 0xF } > 1500)
        #expect(octetsThroughValue(IPv6Header.self) { $0[0] = 0x60 | $0[0] & 0xF } == 3000)
        // What is reserved is not kept: RFC 8200, 4.5.
        #expect(octetsThroughValue(IPv6FragmentHeader.self, ignoring: [1: 0, 3: 0xF9]) == 3000)
        #expect(octetsThroughValue(ICMPv4Header.self) == 3000)
        #expect(octetsThroughValue(ICMPv6Header.self) == 3000)
    }

    @Test func `the transport's headers`() {
        #expect(octetsThroughValue(UDPHeader.self) > 2900)
        #expect(octetsThroughValue(TCPHeader.self) > 1500)
    }

    @Test func `TCP options survive being taken apart and put together`() throws {
        var random = SeededRandom(seed: 4)
        var complete = 0
        for _ in 0..<3000 {
            var options = TCPOptions()
            var expected: [TCPOption] = []
            while let option = anOption(&random, room: OptionOctets.limit - options.octets.count) {
                options.append(option)
                expected.append(option)
            }
            var reader = options.makeReader()
            var found: [TCPOption] = []
            while let option = try reader.next() { found.append(option) }
            #expect(found == expected)
            complete += found.count
        }
        #expect(complete > 10000)
    }

    private func anOption(_ random: inout SeededRandom, room: Int) -> TCPOption? {
        var some = OptionOctets()
        let option: TCPOption
        switch Int.random(in: 0..<8, using: &random) {
        case 0: option = .noOperation
        case 1: option = .maximumSegmentSize(UInt16.random(in: 0...65535, using: &random))
        case 2: option = .windowScale(UInt8.random(in: 0...255, using: &random))
        case 3: option = .selectiveAcknowledgmentPermitted
        case 4:
            for _ in 0..<Int.random(in: 2...8, using: &random) / 2 * 2 {
                some.append(uint32: UInt32.random(in: 0...UInt32.max, using: &random))
            }
            option = .selectiveAcknowledgment(some)
        case 5: option = .timestamps(value: UInt32.random(in: 0...99, using: &random), echo: 7)
        case 6:
            for octet in random.octets(Int.random(in: 0...20, using: &random)) { some.append(octet) }
            option = .unknown(kind: UInt8.random(in: 9...255, using: &random), some)
        default: return nil
        }
        let size =
            switch option {
            case .noOperation: 1
            case .maximumSegmentSize: 4
            case .windowScale: 3
            case .selectiveAcknowledgmentPermitted: 2
            case .timestamps: 10
            case .selectiveAcknowledgment, .unknown: some.count + 2
            }
        return size <= room ? option : nil
    }

    @Test func `any octets as options end, and never trap`() {
        var random = SeededRandom(seed: 5)
        var refused = 0
        for _ in 0..<20000 {
            var input = random.octets(Int.random(in: 0...40, using: &random))
            // Small numbers make likely kinds and lengths.
            for index in input.indices where Bool.random(using: &random) { input[index] %= 12 }
            var tcp = TCPOptions()
            tcp.octets.append(input.span.octets)
            var ipv4 = IPv4Options()
            ipv4.octets.append(input.span.octets)
            var count = 0
            do {
                var reader = tcp.makeReader()
                while try reader.next() != nil { count += 1 }
            } catch {
                refused += 1
            }
            do {
                var reader = ipv4.makeReader()
                while try reader.next() != nil { count += 1 }
            } catch {
                refused += 1
            }
            #expect(count <= 80)
        }
        #expect(refused > 5000)
    }
}
