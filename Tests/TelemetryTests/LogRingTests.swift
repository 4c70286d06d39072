import Testing

import Telemetry

@Suite("Log ring")
struct LogRingTests {
    private func append(_ text: String, to ring: LogRing) -> Bool {
        var text = text
        return text.withUTF8 { ring.append(UnsafeRawBufferPointer($0)) }
    }

    private func take(_ ring: LogRing, upTo most: Int = .max) -> [UInt8] {
        let octets = Array(ring.withPending { Array($0) + Array($1) }.prefix(most))
        ring.consume(octets.count)
        return octets
    }

    @Test func `the capacity is the next power of two`() throws {
        let alarm = try LogAlarm()
        let capacities = [1, 2, 3, 4096, 4097].map { LogRing(capacity: $0, alarm: alarm).capacity }
        #expect(capacities == [1, 2, 4, 4096, 8192])
    }

    @Test func `a line goes in whole or not at all, and the lost ones are counted`() throws {
        let ring = try LogRing(capacity: 8, alarm: LogAlarm())
        #expect(append("abcd\n", to: ring))
        #expect(!append("efg\n", to: ring))
        #expect(append("hi\n", to: ring))
        #expect(!append("\n", to: ring))
        #expect(ring.dropped == 2)
        #expect(take(ring) == Array("abcd\nhi\n".utf8))
        #expect(!append("123456789", to: ring))
        #expect(append("1234567\n", to: ring), "a full ring is as large as its capacity")
        #expect(take(ring) == Array("1234567\n".utf8))
        #expect(ring.dropped == 3)
        #expect(ring.pending == 0)
    }

    @Test func `lines come out in order across many turns of the ring`() throws {
        let ring = try LogRing(capacity: 64, alarm: LogAlarm())
        var expected: [UInt8] = []
        var found: [UInt8] = []
        for number in 0..<2_000 {
            let line = String(repeating: "x", count: number % 23) + "\(number)\n"
            if append(line, to: ring) { expected += line.utf8 }
            if number % 3 == 0 { found += take(ring, upTo: number % 40) }
        }
        while ring.pending > 0 { found += take(ring) }
        #expect(found == expected)
        #expect(ring.dropped > 0)
    }

    @Test func `when all is read the ring goes on at its beginning`() throws {
        let ring = try LogRing(capacity: 1 << 16, alarm: LogAlarm())
        let line = String(repeating: "x", count: 1023) + "\n"
        // Behind a quarter, with nothing left, the next line lies where the first did; and none is lost or doubled.
        var places: Set<Int> = []
        for _ in 0..<200 {
            #expect(append(line, to: ring))
            ring.withPending { first, second in
                #expect(first.count == 1024 && second.isEmpty)
                places.insert(Int(bitPattern: first.baseAddress))
            }
            #expect(ring.pending == 1024)
            #expect(take(ring) == Array(line.utf8))
            #expect(ring.pending == 0)
        }
        #expect(places.count <= 18, "\(places.count) places for lines of which one waited at a time")
        // It is as large as ever afterwards.
        for _ in 0..<64 { #expect(append(line, to: ring)) }
        #expect(!append("\n", to: ring) && ring.dropped == 1)
        #expect(take(ring).count == 1 << 16)
    }

    @Test func `two threads lose nothing but what is counted`() async throws {
        let ring = try LogRing(capacity: 1 << 12, alarm: LogAlarm())
        let total = 200_000
        let text = await withTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var line = LineBuilder(capacity: 64)
                for number in 0..<total {
                    line.clear()
                    line.append(decimal: number)
                    line.append(0x0A)
                    line.send(to: ring)
                }
                line.clear()
                line.append("end\n")
                while !line.send(to: ring) { await Task.yield() }
                return []
            }
            group.addTask {
                var found: [UInt8] = []
                while !found.suffix(4).elementsEqual("end\n".utf8) {
                    found += self.take(ring)
                    await Task.yield()
                }
                return found
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let numbers = text.split(separator: 0x0A).dropLast().map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
        #expect(numbers.allSatisfy { $0 >= 0 } && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        // A drop while waiting to place "end" counts as well.
        #expect(numbers.count + Int(ring.dropped) >= total && numbers.count <= total && numbers.count > 0)
    }
}
