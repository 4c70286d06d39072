import GRDB
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Testing

@Suite("Droplet store")
struct DropletStoreTests {
    @Test func `what was committed is there again, and a bad row is set aside`() async throws {
        let folder = try TemporaryFolder("droplets")
        let path = folder.file("hvaddrd.sqlite")
        do {
            let store = try DropletStore(path: path)
            var book = try store.load().book
            var changes: [DropletChange] = []
            for number in 1...3 {
                _ = try book.set(DropletBookTests.request(number, generation: UInt64(number) + 5), into: &changes)
            }
            _ = try book.delete("d2", generation: 20, into: &changes)
            try await store.commit(changes)
        }
        do {
            let (book, bad) = try DropletStore(path: path).load()
            #expect(bad.isEmpty && Set(book.records.keys) == ["d1", "d3"])
            #expect(book.records["d1"]?.message == DropletBookTests.request(1).parameters)
            #expect(book.records["d3"]?.tag == 3)
            var again = book
            var changes: [DropletChange] = []
            #expect(throws: DropletBook.Refusal.self) {
                try again.set(DropletBookTests.request(2, generation: 20), into: &changes)
            }
            _ = try again.set(DropletBookTests.request(4, generation: 21), into: &changes)
            #expect(again.records["d4"]?.tag == 4)
        }
        do {
            let queue = try DatabaseQueue(path: path)
            try await queue.write { db in
                try db.execute(sql: "UPDATE droplet SET parameters = x'ffffff' WHERE id = 'd1'")
                try db.execute(sql: "INSERT INTO droplet VALUES ('d9', 'x', 1, x'00'), ('d8', 3, 9, x'')")
            }
        }
        let (book, bad) = try DropletStore(path: path).load()
        #expect(Set(book.records.keys) == ["d3"] && Set(bad.map(\.identifier)) == ["d1", "d8", "d9"])
        #expect(try DropletStore.isEmptyAfter(path) == false)
    }

    @Test func `a file that is no database, or of a later version, is refused with a reason`() throws {
        let folder = try TemporaryFolder("droplets")
        try Files.write(
            "no database at all, but long enough to be looked at by whoever opens one\n", to: folder.file("a"))
        #expect(throws: HypervisorError.self) { try DropletStore(path: folder.file("a")) }
    }
}

extension DropletStore {
    /// Whether nothing was set aside.
    fileprivate static func isEmptyAfter(_ path: String) throws -> Bool {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM set_aside") } == 0
    }
}
