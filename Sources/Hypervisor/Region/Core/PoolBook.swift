import Linux
import ServiceAPI
import SwiftProtobuf

/// The pools and what is free in them, as the store tells; kept current by watching it.
///
/// It may be behind: what it gives is asked of the store, and what the store refuses is taken note of.
package actor PoolBook {
    private struct Page {
        var plan: PoolPlan
        var usage: PoolUsage
    }

    private let store: any RegionStore
    private var pages: [String: Page] = [:]
    private var isLoaded = false

    package init(_ store: any RegionStore) { self.store = store }

    /// Follows the store until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do throws(StoreError) {
                let revision = try await load()
                await withTaskGroup { group in
                    let store = store
                    group.addTask { [self] in
                        try? await store.watch(RegionKeys.pools, after: revision) { await self.takePools($0) }
                    }
                    group.addTask { [self] in
                        try? await store.watch(RegionKeys.addresses, after: revision) { await self.takeAddresses($0) }
                    }
                    // One that ends was compacted or refused: all is read anew.
                    await group.next()
                    group.cancelAll()
                }
            } catch {}
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Reads everything; the revision that it was read at.
    @discardableResult
    private func load() async throws(StoreError) -> Int64 {
        let pools = try await store.read(RegionKeys.pools)
        var fresh: [String: Page] = [:]
        for entry in pools.entries {
            guard let page = Self.page(entry.value) else { continue }
            fresh[page.plan.name] = page
        }
        let addresses = try await store.read(RegionKeys.addresses, keysOnly: true)
        for entry in addresses.entries {
            if let number = Int(RegionKeys.last(of: entry.key), radix: 16) {
                fresh[RegionKeys.lastButOne(of: entry.key)]?.usage.mark(number)
            }
        }
        pages = fresh
        isLoaded = true
        // What changed between the two reads comes once more, which does no harm.
        return pools.revision
    }

    private static func page(_ value: [UInt8]) -> Page? {
        guard let pool = try? Apus_Rns_V1_Pool(serializedBytes: value), let plan = try? PoolPlan(pool) else {
            return nil
        }
        return Page(plan: plan, usage: PoolUsage(plan, begin: Int.random(in: 0..<plan.capacity)))
    }

    private func takePools(_ changes: StoreChanges) {
        for event in changes.events {
            let name = RegionKeys.last(of: event.key)
            guard let value = event.value else {
                pages[name] = nil
                continue
            }
            // A pool's numbers never change while it is there, so one that is known stays.
            if pages[name] == nil { pages[name] = Self.page(value) }
        }
    }

    private func takeAddresses(_ changes: StoreChanges) {
        for event in changes.events {
            guard let number = Int(RegionKeys.last(of: event.key), radix: 16) else { continue }
            let pool = RegionKeys.lastButOne(of: event.key)
            if event.value == nil { pages[pool]?.usage.clear(number) } else { pages[pool]?.usage.mark(number) }
        }
    }

    /// The pool of a name; asks the store for one that is not known.
    func plan(_ name: String) async throws(StoreError) -> PoolPlan? {
        if !isLoaded { try await load() }
        if let page = pages[name] { return page.plan }
        guard let entry = try await store.entry(RegionKeys.pool(name)), let page = Self.page(entry.value) else {
            return nil
        }
        pages[name] = page
        let used = try await store.read(RegionKeys.addresses(of: name), keysOnly: true)
        for entry in used.entries {
            if let number = Int(RegionKeys.last(of: entry.key), radix: 16) { pages[name]?.usage.mark(number) }
        }
        return page.plan
    }

    /// A number that seems to be free; nil if the pool has none, even after the store was asked.
    func take(_ pool: String) async throws(StoreError) -> Int? {
        if let number = pages[pool]?.usage.take() { return number }
        // All that was given back while the watch was interrupted, and bits that are wrong for whatever reason.
        guard let plan = pages[pool]?.plan else { return nil }
        let used = try await store.read(RegionKeys.addresses(of: pool), keysOnly: true)
        var usage = PoolUsage(plan, begin: Int.random(in: 0..<plan.capacity))
        for entry in used.entries {
            if let number = Int(RegionKeys.last(of: entry.key), radix: 16) { usage.mark(number) }
        }
        let number = usage.take()
        if number != nil { pages[pool]?.usage = usage }
        return number
    }

    /// The store has answered: `isGiven` if the number is somebody's now.
    func settle(_ pool: String, _ number: Int, isGiven: Bool) {
        pages[pool]?.usage.release(number)
        if isGiven { pages[pool]?.usage.mark(number) }
    }

    /// How full the pools are, as far as this instance knows, in the order of their names.
    var figures: [(name: String, given: Int, offered: Int)] {
        pages.values.map { ($0.plan.name, $0.usage.count - ($0.plan.capacity - $0.plan.offered), $0.plan.offered) }
            .sorted { $0.name < $1.name }
    }

    /// The store said that there is no such pool.
    func forget(_ pool: String) { pages[pool] = nil }
}
