import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Stream sockets on the loopback interface")
struct SocketTests {
    /// A connection between two sockets of this test: the client's end, the server's, and whom the server sees.
    private func connect(to listener: Listener, at address: SocketAddress? = nil) throws -> (
        client: Int32, server: Int32, peer: SocketAddress
    ) {
        let target = address ?? listener.address
        let client = Int32(try #require(Socket.stream(for: target).count))
        #expect(Socket.connect(client, to: target).failure == nil)
        try #require(isReady(listener.descriptor), "a connection came")
        var peer = SocketAddress(ipv4: 0, port: 0)
        let server = Int32(try #require(Socket.accept(listener.descriptor, from: &peer).count))
        #expect(isReady(client, for: POLLOUT))
        #expect(Socket.pendingError(client) == nil)
        return (client, server, peer)
    }

    private func flags(_ descriptor: Int32) -> (isBlocking: Bool, closesOnExec: Bool) {
        (fcntl(descriptor, F_GETFL) & O_NONBLOCK == 0, fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    private func option(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(4)
        getsockopt(descriptor, level, name, &value, &length)
        return value
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `connect, carry octets both ways and end each way alone`(host: String) throws {
        let listener = try Listener(host)
        let (client, server, peer) = try connect(to: listener)
        #expect(peer == Socket.localAddress(client))
        #expect(option(server, Int32(IPPROTO_TCP), TCP_NODELAY) == 1, "inherited from the listener")
        #expect(send([1, 2, 3], to: client).count == 3)
        Socket.shutdownWriting(client)
        #expect(receive(10, from: server) == [1, 2, 3])
        #expect(send([4], to: server).count == 1)
        #expect(receive(1, from: client) == [4])
        [client, server, listener.descriptor].forEach(Socket.close)
    }

    @Test func `are non-blocking and closed on exec, however they come about`() throws {
        let listener = try Listener()
        let (client, server, other) = try connect(to: listener)
        var peer = other
        for descriptor in [listener.descriptor, client, server] {
            #expect(flags(descriptor) == (false, true))
            var scratch: UInt8 = 0
            let transfer =
                descriptor == listener.descriptor
                ? Socket.accept(descriptor, from: &peer)
                : withUnsafeMutableBytes(of: &scratch) { Socket.receive(descriptor, into: $0) }
            #expect(transfer == .wouldBlock)
        }
        [client, server, listener.descriptor].forEach(Socket.close)
    }

    @Test func `on all IPv6 interfaces take IPv4 connections, as mapped addresses`() throws {
        let listener = try Listener("::")
        let (client, server, peer) = try connect(
            to: listener, at: SocketAddress(ipv4: 0x7F00_0001, port: listener.address.port))
        #expect(peer.isIPv6)
        #expect(peer.unmapped == 0x7F00_0001)
        [client, server, listener.descriptor].forEach(Socket.close)
    }

    @Test func `share an address only when all agree`() throws {
        let first = try Listener()
        Socket.close(try Socket.listening(on: first.address))
        #expect(throws: SystemError(call: "bind", code: .addressInUse)) {
            try Socket.listening(on: first.address, isShared: false)
        }
        Socket.close(first.descriptor)
        Socket.close(try Socket.listening(on: first.address, isShared: false))
    }

    @Test func `tell why a connection was refused, once`() throws {
        let listener = try Listener()
        Socket.close(listener.descriptor)
        let client = Int32(try #require(Socket.stream(for: listener.address).count))
        let started = Socket.connect(client, to: listener.address)
        if started.isPending {
            #expect(isReady(client, for: POLLOUT))
            #expect(Socket.pendingError(client) == .connectionRefused)
        } else {
            #expect(started.failure == .connectionRefused)
        }
        #expect(Socket.pendingError(client) == nil)
        Socket.close(client)
    }

    @Test func `look at what waits without taking it`() throws {
        let pair = SocketPair()
        defer { pair.close() }
        #expect(Socket.peek(pair.first) == .wouldBlock)
        #expect(send([9, 8], to: pair.second).count == 2)
        #expect(Socket.peek(pair.first).count == 1)
        #expect(receive(2, from: pair.first) == [9, 8])
        Socket.shutdownWriting(pair.second)
        #expect(Socket.peek(pair.first).count == 0)
    }

    @Test(arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (1000, 70000)])
    func `send two pieces as one, in order`(first: Int, second: Int) throws {
        let pair = SocketPair()
        defer { pair.close() }
        let head = (0..<first).map { UInt8(truncatingIfNeeded: $0) }
        let tail = (0..<second).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sent = head.withUnsafeBytes { head in tail.withUnsafeBytes { Socket.send(pair.first, head, $0) } }
        #expect(sent.count == first + second)
        #expect(receive(first + second, from: pair.second) == head + tail)
    }

    @Test func `send as much as fits and then have to wait`() throws {
        let pair = SocketPair()
        defer { pair.close() }
        let octets = [UInt8](repeating: 1, count: 1 << 20)
        var sent = 0
        while let count = send(octets, to: pair.first).count { sent += count }
        #expect(send(octets, to: pair.first) == .wouldBlock)
        #expect(sent > 0)
        #expect(receive(sent, from: pair.second).count == sent)
    }

    @Test func `answer a send to nobody with an error, not a signal`() async {
        await #expect(processExitsWith: .success) {
            let pair = SocketPair()
            Socket.close(pair.second)
            #expect(send([1], to: pair.first).failure == .brokenPipe)
            let two = [UInt8](repeating: 0, count: 2)
            #expect(two.withUnsafeBytes { Socket.send(pair.first, $0, $0) }.failure == .brokenPipe)
        }
    }

    @Test func `are reset by a close that was told to`() throws {
        let listener = try Listener()
        let (client, server, _) = try connect(to: listener)
        Socket.resetOnClose(client)
        Socket.close(client)
        #expect(isReady(server))
        var scratch: UInt8 = 0
        let transfer = withUnsafeMutableBytes(of: &scratch) { Socket.receive(server, into: $0) }
        #expect(transfer.failure == .connectionReset)
        [server, listener.descriptor].forEach(Socket.close)
    }

    @Test func `send small messages at once when told to`() throws {
        let listener = try Listener()
        let (client, server, _) = try connect(to: listener)
        #expect(option(client, Int32(IPPROTO_TCP), TCP_NODELAY) == 0)
        Socket.setNoDelay(client)
        #expect(option(client, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
        [client, server, listener.descriptor].forEach(Socket.close)
    }

    @Test func `know how much the peer has not taken, and keep little for one without room`() throws {
        let listener = try Listener()
        Socket.limitUnsent(listener.descriptor, to: 32 << 10)
        let (client, server, _) = try connect(to: listener)
        #expect(option(server, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT) == 32 << 10, "a listener's is its connections'")
        #expect(Socket.untaken(server) == 0)
        let octets = [UInt8](repeating: 1, count: 1 << 20)
        var sent = 0
        while let count = send(octets, to: server).count { sent += count }
        let kept = Socket.untaken(server)
        #expect(kept > 0 && kept <= sent)
        // Until all that was sent is there and acknowledged.
        #expect(receive(sent, from: client).count == sent)
        for _ in 0..<100 where Socket.untaken(server) > 0 { usleep(1000) }
        #expect(Socket.untaken(server) == 0)
        [client, server, listener.descriptor].forEach(Socket.close)
    }

    @Test func `say to what they are bound, or why nobody says it`() async throws {
        let listener = try Listener()
        #expect(try Socket.boundAddress(of: listener.descriptor) == listener.address)
        Socket.close(listener.descriptor)
        await #expect(processExitsWith: .success) {
            let listener = try Listener()
            let failing = Trace(failing: 1, with: .noBufferSpace)
            #expect(throws: SystemError(call: "getsockname", code: .noBufferSpace)) {
                _ = try failing.record { try Socket.boundAddress(of: listener.descriptor) }
            }
        }
    }
}
