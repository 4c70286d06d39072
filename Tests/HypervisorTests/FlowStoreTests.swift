import Hypervisor
import Lab
import Testing

@Suite("Store of wanted flows")
struct FlowStoreTests {
    private func change(_ flows: [String], whole: Bool = false, generation: UInt64 = 1) throws -> StoredChange {
        let kind = whole ? "whole" : "change"
        let lines = flows.map { "+ 7 1 \($0)" }.joined(separator: "\n")
        return try #require(
            StoredChange("apus-hvflowd 1 \(kind) owner=3 generation=\(generation) revision=\(generation)\n\(lines)"))
    }

    @Test func `what was appended is read in its order`() throws {
        let folder = try TemporaryFolder("store")
        let first = try change(["priority=1,actions=drop"], whole: true)
        let second = try change(["priority=2,actions=drop"], generation: 2)
        do {
            var store = try DesiredStore(folder: folder.file("flows"))
            try store.append(second) { first }
            try store.append(second) { first }
            store.close()
        }
        var store = try DesiredStore(folder: folder.file("flows"))
        #expect(try store.load() == [first, second])
        #expect(throws: HypervisorError.self) { try DesiredStore(folder: folder.file("flows")) }
        store.close()
    }

    @Test func `a last record that is cut anywhere is dropped, and what was before it stays`() throws {
        let (first, second) = (StoreRecord.octets("one"), StoreRecord.octets("two and more"))
        for count in 0..<second.count {
            let (texts, dropped) = try StoreRecord.parse(first + second.prefix(count), "f")
            #expect(texts == ["one"])
            #expect(dropped == count)
        }
        #expect(try StoreRecord.parse(first + second, "f").texts == ["one", "two and more"])
    }

    @Test func `damage to what was acknowledged is an error`() throws {
        let octets = StoreRecord.octets("one flow") + StoreRecord.octets("two")
        for index in 0..<StoreRecord.octets("one flow").count {
            var damaged = octets
            damaged[index] ^= 0x10
            // A size that got greater may swallow the rest, which then looks like a cut.
            if let texts = try? StoreRecord.parse(damaged, "f").texts { #expect(!texts.contains("one flow")) }
        }
        #expect(throws: HypervisorError.self) {
            var damaged = octets
            damaged[StoreRecord.octets("one flow").count - 3] ^= 1
            _ = try StoreRecord.parse(damaged, "f")
        }
    }

    @Test func `a file that grows is written anew`() throws {
        let folder = try TemporaryFolder("store")
        var store = try DesiredStore(folder: folder.file("flows"))
        let whole = try change(["priority=1,actions=drop"], whole: true)
        let big = try change((0..<2000).map { "priority=\($0),dl_src=02:00:00:00:00:01,actions=drop" }, generation: 2)
        var wholes = 0
        for _ in 0..<40 {
            try store.append(big) {
                wholes += 1
                return whole
            }
        }
        #expect(wholes > 1 && wholes < 10)
        store.close()
    }
}
