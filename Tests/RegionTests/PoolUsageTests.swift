import Hypervisor
import Simulation
import Testing

@Suite("Pool usage")
struct PoolUsageTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `it gives every free number once, whatever was given before`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let plan = try PoolPlan(RegionSite.pool("p", "10.0.0.0/23", gateway: "10.0.0.1"))
        var usage = PoolUsage(plan, begin: Int.random(in: 0..<512, using: &random))
        var free = Set(0..<512).subtracting([0, 1, 511])
        for _ in 0..<200 {
            let number = Int.random(in: 0..<512, using: &random)
            if free.remove(number) != nil { usage.mark(number) }
        }
        while let number = usage.take() {
            #expect(free.remove(number) != nil, "seed \(seed): \(number) was not free")
            if Bool.random(using: &random) {
                usage.release(number)
                usage.mark(number)
            }
        }
        #expect(free.isEmpty, "seed \(seed)")
    }

    @Test func `what is released without being given is given again`() throws {
        let plan = try PoolPlan(RegionSite.pool("p", "10.0.0.0/30"))
        var usage = PoolUsage(plan, begin: 0)
        let (one, two) = (usage.take(), usage.take())
        #expect(Set([one, two]) == [1, 2] && usage.take() == nil)
        usage.release(1)
        #expect(usage.take() == 1)
    }

    @Test func `numbers and texts of a pool are each other's`() throws {
        let pd = try PoolPlan(RegionSite.pool("p", "2001:db8:100::/40", delegatedLength: 56))
        #expect(pd.text(of: 1) == "2001:db8:100:100::/56" && pd.number(of: "2001:db8:100:100::/56") == 1)
        #expect(pd.number(of: "2001:db8:100:100::/57") == nil && pd.capacity == 65_536)
        let large = try PoolPlan(RegionSite.pool("p", "2001:db8::/32"))
        #expect(large.capacity == 1 << 24 && large.number(of: "2001:db8::ff:ffff") == 1 << 24 - 1)
        #expect(large.number(of: "2001:db8::100:0") == nil)
    }
}
