import Glibc
import Lab
import Linux
import Synchronization
import Testing

@Suite("The client with a constant rate")
struct ConstantRateTests {
    /// A responder on a thread of its own, which sleeps once when it is told to.
    private final class Sleeper: Sendable {
        let address: SocketAddress
        private let isOver = Atomic(false)
        private let nap = Atomic<UInt32>(0)

        init() throws {
            let port = try FreePort()
            address = SocketAddress(ipv4: 0x7F00_0001, port: port.number)
            _ = Thread(name: "responder") { [self] in
                do {
                    var responder = try Responder(on: [address])
                    responder.run {
                        let duration = nap.exchange(0, ordering: .relaxed)
                        if duration > 0 { usleep(duration) }
                        return isOver.load(ordering: .relaxed)
                    }
                } catch {
                    Issue.record(error)
                }
            }
            while !Wait.isListening(address) { usleep(1000) }
        }

        func sleep(microseconds: UInt32) { nap.store(microseconds, ordering: .relaxed) }
        func stop() { isOver.store(true, ordering: .relaxed) }
    }

    @Test func `as many are asked as the rate says, and all are answered`() throws {
        let server = try Sleeper()
        defer { server.stop() }
        var client = try ConstantRate(to: server.address, path: "64k", connections: 7, rate: 500)
        let load = client.run(seconds: 1, warmUp: 0)
        #expect(load.requests == 500 && load.failures == 0, "\(load)")
        #expect((900_000...1_500_000).contains(load.microseconds))
        #expect(load.p50 > 0 && load.p50 <= load.p99 && load.p99 <= load.p999 ?? 0)
        #expect(Load(load.line) == load)
    }

    @Test func `a pause is seen by every request that fell into it`() throws {
        let server = try Sleeper()
        defer { server.stop() }
        var client = try ConstantRate(to: server.address, path: "128", connections: 2, rate: 1000)
        server.sleep(microseconds: 400_000)
        let load = client.run(seconds: 1, warmUp: 0)
        // Four in ten fell into it, and waited for half of it on average; a client that waits before it asks again
        // would have told of two.
        #expect(load.requests == 1000, "\(load)")
        #expect(load.p99 > 300_000, "\(load)")
        #expect(load.p50 < 100_000, "\(load)")
    }

    @Test func `what is not answered counts, and is a failure`() throws {
        let listener = try Socket.listening(on: SocketAddress(ipv4: 0x7F00_0001, port: 0))
        defer { Socket.close(listener) }
        let address = try #require(Socket.localAddress(listener))
        var client = try ConstantRate(to: address, path: "128", connections: 1, rate: 10)
        let load = client.run(seconds: 1, warmUp: 0)
        #expect(load.requests == 0 && load.errors["timeout"] == 10, "\(load)")
        #expect(load.p50 > 1_000_000, "\(load)")
    }
}
