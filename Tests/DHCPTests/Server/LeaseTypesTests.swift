import DHCP
import Testing
import Wire

@Suite("Leases")
struct LeaseTypesTests {
    @Test(arguments: [1, 63, 64, 65, 4096, 4097, 262_144])
    func `a bit tree agrees with a set`(capacity: Int) {
        var tree = BitTree(capacity: capacity, isFull: false)
        var set: Set<Int> = []
        var random = SeededRandom(UInt64(capacity))
        for _ in 0..<2000 {
            let number = Int.random(in: 0..<capacity, using: &random)
            if Bool.random(using: &random) {
                #expect(tree.insert(number) == set.insert(number).inserted)
            } else {
                #expect(tree.remove(number) == (set.remove(number) != nil))
            }
            #expect(tree.count == set.count)
        }
        for _ in 0..<50 {
            let start = Int.random(in: 0..<capacity, using: &random)
            #expect(tree.next(from: start) == set.filter { $0 >= start }.min() ?? set.min())
        }
        #expect(BitTree(capacity: capacity, isFull: true).count == capacity)
    }

    @Test func `a pool gives each unit once, whatever its order`() {
        for order in PoolAllocator.Order.allCases {
            var pool = PoolAllocator(count: 1000, order: order, random: ConductRandom(seed: 1))
            let units = (0..<1000).compactMap { _ in pool.takeAny() }
            #expect(Set(units).count == 1000)
            #expect(pool.takeAny() == nil)
            pool.give(7, isRemembered: true)
            #expect(pool.freeCount == 1)
            #expect(pool.takeAny() == 7)
        }
    }

    @Test func `a unit that somebody is remembered for comes last`() {
        var pool = PoolAllocator(count: 4, order: .sequential, random: ConductRandom(seed: 1))
        #expect(pool.takeAny() == 0)
        pool.give(0, isRemembered: true)
        #expect((0..<4).map { _ in pool.takeAny() } == [1, 2, 3, 0])
    }

    @Test func `a pool that no memory holds is found free at random`() {
        var pool = PoolAllocator(count: 1 << 64, order: .random, random: ConductRandom(seed: 1))
        let units = Set((0..<1000).compactMap { _ in pool.takeAny() })
        #expect(units.count == 1000)
        #expect(pool.freeCount == (UInt128(1) << 64) - 1000)
    }

    @Test func `a table finds leases by address, by client and when they are due`() throws {
        var table = LeaseTable()
        var model: [LeaseAddress: Lease] = [:]
        var random = SeededRandom(3)
        let start = Instant(seconds: 1000)
        for _ in 0..<5000 {
            let address = LeaseAddress(IPv4Address(rawValue: UInt32.random(in: 1...300, using: &random)))
            if Int.random(in: 0..<4, using: &random) == 0 {
                #expect(table.remove(address) == model.removeValue(forKey: address))
                continue
            }
            let hardware = DHCPv4.HardwareAddress(Client(UInt64.random(in: 1...100, using: &random)).hardware)
            let lease = Lease(
                address, client: try #require(ClientIdentity(hardware)), state: .bound,
                expiry: start.advanced(bySeconds: UInt32.random(in: 0...1000, using: &random)), lastContact: start)
            table.put(lease)
            model[address] = lease
        }
        #expect(table.count == model.count)
        for (address, lease) in model { #expect(table[address] == lease) }
        for number in UInt64(1)...100 {
            let client = try #require(ClientIdentity(DHCPv4.HardwareAddress(Client(number).hardware)))
            let expected = Set(model.values.filter { $0.client == client }.map(\.address))
            #expect(Set(table.all(of: client, limit: 1000).map(\.address)) == expected)
        }
        let middle = start.advanced(bySeconds: 500)
        let due = Set(table.takeDue(at: middle, limit: 10_000).map(\.address))
        #expect(due == Set(model.values.filter { $0.expiry <= middle }.map(\.address)))
        #expect(table.takeDue(at: middle, limit: 10_000).isEmpty)
    }

    @Test(arguments: [1, 7, 1000], [1, 10, Int.max])
    func `pages of a table hold each lease that matches once`(limit: Int, slots: Int) throws {
        var table = LeaseTable()
        let client = try #require(ClientIdentity(DHCPv4.HardwareAddress(Client(1).hardware)))
        let now = Instant(seconds: 1000)
        for number in UInt32(1)...100 {
            let address = LeaseAddress(IPv4Address(rawValue: number))
            let state = number % 5 == 0 ? Lease.State.offered : .bound
            table.put(Lease(address, client: client, state: state, expiry: now, lastContact: now))
            if number % 7 == 0 { table.remove(address) }
        }
        func all(_ page: (Int) -> (leases: [Lease], next: Int?)) -> [UInt128] {
            var (found, slot) = ([UInt128](), Int?(0))
            while let from = slot {
                let (leases, next) = page(from)
                #expect(leases.count <= limit)
                found += leases.map(\.address.rawValue)
                slot = next
            }
            return found
        }
        let there = (UInt128(1)...100).filter { $0 % 7 != 0 }
        #expect(all { table.page(from: $0, limit: limit, among: slots) } == there.filter { $0 % 5 != 0 })
        let even = all { table.page(from: $0, limit: limit, among: slots) { $0.address.rawValue % 2 == 0 } }
        #expect(even == there.filter { $0 % 2 == 0 })
        #expect(table.page(from: .max, limit: limit, among: slots).next == nil)
    }

    @Test(arguments: [1, 15, 16, 17, 30, 31, 255])
    func `a client's octets come back as they were`(count: Int) {
        let octets = (0..<count).map { UInt8($0 & 0xFF) }
        let identity = ClientIdentity(.clientIdentifier, octets.span.octets)
        #expect(identity?.octets == octets)
        #expect(identity == ClientIdentity(.clientIdentifier, octets.span.octets))
        var other = octets
        other[count - 1] ^= 1
        #expect(identity != ClientIdentity(.clientIdentifier, other.span.octets))
    }

    @Test func `nobody is told more time than there is`() {
        let start = Instant(seconds: 10)
        #expect(start.advanced(byMilliseconds: 1999).seconds(since: start) == 1)
        #expect(start.seconds(since: start.advanced(bySeconds: 5)) == 0)
        #expect(Instant.never.seconds(since: start) == .max)
        #expect(start.advanced(bySeconds: .max) == .never)
    }
}
