import Testing
import Wire

@Suite("Checksum")
struct ChecksumTests {
    // RFC 1071, 3: the sum of the example is ddf2.
    @Test func `the sum is that of RFC 1071`() {
        var checksum = Checksum()
        checksum.add(octets("0001 f203 f4f5 f6f7").span.octets)
        #expect(checksum.partial == 0xDDF2)
        #expect(checksum.value == 0x220D)
    }

    // RFC 1624, 4: with equation 2 of RFC 1141 the result would be FFFF.
    @Test func `a changed word changes the checksum as in RFC 1624`() {
        #expect(Checksum.update(0xDD2F, replacing: UInt16(0x5555), with: 0x3285) == 0)
    }

    @Test func `pieces of any length sum up to the whole`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<500 {
            let all = random.octets(Int.random(in: 0...300, using: &random))
            var checksum = Checksum()
            var start = 0
            while start < all.count {
                let end = Int.random(in: start...all.count, using: &random)
                checksum.add(all.span.octets.extracting(start..<end))
                start = end
            }
            #expect(checksum.value == plain(all))
        }
    }

    @Test func `an update equals a new sum`() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2000 {
            var all = random.octets(40)
            let before = plain(all)
            let place = 4 * Int.random(in: 0..<10, using: &random)
            let old = all.span.octets.uint32(at: place)
            let new = Bool.random(using: &random) ? UInt32.random(in: 0...UInt32.max, using: &random) : 0
            for (index, octet) in written({ $0.append(uint32: new) }).enumerated() { all[place + index] = octet }
            #expect(Checksum.update(before, replacing: old, with: new) == plain(all))
        }
    }

    @Test func `many large words do not overflow`() {
        let all = [UInt8](repeating: 0xFF, count: 65535)
        #expect(Checksum.of(all.span.octets) == plain(all))
    }

    @Test func `what a network card was to finish is finished from the partial sum`() throws {
        let payload = Array("apus".utf8)
        var header = UDPHeader(source: 1024, destination: 53, payloadLength: payload.count)
        let pseudo = Checksum(source: IPv4Address.loopback, destination: .loopback, protocol: .udp, length: 12)
        header.updateChecksum(pseudoHeader: pseudo, payload: payload.span.octets)
        // CHECKSUM_PARTIAL: the field holds the pseudo-header's sum, which is part of what the card adds up.
        var unfinished = header
        unfinished.checksum = pseudo.partial
        var finish = Checksum()
        finish.add(written { unfinished.write(to: &$0) }.span.octets)
        finish.add(payload.span.octets)
        #expect(finish.value == header.checksum)
        #expect(!unfinished.isChecksumValid(pseudoHeader: pseudo, payload: payload))
        #expect(header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
    }

    @Test func `a UDP checksum of zero is written as its complement`() {
        // Header and pseudo-header sum up to this word's complement, so that the whole sum is all ones.
        var header = UDPHeader(source: 1, destination: 2, payloadLength: 2)
        let pseudo = Checksum(source: IPv4Address.any, destination: .any, protocol: .udp, length: 10)
        var sum = pseudo
        for word in [1, 2, 10] as [UInt16] { sum.add(uint16: word) }
        let payload = written { $0.append(uint16: sum.value) }
        header.updateChecksum(pseudoHeader: pseudo, payload: payload.span.octets)
        #expect(header.checksum == 0xFFFF)
        #expect(header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
        header.checksum = 0
        #expect(!header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
    }

    /// The definition, word for word.
    private func plain(_ octets: [UInt8]) -> UInt16 {
        var sum = 0
        for (index, octet) in octets.enumerated() { sum += index % 2 == 0 ? Int(octet) << 8 : Int(octet) }
        while sum > 0xFFFF { sum = (sum >> 16) + (sum & 0xFFFF) }
        return ~UInt16(sum)
    }
}
