import Hypervisor
import Lab
import Synchronization
import Testing

/// What both stores do alike, and what etcd does beyond that.
@Suite("Region store", .serialized)
struct StoreTests {
    private func contract(_ store: any RegionStore) async throws {
        var put = StoreTransaction()
        put.conditions = [.absent(KeyRange("/a/1")), .absent(KeyRange(prefix: "/b/"))]
        put.changes = [.put("/a/1", [1]), .put("/a/2", [2])]
        put.reads = [KeyRange(prefix: "/a/")]
        let first = try await store.transact(put)
        #expect(first.isDone)
        #expect(first.reads.first?.map(\.key) == ["/a/1", "/a/2"])
        let again = try await store.transact(put)
        #expect(!again.isDone)
        #expect(again.reads.first?.map(\.modRevision) == [first.revision, first.revision])

        var change = StoreTransaction()
        change.conditions = [.unchanged("/a/1", first.revision), .present("/a/2"), .holds("/a/2", [2])]
        change.changes = [.put("/a/1", [9]), .remove(KeyRange("/a/2"))]
        let second = try await store.transact(change)
        #expect(second.isDone && second.revision > first.revision)
        #expect(try await store.transact(change).isDone == false)
        #expect(try await store.count(KeyRange(prefix: "/a/")) == 1)
        #expect(try await store.entry("/a/1")?.value == [9])
        #expect(try await store.entry("/a/1")?.createRevision == first.revision)

        // Everything after the first, each revision at once, and what comes while it watches.
        let seen = Mutex<[StoreChanges]>([])
        let watch = Task {
            try await store.watch(KeyRange(prefix: "/a/"), after: first.revision) { c in seen.withLock { $0.append(c) }
            }
        }
        try await Wait.until("the past") { seen.withLock { $0.count == 1 } }
        var last = StoreTransaction()
        last.changes = [.put("/a/3", [3]), .put("/z", [0])]
        let third = try await store.transact(last)
        try await Wait.until("the present") { seen.withLock { $0.count == 2 } }
        watch.cancel()
        let events = seen.withLock { $0 }
        #expect(
            events[0].events.sorted { $0.key < $1.key } == [
                StoreEvent(key: "/a/1", value: [9], revision: second.revision),
                StoreEvent(key: "/a/2", value: nil, revision: second.revision),
            ])
        #expect(events[1].events == [StoreEvent(key: "/a/3", value: [3], revision: third.revision)])

        let session = try await store.openSession(lifetime: .seconds(2))
        var leased = StoreTransaction()
        leased.changes = [.put("/s", [1], lease: session.lease)]
        #expect(try await store.transact(leased).isDone)
        await session.close()
        #expect(try await store.entry("/s") == nil)
        let page = try await store.read(KeyRange(prefix: "/a/"), limit: 1, keysOnly: false, at: 0)
        #expect(page.entries.map(\.key) == ["/a/1"] && page.hasMore)
    }

    @Test func `a file changes all or nothing, and tells`() async throws {
        let folder = try TemporaryFolder()
        let store = try RegionSite.fileStore(folder)
        try await contract(store)
    }

    @Test func `a file is read again by the next process`() async throws {
        let folder = try TemporaryFolder()
        var put = StoreTransaction()
        put.changes = [.put("/k", [7])]
        let revision: Int64
        do {
            let store = try RegionSite.fileStore(folder)
            revision = try await store.transact(put).revision
        }
        let store = try RegionSite.fileStore(folder)
        #expect(try await store.entry("/k")?.modRevision == revision)
        #expect(try await store.transact(put).revision == revision + 1)
    }

    @Test func `etcd changes all or nothing, and tells`() async throws {
        let cluster = try await EtcdCluster()
        let client = try RegionSite.client(cluster)
        try await contract(EtcdRegionStore(client))
        await client.close()
    }

    @Test func `a watch of what etcd has compacted says so`() async throws {
        let cluster = try await EtcdCluster()
        let client = try RegionSite.client(cluster)
        var put = StoreTransaction()
        put.changes = [.put("/k", [7])]
        let first = try await client.transact(put).revision
        for _ in 0..<3 { _ = try await client.transact(put) }
        try await cluster.control("compact", "\(first + 2)")
        await #expect(throws: StoreError.compacted(first + 2)) {
            try await client.watch(KeyRange("/k"), after: first - 1) { _ in }
        }
        await client.close()
    }

    @Test func `a session that is not renewed loses its keys, one that is keeps them`() async throws {
        let cluster = try await EtcdCluster()
        let client = try RegionSite.client(cluster)
        let (kept, left) = (
            try await client.openSession(lifetime: .seconds(1)), try await client.openSession(lifetime: .seconds(1))
        )
        var put = StoreTransaction()
        put.changes = [.put("/kept", [], lease: kept.lease), .put("/left", [], lease: left.lease)]
        _ = try await client.transact(put)
        let alive = Task { await kept.keepAlive() }
        try await Wait.until("the lease ends", within: .seconds(10)) {
            try await client.read(KeyRange("/left")).entries.isEmpty
        }
        #expect(try await client.read(KeyRange("/kept")).entries.count == 1)
        // Nobody answers any more: the session knows that it can no longer be sure.
        await cluster.kill(0)
        let begin = ContinuousClock.now
        await alive.value
        #expect(ContinuousClock.now - begin < .seconds(5))
        await client.close()
    }

    @Test func `a watch goes on without loss when the member that it is with dies`() async throws {
        let cluster = try await EtcdCluster(3)
        let client = try RegionSite.client(cluster)
        let seen = Mutex<[UInt8]>([])
        let begin = try await client.read(KeyRange("/n")).revision
        let watch = Task {
            try await client.watch(KeyRange(prefix: "/n"), after: begin) { changes in
                seen.withLock { $0 += changes.events.compactMap { $0.value?.first } }
            }
        }
        for number in 0..<60 {
            // One after the other, so that whichever member the watch is with is among them.
            if number == 20 { await cluster.kill(0) }
            if number == 40 {
                try cluster.start(0)
                try await cluster.waitUntilWorking()
                await cluster.kill(1)
            }
            var put = StoreTransaction()
            put.changes = [.put("/n", [UInt8(number)])]
            put.witness = .init(key: "/n", value: [UInt8(number)])
            _ = try await client.transact(put)
        }
        try await Wait.until("all is told") { seen.withLock { $0.last == 59 } }
        watch.cancel()
        // A put that was repeated after a lost answer may be there twice, in its place.
        let told = seen.withLock { $0 }
        #expect(told == told.sorted())
        #expect(Set(told).count == 60)
        await client.close()
    }
}
