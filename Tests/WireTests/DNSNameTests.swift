import Testing
import Wire

@Suite("Domain name")
struct DNSNameTests {
    static func read(_ octets: [UInt8], at start: Int = 0) throws(WireError) -> (DomainName, Int) {
        var offset = start
        let name = try DomainName(in: octets.span.octets, at: &offset)
        return (name, offset)
    }

    @Test(arguments: [
        ("www.example.com", "03 77 77 77 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00", "www.example.com"),
        ("a.", "01 61 00", "a"), (".", "00", "."), (#"a\.b.c"#, "03 61 2e 62 01 63 00", #"a\.b.c"#),
        (#"\000\200\\"#, "03 00 c8 5c 00", #"\000\200\\"#), (#"\032x"#, "02 20 78 00", #"\032x"#),
    ]) func `a name is the same as text and as octets`(text: String, wire: String, canonical: String) throws {
        let name = try #require(DomainName(text))
        #expect(name.octets == octets(wire))
        #expect(name.description == canonical)
        #expect(DomainName(canonical)?.octets == name.octets)
        #expect(try Self.read(octets(wire)).0.octets == name.octets)
        #expect(DomainName(labels: name.labels)?.octets == name.octets)
    }

    @Test(arguments: [
        "", "..", ".a", "a..b", #"a\"#, #"a\25"#, #"a\256"#, String(repeating: "a", count: 64),
        Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: "."),
    ]) func `what is no name is refused`(text: String) {
        #expect(DomainName(text) == nil)
    }

    @Test func `names differ in more than case`() throws {
        let (upper, lower) = (try #require(DomainName("WWW.Example.COM")), try #require(DomainName("www.example.com")))
        #expect(upper == lower && upper.hashValue == lower.hashValue)
        #expect(upper.description == "WWW.Example.COM")
        #expect(lower != DomainName("www.example.con"))
        // Only letters have a case: `@` and a backquote differ in the same bit.
        #expect(DomainName("@") != DomainName("`"))
    }

    @Test func `a name of 255 octets is read, one of 256 is not`() throws {
        func labels(_ counts: [UInt8]) -> [UInt8] {
            counts.flatMap { count -> [UInt8] in [count] + [UInt8](repeating: 0x61, count: Int(count)) }
        }
        let longest = labels([63, 63, 63, 61]) + [0]
        #expect(longest.count == 255)
        #expect(try Self.read(longest).0.size == 255)
        let over = labels([63, 63, 63, 62]) + [0]
        #expect(throws: WireError.malformed(.domainName, field: "length")) { _ = try Self.read(over) }
        // Nor by a pointer to three labels.
        let twice = labels([63, 63, 63]) + [0] + labels([62]) + [0xC0, 0]
        #expect(throws: WireError.malformed(.domainName, field: "length")) { _ = try Self.read(twice, at: 193) }
    }

    @Test func `a pointer is followed backwards, and the name ends behind the first one`() throws {
        let message = octets("03 63 6f 6d 00 01 61 c0 00 01 62 c0 05 ff")
        let (name, end) = try Self.read(message, at: 9)
        #expect(name.description == "b.a.com" && end == 13)
    }

    @Test(arguments: [
        ("c0 00", 0, "OFFSET"), ("00 c0 01", 1, "OFFSET"), ("01 61 c0 00", 0, "OFFSET"),
        ("00 c0 05 00 00 00", 1, "OFFSET"), ("40 00", 0, "label"), ("80 00", 0, "label"),
    ])
    func `a pointer to itself, in a circle or forward is refused`(text: String, start: Int, field: String) {
        #expect(throws: WireError.malformed(.domainName, field: field)) { _ = try Self.read(octets(text), at: start) }
    }

    @Test func `pointers to pointers end`() throws {
        // Each pointer goes to the one before.
        func chain(_ count: Int) -> [UInt8] {
            [0, 0]
                + (0..<count).flatMap { index -> [UInt8] in [0xC0 | UInt8(2 * index >> 8), UInt8(2 * index & 0xFF)] }
        }
        #expect(try Self.read(chain(127), at: 254).0 == .root)
        #expect(throws: WireError.malformed(.domainName, field: "OFFSET")) { _ = try Self.read(chain(128), at: 256) }
    }

    @Test(arguments: ["", "01", "01 61", "03 61 61", "c0"]) func `a name cut short is refused`(text: String) {
        do throws(WireError) {
            _ = try Self.read(octets(text))
            Issue.record("it was read")
        } catch {
            guard case .truncated(.domainName, _, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `without a message around it, a name has no pointers`() {
        #expect(throws: WireError.malformed(.domainName, field: "label")) {
            let octets = octets("00 c0 00")
            var rest = octets.span.octets.extracting(droppingFirst: 1)
            _ = try DomainName(reading: &rest)
        }
    }

    @Test func `an address is named in reverse`() throws {
        #expect(DomainName(reverse: IPv4Address(192, 0, 2, 17)).description == "17.2.0.192.in-addr.arpa")
        // The example of RFC 3596, 2.5.
        let address = try #require(IPv6Address("4321:0:1:2:3:4:567:89ab"))
        #expect(
            DomainName(reverse: address).description
                == "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa")
    }
}
