import Testing

import Telemetry

@Suite("Counters")
struct CountersTests {
    @Test func `each counter counts by itself, and wraps`() {
        let counters = Counters(count: 3)
        counters.add(at: 0)
        counters.add(41, at: 2)
        counters.add(at: 2)
        counters.subtract(at: 1)
        #expect(counters.values == [1, .max, 42])
        counters.set(7, at: 1)
        #expect(counters.value(at: 1) == 7)
    }

    @Test func `what one thread counts, another reads, and never sees it shrink`() async {
        let counters = Counters(count: 2)
        let isDone = Counters(count: 1)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for _ in 0..<200_000 {
                    counters.add(at: 0)
                    counters.add(3, at: 1)
                }
                isDone.set(1, at: 0)
                return true
            }
            group.addTask {
                var last: UInt64 = 0
                while isDone.value(at: 0) == 0 {
                    let now = counters.value(at: 0)
                    if now < last { return false }
                    last = now
                }
                return true
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(counters.values == [200_000, 600_000])
    }

    @Test func `two instances share no cache line`() {
        let addresses = (0..<8).map { _ in Counters(count: 1) }.map { Int(bitPattern: $0.cells) }
        for address in addresses { #expect(address % 128 == 0) }
        #expect(Set(addresses.map { $0 / 128 }).count == 8)
    }
}
