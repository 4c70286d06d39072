import Lab
import Link
import Testing
import Wire

@Suite("Linux's cooked header")
struct CookedHeaderTests {
    /// draft-ietf-opsawg-pcaplinktype, LINKTYPE_LINUX_SLL2: protocol, reserved, index, hardware type, packet type, address.
    private static let octets: [UInt8] = [8, 6, 0, 0, 0, 0, 1, 2, 3, 4, 4, 6, 2, 0, 0, 0, 0, 9, 0, 0]

    @Test func `a known header is read and written`() throws {
        var rest = Self.octets.span.octets
        let header = try CookedHeader(reading: &rest)
        #expect(header.etherType == .arp && header.interfaceIndex == 258 && header.hardwareType == 0x0304)
        #expect(header.packetType == .outgoing && header.source == MACAddress(2, 0, 0, 0, 0, 9))
        #expect([UInt8](capacity: CookedHeader.size, initializingWith: header.write) == Self.octets)
        #expect(rest.byteCount == 0)
    }

    @Test func `version 1 tells the same but for the interface`() throws {
        let octets: [UInt8] = [0, 4, 3, 4, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, 8, 6]
        var rest = octets.span.octets
        var old = try CookedHeader(readingVersion1: &rest)
        #expect(old.interfaceIndex == nil)
        old.interfaceIndex = 258
        rest = Self.octets.span.octets
        #expect(try CookedHeader(reading: &rest) == old)
    }

    @Test(arguments: 0..<CookedHeader.size)
    func `a header cut short is refused`(at count: Int) {
        #expect(throws: WireError.truncated(.cooked, needed: 20, available: count)) {
            var cut = Self.octets.span.octets.extracting(first: count)
            _ = try CookedHeader(reading: &cut)
        }
        guard count < 16 else { return }
        #expect(throws: WireError.truncated(.cooked, needed: 16, available: count)) {
            var cut = Self.octets.span.octets.extracting(first: count)
            _ = try CookedHeader(readingVersion1: &cut)
        }
    }

    @Test func `any header reads as it was written`() throws {
        var random = SplitMix(state: 4)
        for _ in 0..<500 {
            var octets = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
            // What is reserved is passed over.
            (octets[2], octets[3]) = (0, 0)
            var rest = octets.span.octets
            let header = try CookedHeader(reading: &rest)
            #expect([UInt8](capacity: 20, initializingWith: header.write) == octets)
            #expect((header.source != nil) == (octets[11] == 6))
        }
    }
}
