import Glibc
import Linux
import Reactor
import Testing

@Suite("Epoll poller")
struct EpollPollerTests {
    private static let patience: UInt64 = 5_000_000_000

    private func pair() throws -> (first: Int32, second: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    /// What the poller says now, or as soon as it says anything.
    private func events(_ poller: inout EpollPoller, within: UInt64 = 0) -> [(token: UInt64, readiness: Readiness)] {
        (0..<poller.wait(nanoseconds: within)).map { poller.event($0) }
    }

    private func send(_ descriptor: Int32, _ count: Int = 1) -> Int {
        [UInt8](repeating: 1, count: count).withUnsafeBytes { Socket.send(descriptor, $0) }.count ?? 0
    }

    private func drain(_ descriptor: Int32) {
        var scratch = [UInt8](repeating: 0, count: 65536)
        while let count = scratch.withUnsafeMutableBytes({ Socket.receive(descriptor, into: $0) }).count, count > 0 {}
    }

    @Test func `a connection's readiness is told once each time it comes`() throws {
        let (first, second) = try pair()
        defer { [first, second].forEach(Socket.close) }
        var poller = try EpollPoller()
        try poller.add(first, token: 0xABCD_0000_0001)
        let initial = events(&poller)
        #expect(initial.map(\.token) == [0xABCD_0000_0001])
        #expect(initial.map(\.readiness) == [.write])
        #expect(events(&poller).isEmpty)

        #expect(send(second) == 1)
        #expect(events(&poller, within: Self.patience).first?.readiness.contains(.read) == true)
        #expect(events(&poller).isEmpty, "what was not read is not told again")
        #expect(send(second) == 1)
        #expect(events(&poller, within: Self.patience).first?.readiness.contains(.read) == true, "more has come")
    }

    @Test func `room to write is told when it comes back`() throws {
        let (first, second) = try pair()
        defer { [first, second].forEach(Socket.close) }
        var poller = try EpollPoller()
        try poller.add(first, token: 1)
        _ = events(&poller)
        while send(first, 65536) > 0 {}
        #expect(events(&poller).isEmpty)
        drain(second)
        #expect(events(&poller, within: Self.patience).first?.readiness.contains(.write) == true)
        #expect(events(&poller).isEmpty)
    }

    @Test func `the end of one direction is not the end of both`() throws {
        let (first, second) = try pair()
        var poller = try EpollPoller()
        try poller.add(first, token: 1)
        _ = events(&poller)
        Socket.shutdownWriting(second)
        let half = try #require(events(&poller, within: Self.patience).first)
        #expect(half.readiness.isSuperset(of: [.read, .readEnd]))
        #expect(!half.readiness.contains(.hangUp))
        Socket.close(second)
        let whole = try #require(events(&poller, within: Self.patience).first)
        #expect(whole.readiness.isSuperset(of: [.readEnd, .hangUp]))
        Socket.close(first)
        #expect(events(&poller).isEmpty, "a closed descriptor is forgotten")
    }

    @Test func `a listener is told of as long as somebody waits`() throws {
        let listener = try Socket.listening(on: SocketAddress(ipv4: 0x7F00_0001, port: 0))
        let address = try #require(Socket.localAddress(listener))
        var poller = try EpollPoller()
        try poller.addListener(listener, token: 9)
        #expect(events(&poller).isEmpty)
        let client = Int32(try #require(Socket.stream(for: address).count))
        #expect(Socket.connect(client, to: address).failure == nil)
        for _ in 0..<3 {
            let told = events(&poller, within: Self.patience)
            #expect(told.map(\.token) == [9])
            #expect(told.map(\.readiness) == [.read])
        }
        var peer = address
        let server = Int32(try #require(Socket.accept(listener, from: &peer).count))
        #expect(events(&poller).isEmpty)
        poller.remove(listener)
        let other = Int32(try #require(Socket.stream(for: address).count))
        #expect(Socket.connect(other, to: address).failure == nil)
        #expect(events(&poller, within: 20_000_000).isEmpty, "what was removed is not told of")
        [listener, client, server, other].forEach(Socket.close)
    }

    @Test(arguments: [0, 1, 999_999, 1_000_001, 20_000_000] as [UInt64])
    func `a wait without events lasts as long as it was asked to, rounded up`(nanoseconds: UInt64) throws {
        var poller = try EpollPoller()
        let start = Clock.monotonic
        #expect(poller.wait(nanoseconds: nanoseconds) == 0)
        #expect(Clock.monotonic - start >= nanoseconds)
    }

    @Test func `more events than a batch come with the next waits`() throws {
        var poller = try EpollPoller(batch: 2)
        let pairs = try (0..<5).map { _ in try pair() }
        for (index, pair) in pairs.enumerated() { try poller.add(pair.first, token: UInt64(index)) }
        var tokens: [UInt64] = []
        for _ in 0..<3 {
            let told = events(&poller)
            #expect(told.count <= 2)
            tokens += told.map(\.token)
        }
        #expect(tokens.sorted() == [0, 1, 2, 3, 4])
        for pair in pairs { [pair.first, pair.second].forEach(Socket.close) }
    }

    @Test func `an event that did not come traps`() async {
        await #expect(processExitsWith: .failure) { _ = try EpollPoller(batch: 2).event(2) }
    }
}
