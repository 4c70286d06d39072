package import DHCP
import Linux
import Reactor

/// What operators ask of a running server, and have it do, from other threads: each is done between two rounds of the loop.
package struct ServerControl: Sendable {
    /// Why something was not done.
    package enum Refusal: Error, Equatable, Sendable {
        /// Something that was given is wrong.
        case invalid(field: String, reason: String)
        /// There is no such lease or reservation.
        case unknown(String)
        /// It cannot be done as things are.
        case impossible(String)
        /// The store did not take it.
        case unwritten(String)
        /// The loop did not come to it in time.
        case busy
    }

    let handle: LoopHandle

    /// Some of the leases that match, and where to go on; nil at the end.
    ///
    /// Each look is short, so that clients are served between.
    package func page(
        of family: LeaseAddress.Family, from slot: Int, limit: Int, matching match: LeaseMatch?
    ) async throws(Refusal) -> (leases: [ShownLease], next: Int?) {
        let page = try await ask { .success(Page($0.page(of: family, from: slot, limit: limit, matching: match))) }
        return (page.leases, page.next)
    }

    /// The lease of an address; nil if nothing is known of it.
    package func lease(of address: LeaseAddress) async throws(Refusal) -> ShownLease? {
        try await ask { .success($0.lease(of: address)) }
    }

    /// Ends a lease by hand.
    package func release(_ address: LeaseAddress) async throws(Refusal) {
        try await done { $0.release(address) }
    }

    /// Tells the client that has an address to renew it.
    package func renew(_ address: LeaseAddress) async throws(Refusal) {
        try await done { $0.renew(address) }
    }

    /// Keeps an address for a client.
    package func reserve(_ address: LeaseAddress, for client: String) async throws(Refusal) {
        try await done { $0.reserve(address, for: client) }
    }

    /// Gives up a reservation that was made by hand.
    package func unreserve(_ address: LeaseAddress) async throws(Refusal) {
        try await done { $0.unreserve(address) }
    }

    /// What has been done so far, and how full the pools are.
    package func statistics() async throws(Refusal) -> ServerStatistics {
        try await ask { .success($0.statistics) }
    }

    /// Gives what becomes of leases from now on to `body`, as it is committed, until the task is cancelled.
    package func watch(_ body: ([LeaseEvent]) async throws -> Void) async throws {
        let watcher = LeaseWatcher()
        handle.mailbox.post { $0.watchers.append(watcher) }
        defer { handle.mailbox.post { $0.watchers.removeAll { $0 === watcher } } }
        for await _ in watcher.ready { try await body(watcher.take()) }
    }

    private struct Page: Sendable {
        let leases: [ShownLease]
        let next: Int?

        init(_ page: (leases: [ShownLease], next: Int?)) { (leases, next) = page }
    }

    private func ask<Answer: Sendable>(
        _ body: @escaping @Sendable (ServerLoop) -> Result<Answer, Refusal>
    ) async throws(Refusal) -> Answer {
        guard let answer = await handle.answer(body) else { throw .busy }
        return try answer.get()
    }

    private func done(_ body: @escaping @Sendable (ServerLoop) -> Refusal?) async throws(Refusal) {
        if let refusal = try await ask({ .success(body($0)) }) { throw refusal }
    }
}
