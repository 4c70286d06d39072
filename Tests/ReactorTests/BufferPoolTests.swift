import Reactor
import Testing

@Suite("Buffer pool")
struct BufferPoolTests {
    private func append(_ octets: [UInt8], to buffer: inout Buffer, in pool: inout BufferPool) -> Bool {
        octets.withUnsafeBytes { pool.append($0, to: &buffer) }
    }

    @Test(arguments: [(0, 4096), (1, 4096), (4096, 4096), (4097, 16384), (16385, 65536), (65537, 262_144)])
    func `lends the smallest block that is large enough`(count: Int, capacity: Int) throws {
        var pool = try BufferPool(limit: 1 << 20)
        let maybeBuffer = pool.take(atLeast: count)
        var buffer = try #require(maybeBuffer)
        #expect(pool.capacity(of: buffer) == capacity)
        #expect(pool.lent == capacity)
        pool.give(&buffer)
        #expect(pool.lent == 0)
        #expect(!buffer.hasBlock)
        pool.give(&buffer)
        #expect(pool.lent == 0)
    }

    @Test func `lends no more than its limit, and again what came back`() throws {
        var pool = try BufferPool(limit: 10 * 4096)
        var buffers = (0..<10).compactMap { _ in pool.take(atLeast: 1) }
        #expect(buffers.count == 10)
        #expect(pool.take(atLeast: 1) == nil)
        pool.give(&buffers[3])
        #expect(pool.take(atLeast: 4097) == nil)
        #expect(pool.take(atLeast: 4096) != nil)
        #expect(pool.take(atLeast: BufferPool.largest + 1) == nil)
    }

    @Test func `gives the block out first that came back last`() throws {
        var pool = try BufferPool(limit: 1 << 20)
        var first = Buffer()
        var second = Buffer()
        #expect(append([1], to: &first, in: &pool))
        #expect(append([2], to: &second, in: &pool))
        let address = pool.octets(of: second).baseAddress
        pool.give(&first)
        pool.give(&second)
        var third = Buffer()
        #expect(append([3], to: &third, in: &pool))
        #expect(pool.octets(of: third).baseAddress == address)
    }

    @Test func `keeps what waits when there is no larger block`() throws {
        var pool = try BufferPool(limit: 8192)
        var buffer = Buffer()
        let octets = (0..<4000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(append(octets, to: &buffer, in: &pool))
        #expect(!append(octets, to: &buffer, in: &pool))
        #expect(Array(pool.octets(of: buffer)) == octets)
        pool.consume(3900, from: &buffer)
        #expect(append(octets.dropLast(10), to: &buffer, in: &pool), "what was consumed makes room")
        #expect(Array(pool.octets(of: buffer)) == octets.suffix(100) + octets.dropLast(10))
        #expect(pool.lent == 4096)
    }

    @Test func `a buffer that is used up has no block`() throws {
        var pool = try BufferPool(limit: 1 << 20)
        var buffer = Buffer()
        #expect(pool.octets(of: buffer).isEmpty && pool.capacity(of: buffer) == 0)
        #expect(append([], to: &buffer, in: &pool))
        #expect(!buffer.hasBlock)
        #expect(append([1, 2, 3], to: &buffer, in: &pool))
        pool.consume(2, from: &buffer)
        #expect(Array(pool.octets(of: buffer)) == [3] && buffer.count == 1)
        pool.consume(1, from: &buffer)
        #expect(!buffer.hasBlock && pool.lent == 0)
    }

    @Test(arguments: 1...6)
    func `agrees with arrays over random appends and takings`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let limit = 1 << 20
        var pool = try BufferPool(limit: limit)
        var buffers = [Buffer](repeating: Buffer(), count: 12)
        var model = [[UInt8]](repeating: [], count: 12)
        var refusals = 0
        for _ in 0..<3000 {
            let index = Int.random(in: 0..<12, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                pool.give(&buffers[index])
                model[index] = []
            case 1...4:
                let count = Int.random(in: 0...model[index].count, using: &random)
                pool.consume(count, from: &buffers[index])
                model[index].removeFirst(count)
            default:
                let most = [10, 5000, 100_000].randomElement(using: &random) ?? 1
                let count = Int.random(in: 0...most, using: &random)
                let octets = [UInt8](repeating: UInt8(truncatingIfNeeded: random.next()), count: count)
                if append(octets, to: &buffers[index], in: &pool) {
                    model[index] += octets
                } else {
                    refusals += 1
                }
            }
            try #require(Array(pool.octets(of: buffers[index])) == model[index], "seed \(seed)")
            try #require(pool.lent == buffers.reduce(0) { $0 + pool.capacity(of: $1) }, "seed \(seed)")
            try #require(pool.lent <= limit)
        }
        #expect(refusals > 0, "the limit was reached")
        for index in buffers.indices { #expect(Array(pool.octets(of: buffers[index])) == model[index]) }
        for index in buffers.indices { pool.give(&buffers[index]) }
        #expect(pool.lent == 0)
    }

    @Test func `taking more than waits traps`() async {
        await #expect(processExitsWith: .failure) {
            var pool = try BufferPool(limit: 4096)
            let maybeBuffer = pool.take(atLeast: 1)
            var buffer = try #require(maybeBuffer)
            pool.consume(1, from: &buffer)
        }
    }
}
