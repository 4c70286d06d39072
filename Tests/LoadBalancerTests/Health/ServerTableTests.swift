import Linux
import LoadBalancer
import Telemetry
import Testing

@Suite("Server table")
struct ServerTableTests {
    private func table(_ sizes: Int..., workers: Int = 2) -> ServerTable {
        let address = SocketAddress(ipv4: 0x7F00_0001, port: 1)
        let pools = sizes.map { size in
            Configuration.Pool(name: "p", servers: (0..<size).map { .init(name: "s\($0)", address: address) })
        }
        return ServerTable(pools: pools, workers: workers, now: 5)
    }

    @Test func `servers are numbered over all pools`() {
        let table = table(2, 1, 3)
        #expect(table.count == 6)
        #expect((0..<3).map { table.servers(ofPool: $0) } == [0..<2, 2..<3, 3..<6])
        #expect(table.index(pool: 2, server: 1) == 4)
    }

    @Test func `a server is up until a check says otherwise, and changes are counted`() {
        let table = table(2)
        #expect(table.isUp(0) && table.health(of: 0) == .init(since: 5))
        table.enter(.up, failure: nil, of: 0, now: 6)
        table.enter(.up, failure: "status 500", of: 0, now: 7)
        let generation = table.generation
        table.enter(.down, failure: "gone", of: 0, now: 8)
        #expect(!table.isUp(0) && table.isUp(1) && table.generation == generation + 1)
        #expect(
            table.health(of: 0) == .init(state: .down, since: 8, failure: "gone", checks: 3, failures: 2))
        table.enter(.up, failure: nil, of: 0, now: 9)
        #expect(table.isUp(0) && table.health(of: 0).since == 9)
    }

    @Test func `what is in flight is summed over the workers`() {
        let table = table(2, workers: 3)
        table.inFlight(worker: 0).add(2, at: 1)
        table.inFlight(worker: 2).add(5, at: 1)
        table.inFlight(worker: 2).subtract(1, at: 1)
        #expect(table.inFlight(of: 1) == 6 && table.inFlight(of: 0) == 0)
    }
}
