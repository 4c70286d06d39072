import Reactor
import Testing

@Suite("Slab")
struct SlabTests {
    @Test func `lends every place once and then says that it is full`() throws {
        var slab = try Slab<Int>(capacity: 100)
        let places = (0..<100).compactMap { slab.take($0) }
        #expect(Set(places).count == 100)
        #expect(slab.count == 100)
        #expect(slab.take(0) == nil)
        for (value, place) in places.enumerated() { #expect(slab[place] == value) }
        slab.give(places[40])
        #expect(slab.take(7) == places[40])
        #expect(slab[places[40]] == 7)
        #expect(slab.take(0) == nil)
    }

    @Test func `a token names one use of its place`() throws {
        var slab = try Slab<Int>(capacity: 4)
        let maybePlace = slab.take(1)
        let place = try #require(maybePlace)
        let token = slab.token(for: place)
        #expect(slab.place(for: token) == place)
        slab.give(place)
        #expect(slab.place(for: token) == nil)
        #expect(slab.isLive(place) == false)
        #expect(slab.take(2) == place)
        #expect(slab.place(for: token) == nil)
        #expect(slab.token(for: place) != token)
        #expect(slab.place(for: slab.token(for: place)) == place)
    }

    @Test func `numbers from elsewhere are no tokens`() throws {
        var slab = try Slab<Int>(capacity: 4)
        _ = slab.take(1)
        for token: UInt64 in [0, 1, .max, 1 << 32 | 4, 1 << 32 | 0xFFFF_FFFF, 0xFFFF_FFFF << 32, 3 << 32] {
            #expect(slab.place(for: token) == nil, "\(token)")
        }
        #expect([-1, 4, 1].map { slab.isLive($0) } == [false, false, false])
    }

    @Test(arguments: 1...4)
    func `agrees with a dictionary over random takes and gives`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var slab = try Slab<UInt64>(capacity: 50)
        var model: [Int32: (value: UInt64, token: UInt64)] = [:]
        var stale: [UInt64] = []
        for _ in 0..<5000 {
            if Bool.random(using: &random) {
                let value = random.next()
                let place = slab.take(value)
                #expect((place == nil) == (model.count == 50))
                if let place {
                    #expect(model[place] == nil)
                    model[place] = (value, slab.token(for: place))
                }
            } else if let (place, entry) = model.min(by: { $0.key &* 7 % 50 < $1.key &* 7 % 50 }) {
                #expect(slab[place] == entry.value)
                slab.give(place)
                stale.append(entry.token)
                model[place] = nil
            }
            #expect(slab.count == model.count)
        }
        for (place, entry) in model { #expect(slab.place(for: entry.token) == place) }
        #expect(stale.allSatisfy { slab.place(for: $0) == nil })
    }

    @Test func `misuse traps`() async {
        await #expect(processExitsWith: .failure) { _ = try Slab<Int>(capacity: 0) }
        await #expect(processExitsWith: .failure) {
            var slab = try Slab<Int>(capacity: 1)
            guard let place = slab.take(1) else { return }
            slab.give(place)
            slab.give(place)
        }
        await #expect(processExitsWith: .failure) { _ = try Slab<Int>(capacity: 1)[1] }
        await #expect(processExitsWith: .failure) { _ = try Slab<Int>(capacity: 1).token(for: 0) }
    }
}
