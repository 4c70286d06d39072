package import DHCP
import Dispatch
import Synchronization

/// Leases in etcd, which several DHCP servers share: two on a link, or behind relay agents.
///
/// A lease is taken only if etcd has of its address what this server knew of it, so no address is lent to two clients, however far
/// the servers' tables are apart; what the others do comes by a watch. All keys are below `/dhcp/NAME/`.
package final class EtcdLeaseStore: SharedLeaseStore, Sendable {
    private struct State {
        /// The revision of each address's last change that this server knows of.
        var known: [LeaseAddress: Int64] = [:]
        /// What the watch has told and nobody has taken yet: by revision, so that our own changes can be told apart.
        var news: [(change: LeaseChange, revision: Int64)] = []
    }

    private let client: EtcdClient
    private let folder: String
    private let state = Mutex(State())
    private let watch = Mutex<Task<Void, Never>?>(nil)
    /// This process, among those that commit.
    private let server = String(UInt64.random(in: 0...UInt64.max), radix: 36)

    /// Keys of one transaction; etcd takes 128 operations, a change is one and its reading another.
    private static let batch = 60

    /// Makes a store whose leases are those of `name`; all servers that share them say the same.
    package init(_ client: EtcdClient, name: String) {
        (self.client, folder) = (client, "/dhcp/\(name)/")
    }

    deinit { watch.withLock { $0?.cancel() } }

    package func load(_ body: (Lease) -> Void) throws(LeaseStoreError) -> [BadRow] {
        let range = KeyRange(prefix: folder + "lease/")
        let page = try waiting { client throws(StoreError) in try await client.readAll(range) }
        var bad: [BadRow] = []
        for entry in page.entries {
            guard let lease = LeaseText.lease(entry.value, key: entry.key) else {
                bad.append(BadRow(row: entry.key, reason: "it is no lease that this program can read"))
                continue
            }
            state.withLock { $0.known[lease.address] = entry.modRevision }
            body(lease)
        }
        let (client, revision) = (client, page.revision)
        let task = Task.detached { [weak self] in
            var from = revision
            while !Task.isCancelled {
                do throws(StoreError) {
                    try await client.watch(range, after: from) { [weak self] changes in self?.take(changes) }
                } catch {
                    guard case .compacted = error else { continue }
                    // What happened meanwhile is told by what there is now.
                    guard let page = try? await client.readAll(range) else { continue }
                    self?.takeAnew(page)
                    from = page.revision
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        watch.withLock { $0 = task }
        return bad
    }

    private func take(_ changes: StoreChanges) {
        state.withLock { state in
            for event in changes.events {
                guard let address = LeaseText.address(ofKey: event.key) else { continue }
                if let value = event.value {
                    guard let lease = LeaseText.lease(value, key: event.key) else { continue }
                    state.news.append((.put(lease), event.revision))
                } else {
                    state.news.append((.remove(address), event.revision))
                }
            }
        }
    }

    private func takeAnew(_ page: StorePage) {
        state.withLock { state in
            var gone = Set(state.known.keys)
            for entry in page.entries {
                guard let lease = LeaseText.lease(entry.value, key: entry.key) else { continue }
                gone.remove(lease.address)
                state.news.append((.put(lease), entry.modRevision))
            }
            for address in gone { state.news.append((.remove(address), page.revision)) }
        }
    }

    package func takeChangesOfOthers() -> [LeaseChange] {
        state.withLock { state in
            defer { state.news = [] }
            return state.news.compactMap { change, revision in
                // What this server did itself, or has learned of since.
                guard state.known[change.address] ?? 0 < revision else { return nil }
                state.known[change.address] = revision
                return change
            }
        }
    }

    package func commit(_ changes: [LeaseChange]) throws(LeaseStoreError) {
        let refused = try commitShared(changes)
        guard refused.isEmpty else { throw LeaseStoreError("another server changed \(refused[0]) meanwhile") }
    }

    package func commitShared(_ changes: [LeaseChange]) throws(LeaseStoreError) -> [LeaseAddress] {
        // Of each address only the last change is to be known.
        var last: [LeaseAddress: LeaseChange] = [:]
        for change in changes { last[change.address] = change }
        var rest = Array(last.values)
        var refused: [LeaseAddress] = []
        while !rest.isEmpty {
            let part = Array(rest.prefix(Self.batch))
            let found = try attempt(part)
            refused += found
            // Those that were not at odds are tried again without the others; nothing of the part was done.
            rest = found.isEmpty ? Array(rest.dropFirst(part.count)) : rest.filter { !found.contains($0.address) }
        }
        return refused
    }

    /// Makes some changes, or none; the addresses that the store has something else of.
    private func attempt(_ changes: [LeaseChange]) throws(LeaseStoreError) -> [LeaseAddress] {
        let known = state.withLock { $0.known }
        var transaction = StoreTransaction()
        for change in changes {
            let key = LeaseText.key(change.address, in: folder)
            transaction.conditions.append(.unchanged(key, known[change.address] ?? 0))
            transaction.reads.append(KeyRange(key))
            switch change {
            case .put(let lease): transaction.changes.append(.put(key, LeaseText.octets(lease)))
            case .remove: transaction.changes.append(.remove(KeyRange(key)))
            }
        }
        // By this an attempt whose answer was lost is known again.
        transaction.put(
            "\(folder)server/\(server)", witnessing: Array(String(UInt64.random(in: 0...UInt64.max), radix: 36).utf8))
        let message = transaction
        let outcome = try waiting { client throws(StoreError) in try await client.transact(message) }
        return state.withLock { state in
            guard !outcome.isDone else {
                for change in changes { state.known[change.address] = outcome.revision }
                return []
            }
            var odd: [LeaseAddress] = []
            for (change, entries) in zip(changes, outcome.reads) {
                let revision = entries.first?.modRevision ?? 0
                guard revision != known[change.address] ?? 0 else { continue }
                odd.append(change.address)
                if let entry = entries.first, let lease = LeaseText.lease(entry.value, key: entry.key) {
                    state.news.append((.put(lease), revision))
                } else {
                    state.known[change.address] = 0
                    state.news.append((.remove(change.address), outcome.revision))
                }
            }
            // Between the comparison and the reading nothing can happen: both are of one revision.
            precondition(!odd.isEmpty, "a transaction that was not made has a condition that does not hold")
            return odd
        }
    }

    package func reservations() throws(LeaseStoreError) -> [StoredReservation] {
        let range = KeyRange(prefix: folder + "reservation/")
        let page = try waiting { client throws(StoreError) in try await client.readAll(range) }
        return page.entries.map {
            StoredReservation(
                address: String($0.key.dropFirst(range.first.count)), client: String(decoding: $0.value, as: UTF8.self))
        }
    }

    package func keep(_ reservation: StoredReservation) throws(LeaseStoreError) {
        try change(.put("\(folder)reservation/\(reservation.address)", Array(reservation.client.utf8)))
    }

    package func forgetReservation(of address: String) throws(LeaseStoreError) {
        try change(.remove(KeyRange("\(folder)reservation/\(address)")))
    }

    private func change(_ change: StoreTransaction.Change) throws(LeaseStoreError) {
        var transaction = StoreTransaction()
        transaction.changes = [change]
        let message = transaction
        _ = try waiting { client throws(StoreError) in try await client.transact(message) }
    }

    /// Each server has a clock of its own, and none to share: it begins behind the leases' last contact.
    package var clockOffset: Int64? {
        get { nil }
        set {}
    }

    /// Waits, on the server's own thread, for what etcd answers.
    private func waiting<Answer: Sendable>(
        _ body: @escaping @Sendable (EtcdClient) async throws(StoreError) -> Answer
    ) throws(LeaseStoreError) -> Answer {
        let (client, box, done) = (client, Box<Answer>(), DispatchSemaphore(value: 0))
        Task.detached {
            do throws(StoreError) {
                let answer = try await body(client)
                box.result.withLock { $0 = .success(answer) }
            } catch {
                box.result.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        done.wait()
        switch box.result.withLock({ $0 }) {
        case .success(let answer): return answer
        case .failure(let error): throw LeaseStoreError("etcd: \(error)")
        case nil: preconditionFailure("a result is there before it is signalled")
        }
    }

    private final class Box<Answer: Sendable>: Sendable {
        let result = Mutex<Result<Answer, StoreError>?>(nil)
    }
}

extension EtcdClient {
    /// Reads all of a range at one revision, a page at a time.
    func readAll(_ range: KeyRange) async throws(StoreError) -> StorePage {
        try await EtcdRegionStore(self).read(range)
    }
}
