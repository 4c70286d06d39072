import PortScanner
import Testing

@Suite("Plan of a scan")
struct PlanTests {
    /// The vectors of the authors' implementation: key 00…0f, input 00, 01 and on.
    @Test func `the hash is SipHash-2-4`() {
        let hash = KeyedHash(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
        #expect(hash(UInt64(0x0706_0504_0302_0100)) == 0x93F5_F579_9A93_2462)
        #expect(hash(UInt64(0x0706_0504_0302_0100), 0x0F0E_0D0C_0B0A_0908) == 0x3F2A_CC7F_57C2_9BDB)
    }

    @Test(arguments: Array(1...70) + [255, 256, 257, 1000, 4095, 4097, 65_535, 65_536, 99_991])
    func `an order has every number once, and knows its place`(_ count: UInt64) {
        let order = Permutation(count: count, hash: KeyedHash(key: (count, 7)))
        var seen = Set<UInt64>()
        for position in 0..<count {
            let number = order(position)
            #expect(number < count)
            #expect(order.position(of: number) == position)
            seen.insert(number)
        }
        #expect(UInt64(seen.count) == count)
    }

    @Test func `an order of 2^62 numbers is one, too`() {
        let order = Permutation(count: 1 << 62, hash: KeyedHash(key: (3, 4)))
        for position: UInt64 in [0, 1, 1 << 40, (1 << 62) - 1] {
            #expect(order.position(of: order(position)) == position)
        }
    }

    @Test func `another key is another order, and an order has no pattern`() {
        let first = Permutation(count: 10_000, hash: KeyedHash(key: (1, 1)))
        let second = Permutation(count: 10_000, hash: KeyedHash(key: (1, 2)))
        let same = (0..<10_000).count { first($0) == second($0) }
        #expect(same < 20)
        // Neighbours in order are no neighbours in number: the mean distance of two random ones is a third.
        let distances = (0..<9_999).map { abs(Int(first($0)) - Int(first($0 + 1))) }
        #expect((2_900...3_800).contains(distances.reduce(0, +) / 9_999))
    }

    @Test func `a space numbers its addresses, overlaps once`() {
        let space = AddressSpace(isIPv6: false, ranges: [10...19, 5...12, 30...30, 31...40, 20...20])
        #expect(space.count == 16 + 11)
        for number in 0..<space.count { #expect(space.number(of: space[number: number]) == number) }
        #expect(space.number(of: 4) == nil)
        #expect(space.number(of: 25) == nil)
        #expect(space.number(of: 41) == nil)
        let all = AddressSpace(isIPv6: false, ranges: [0...UInt128(UInt32.max)])
        #expect(all.count == 1 << 32)
        #expect(all[number: all.count - 1] == UInt128(UInt32.max))
    }

    @Test func `a plan pairs every address with every port`() {
        let space = AddressSpace(isIPv6: true, ranges: [100...102, 200...200])
        let plan = ProbePlan(addresses: space, ports: [0, 65_535, 80, 80], hash: KeyedHash(key: (5, 6)))
        #expect(plan.count == 12)
        var pairs = Set<[UInt64]>()
        for position in 0..<plan.count {
            let (host, port) = plan.probe(at: position)
            pairs.insert([host, UInt64(port)])
            #expect(plan.position(address: space[number: host], port: port) == position)
        }
        #expect(pairs.count == 12)
        #expect(plan.position(address: 100, port: 81) == nil)
        #expect(plan.position(address: 103, port: 80) == nil)
    }
}
