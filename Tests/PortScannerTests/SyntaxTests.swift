import PortScanner
import Testing
import Wire

private func set(_ words: String..., without: [String] = []) throws -> TargetSet {
    var builder = TargetSetBuilder()
    for word in words { try TargetSpecification(word).include(in: &builder) }
    for word in without { try TargetSpecification(word).exclude(from: &builder) }
    return builder.finish()
}

@Suite("Target syntax")
struct TargetSyntaxTests {
    @Test func `octets, networks and ranges stand for their addresses, each once`() throws {
        #expect(
            try set("10.0.0.1,3-4", "10.0.0.3").map(\.description) == ["10.0.0.1", "10.0.0.3", "10.0.0.4"])
    }

    @Test(arguments: [
        ("192.0.2.1", 1), ("192.0.2.0/24", 256), ("192.0.2.77/31", 2), ("10.0.0-255.1-254", 65_024),
        ("10.*.*.1", 65_536), ("*.*.*.1", 1 << 24), ("0.0.0.0/0", 1 << 32), ("10.0.0.9-10.0.1.3", 251),
        ("2001:db8::/120", 256), ("2001:db8::1-2001:db8::ff", 255), ("10.0.0,2.1/31", 4), ("10.1-.1.-3", 1020),
    ])
    func `a specification counts`(text: String, count: Int) throws {
        #expect(try set(text).count == count)
    }

    @Test(arguments: [
        ("10.0.0.300", 7), ("10.0.0", 6), ("10.0.5-2.1", 5), ("10.0.0.1/33", 9), ("2001:db8::/32", 10),
        ("fe80::1%no", 8),
        ("ex!ample", 2), ("10.0..1", 5), ("10.0.0.9-10.0.0.3", 9), ("1::2::3", 0),
    ])
    func `a mistake is told with its place`(text: String, offset: Int) {
        let error = #expect(throws: SpecificationError.self) { _ = try TargetSpecification(text) }
        #expect(error?.offset == offset, "\(String(describing: error))")
    }

    @Test(arguments: 0..<40)
    func `index and address are each other's inverse, without what is excluded`(seed: Int) throws {
        var random = Seeded(state: UInt64(seed) + 1)
        func octet() -> String {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return "*"
            case 1: return "\(Int.random(in: 0...9, using: &random))"
            case 2: return "\(Int.random(in: 0...9, using: &random))-\(Int.random(in: 10...255, using: &random))"
            default: return "1,3,5-7,250-"
            }
        }
        func pattern() -> String { [octet(), octet(), octet(), octet()].joined(separator: ".") }
        var builder = TargetSetBuilder()
        var included: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            included.append(pattern())
            try TargetSpecification(included[included.count - 1]).include(in: &builder)
        }
        let excluded = Bool.random(using: &random) ? pattern() : "10.0.0.0/8"
        try TargetSpecification(excluded).exclude(from: &builder)
        let targets = builder.finish()
        let whole = try included.map { try set($0) }
        let hole = try set(excluded)
        for _ in 0..<300 where !targets.isEmpty {
            let index = Int.random(in: 0..<targets.count, using: &random)
            let address = targets[index]
            #expect(targets.index(of: address) == index)
            #expect(!hole.contains(address))
            #expect(whole.contains { $0.contains(address) })
        }
        // What is in one of the parts and not excluded is in the whole.
        for part in whole {
            for _ in 0..<100 {
                let address = part[Int.random(in: 0..<part.count, using: &random)]
                #expect(targets.contains(address) == !hole.contains(address), "\(included) \(excluded) \(address)")
            }
        }
    }

    @Test func `a file's words are read with lines and comments`() throws {
        let text = "192.0.2.1 192.0.2.2 # two\n\n\tlocalhost\n10.0.0.999"
        let error = #expect(throws: SpecificationError.self) { _ = try TargetList.read(text: text, name: "list") }
        #expect(error?.description == "list:4:8: octet 999 is above 255: '10.0.0.999'")
    }
}

@Suite("Port syntax")
struct PortSyntaxTests {
    @Test(arguments: [
        ("22", "22"), ("1-1024", "1-1024"), ("-", "1-65535"), ("80,22-24", "22-24,80"), ("65530-", "65530-65535"),
        ("-3", "1-3"), ("ssh,telnet", "22-23,2222,2323"), ("[21-23]", "21-23"), ("[-9]", "1,7,9"), ("0", "0"),
        ("T:21,U:53,T:80", "21,80"), ("rdp*,mysq?", ""),
    ])
    func `TCP's part of a list`(text: String, ports: String) throws {
        if ports.isEmpty {
            #expect(throws: SpecificationError.self) { _ = try PortSpecification().read(text) }
        } else {
            #expect(try PortSpecification().read(text).tcp.description == ports)
        }
    }

    @Test(arguments: [
        ("22,,80", 3), ("80-20", 0), ("65536", 0), ("X:1", 0), ("[1-2", 4), ("22 80", 3), ("", 0), ("HTTP", 0),
    ])
    func `a mistake is told with its place`(text: String, offset: Int) {
        let error = #expect(throws: SpecificationError.self) { _ = try PortSpecification().read(text) }
        #expect(error?.offset == offset)
    }

    @Test func `the top ports are as many as asked for`() {
        for count in [1, 100, 1000, 65_535] {
            #expect(ServiceTable.top(count, .tcp).count == count)
            #expect(ServiceTable.top(count, .udp).count == count)
        }
    }
}

/// A generator that gives the same for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
