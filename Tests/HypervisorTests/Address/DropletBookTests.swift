import Hypervisor
import ServiceAPI
import SwiftProtobuf
import Testing

@Suite("Droplet book")
struct DropletBookTests {
    static func request(_ number: Int, generation: UInt64 = 1, port: Int? = nil) -> Apus_Hvaddr_V1_SetParametersRequest
    {
        .with {
            $0.dropletID = "d\(number)"
            $0.generation = generation
            $0.parameters.port = "tap\(port ?? number)"
            $0.parameters.mac = MACText.of(number)
            $0.parameters.ipv4.address = "10.0.\(number / 250).\(number % 250 + 2)/16"
            $0.parameters.ipv4.gateway = "10.0.255.254"
        }
    }

    enum MACText {
        static func of(_ number: Int) -> String {
            let octets = [2, 0, 0, 1, number / 256, number % 256]
            return octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        }
    }

    private func refusal(_ body: () throws -> Void) -> DropletBook.Refusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? DropletBook.Refusal
        }
    }

    @Test func `generations order what is said, and an older one is refused`() throws {
        var book = DropletBook()
        var changes: [DropletChange] = []
        #expect(try book.set(Self.request(1, generation: 5), into: &changes))
        #expect(try !book.set(Self.request(1, generation: 5), into: &changes))
        for generation: UInt64 in [4, 5] {
            let stale = refusal { _ = try book.set(Self.request(1, generation: generation, port: 9), into: &changes) }
            guard case .stale = stale else {
                Issue.record("\(generation): \(String(describing: stale))")
                continue
            }
        }
        #expect(try book.set(Self.request(1, generation: 6, port: 9), into: &changes))
        #expect(book.records["d1"]?.generation == 6)
        #expect(try book.delete("d1", generation: 7, into: &changes))
        // What was held up on the way undoes no deletion.
        guard case .stale = refusal({ _ = try book.set(Self.request(1, generation: 7), into: &changes) }) else {
            Issue.record("the deletion is later")
            return
        }
        #expect(try book.set(Self.request(1, generation: 8), into: &changes))
    }

    @Test func `a tag is one port's, and rests until no flow pushes it`() throws {
        var book = DropletBook()
        var changes: [DropletChange] = []
        _ = try book.set(Self.request(1), into: &changes)
        let tag = try #require(book.records["d1"]?.tag)
        _ = try book.set(Self.request(1, generation: 2), into: &changes)
        #expect(book.records["d1"]?.tag == tag)
        _ = try book.set(Self.request(1, generation: 3, port: 2), into: &changes)
        #expect(book.records["d1"]?.tag != tag)
        var seen: Set<UInt16> = [tag, try #require(book.records["d1"]?.tag)]
        // Each time another port, until all tags have been had.
        for generation in 5..<4097 {
            _ = try book.set(
                Self.request(1, generation: UInt64(generation), port: 2 + generation % 2), into: &changes)
            seen.insert(try #require(book.records["d1"]?.tag))
        }
        #expect(seen.count == 4094)
        #expect(!seen.contains(0) && seen.max() == 4094)
        guard case .full = refusal({ _ = try book.set(Self.request(50), into: &changes) }) else {
            Issue.record("all tags rest")
            return
        }
        book.release([tag])
        _ = try book.set(Self.request(50), into: &changes)
        #expect(book.records["d50"]?.tag == tag)
    }

    @Test(arguments: ["port", "mac", "ipv4.address", "ipv6.addresses", "prefix"])
    func `what one droplet has, no other gets`(_ what: String) throws {
        var book = DropletBook()
        var changes: [DropletChange] = []
        var first = Self.request(1)
        first.parameters.ipv6.addresses = ["2001:db8::11/64"]
        first.parameters.ipv6.delegatedPrefixes = ["2001:db8:100::/48"]
        _ = try book.set(first, into: &changes)
        var second = Self.request(2)
        second.parameters.ipv6.addresses = ["2001:db8::12/64"]
        switch what {
        case "port": second.parameters.port = "tap1"
        case "mac": second.parameters.mac = first.parameters.mac
        case "ipv4.address": second.parameters.ipv4.address = first.parameters.ipv4.address
        case "ipv6.addresses": second.parameters.ipv6.addresses = ["2001:db8:100:7::1/64"]
        default: second.parameters.ipv6.delegatedPrefixes = ["2001:db8:100:ff00::/56"]
        }
        guard case .taken(let error) = refusal({ _ = try book.set(second, into: &changes) }) else {
            Issue.record("it is taken")
            return
        }
        #expect(error.reason.contains("d1"), "\(error)")
        #expect(book.records.count == 1)
    }

    @Test func `the gateway's hardware address is no droplet's`() {
        var book = DropletBook(gateway: DropletSite.gateway)
        var changes: [DropletChange] = []
        var request = Self.request(1)
        request.parameters.mac = "02:00:00:00:00:01"
        guard case .taken = refusal({ _ = try book.set(request, into: &changes) }) else {
            Issue.record("it is the gateway's")
            return
        }
    }

    @Test func `a sync makes it so, but for what is later`() throws {
        var book = DropletBook()
        var changes: [DropletChange] = []
        for number in 1...4 { _ = try book.set(Self.request(number, generation: UInt64(number)), into: &changes) }
        _ = try book.set(Self.request(5, generation: 50), into: &changes)
        var bad = Self.request(6, generation: 9)
        bad.parameters.mac = "nonsense"
        // 1 and 2 swap their ports, 3 stays, 4 goes, 5 is later, 6 is wrong, 7 has what 3 has.
        var taken = Self.request(7, generation: 9)
        taken.parameters.port = "tap3"
        let result = try book.sync(
            [
                Self.request(1, generation: 9, port: 2), Self.request(2, generation: 9, port: 1),
                Self.request(3, generation: 3), bad, taken,
            ], generation: 10, into: &changes)
        #expect(result.set == ["d1", "d2"] && result.unchanged == 1 && result.removed == ["d4"] && result.later == 1)
        #expect(result.rejected.map(\.identifier) == ["d6", "d7"])
        #expect(Set(book.records.keys) == ["d1", "d2", "d3", "d5"])
        #expect(book.records["d1"]?.parameters.port == "tap2" && book.records["d2"]?.parameters.port == "tap1")
        for port in [1, 2] {
            guard
                case .taken = refusal({ _ = try book.set(Self.request(8, generation: 11, port: port), into: &changes) })
            else {
                Issue.record("tap\(port) is one of theirs still")
                continue
            }
        }
        guard case .stale = refusal({ _ = try book.set(Self.request(4, generation: 10), into: &changes) }),
            case .stale = refusal({ _ = try book.sync([], generation: 9, into: &changes) })
        else {
            Issue.record("the sync is later")
            return
        }
    }

    @Test func `what could not be made durable is as if it had not been said`() throws {
        var book = DropletBook()
        var changes: [DropletChange] = []
        for number in 1...5 { _ = try book.set(Self.request(number, generation: 3), into: &changes) }
        let before = book
        changes = []
        _ = try book.set(Self.request(1, generation: 4, port: 77), into: &changes)
        _ = try book.delete("d2", generation: 9, into: &changes)
        _ = try book.sync([Self.request(3, generation: 5, port: 1)], generation: 6, into: &changes)
        _ = try book.set(Self.request(9, generation: 12), into: &changes)
        book.undo(changes)
        #expect(book.records == before.records && book.synced == before.synced)
        // All that was given up is free again, and all that was taken is taken again.
        changes = []
        let result = try book.sync((1...5).map { Self.request($0, generation: 3) }, generation: 3, into: &changes)
        #expect(result.unchanged == 5 && result.rejected.isEmpty)
        _ = try book.set(Self.request(77, generation: 4), into: &changes)
        guard case .taken = refusal({ _ = try book.set(Self.request(8, generation: 4, port: 2), into: &changes) })
        else {
            Issue.record("d2 has its port again")
            return
        }
    }
}
