import Glibc
import Linux
import Testing

@Suite("Mapping")
struct MappingTests {
    /// The pages of a range that are in memory (`mincore(2)`).
    private func resident(_ mapping: borrowing Mapping) -> Int {
        var states = [UInt8](repeating: 0, count: (mapping.byteCount + 4095) / 4096)
        mincore(mapping.base, mapping.byteCount, &states)
        return states.count { $0 & 1 == 1 }
    }

    @Test func `is zeroed, lies at a page's border, and keeps what is written`() throws {
        let mapping = try Mapping(byteCount: 10_000)
        #expect(UInt(bitPattern: mapping.base) % 4096 == 0)
        #expect(mapping.bytes.count == 10_000)
        #expect(mapping.bytes.allSatisfy { $0 == 0 })
        mapping.bytes[9999] = 7
        #expect(mapping.bytes[9999] == 7)
    }

    @Test func `costs nothing until it is touched`() throws {
        let mapping = try Mapping(byteCount: 1 << 30)
        #expect(resident(mapping) == 0)
        mapping.bytes[1 << 29] = 1
        #expect(resident(mapping) == 1)
    }

    @Test func `forgets a range and keeps the rest`() throws {
        let mapping = try Mapping(byteCount: 3 * 4096)
        for offset in mapping.bytes.indices { mapping.bytes[offset] = 1 }
        mapping.forget(4096..<8192)
        #expect(resident(mapping) == 2)
        #expect(mapping.bytes[4096..<8192].allSatisfy { $0 == 0 })
        #expect(mapping.bytes[4095] == 1 && mapping.bytes[8192] == 1)
    }

    @Test func `goes back to the system with its owner`() async {
        await #expect(processExitsWith: .success) {
            func size() -> Int {
                guard let file = fopen("/proc/self/statm", "r") else { return -1 }
                defer { fclose(file) }
                var line = [CChar](repeating: 0, count: 128)
                guard fgets(&line, 128, file) != nil else { return -1 }
                return Int(strtol(line, nil, 10))
            }
            _ = size()
            let before = size()
            do {
                let mapping = try Mapping(byteCount: 1 << 30)
                #expect(size() >= before + 1 << 18)
                mapping.bytes[0] = 1
            }
            #expect(size() < before + 1 << 10)
        }
    }

    @Test func `holds at least one octet, and a range that lies in it`() async {
        await #expect(processExitsWith: .failure) { _ = try Mapping(byteCount: 0) }
        await #expect(processExitsWith: .failure) { try Mapping(byteCount: 4096).forget(0..<4097) }
        await #expect(processExitsWith: .success) { try Mapping(byteCount: 4096).forget(0..<4096) }
    }
}
