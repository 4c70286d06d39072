import CLinux
import Glibc
import Linux
import SystemPackage
import Testing

@Suite("System calls through the seam")
struct SystemCallTests {
    /// Calls that are named for wrappers outside this module, or that need rights (packet sockets, see LinkTests); whoever
    /// adds one here takes it off this list.
    private static let unmade: Set<SystemCall> = [.fsync, .ppoll, .recvmmsg, .sendmmsg]

    @Test func `every wrapper makes the calls it is named for`() async {
        await #expect(processExitsWith: .success) {
            let trace = Trace()
            let loopback = SocketAddress(ipv4: 0x7F00_0001, port: 0)

            // Descriptors: what is made is closed, by name.
            let (pipe, piping) = try trace.record { try Pipe(capacity: 4096) }
            #expect(piping == [.made(.pipe2), .made(.fcntl, pipe.writeEnd)])
            let (_, closing) = trace.record { pipe.close() }
            #expect(closing == [.made(.close, pipe.readEnd), .made(.close, pipe.writeEnd)])
            let (number, eventing) = try trace.record { () throws -> Int32 in
                let event = try EventDescriptor()
                event.signal()
                event.clear()
                return event.descriptor
            }
            #expect(eventing == [.made(.eventfd), .made(.write, number), .made(.read, number), .made(.close, number)])
            let (_, mapping) = try trace.record { _ = try Mapping(byteCount: 1) }
            #expect(mapping == [.made(.mmap)])

            let (file, opening) = trace.record { Int32(File.openForAppending("/dev/null").raw) }
            #expect(opening == [.made(.open)])
            let (_, appending) = [1].withUnsafeBytes { octets in trace.record { File.append(octets, octets, to: file) }
            }
            #expect(appending == [.made(.writev, file)])
            Socket.close(file)

            // A connection's life.
            let (listener, listening) = try trace.record { try Socket.listening(on: loopback) }
            #expect(
                listening == [
                    .made(.socket), .made(.setsockopt, listener), .made(.setsockopt, listener),
                    .made(.setsockopt, listener),
                    .made(.bind, listener), .made(.listen, listener),
                ])
            let (alone, unshared) = try trace.record { try Socket.listening(on: loopback, isShared: false) }
            #expect(unshared.filter { $0.call == .setsockopt }.count == 2)
            Socket.close(alone)
            let (address, naming) = trace.record { Socket.localAddress(listener) }
            #expect(naming == [.made(.getsockname, listener)])
            let (client, making) = trace.record { Int32(Socket.stream(for: loopback).raw) }
            #expect(making == [.made(.socket)])
            let (connected, connecting) = trace.record { Socket.connect(client, to: address ?? loopback) }
            #expect(connecting == [.made(.connect, client)])
            #expect(connected.failure == nil)
            #expect(isReady(listener))
            var peer = loopback
            let (server, accepting) = trace.record { Int32(Socket.accept(listener, from: &peer).raw) }
            #expect(accepting == [.made(.accept4, listener)])
            #expect(peer == Socket.localAddress(client))

            // Its transfers.
            let octets: [UInt8] = [1, 2, 3]
            let (_, sending) = octets.withUnsafeBytes { octets in trace.record { Socket.send(client, octets) } }
            #expect(sending == [.made(.send, client)])
            let (_, gathering) = octets.withUnsafeBytes { octets in trace.record { Socket.send(client, octets, octets) }
            }
            #expect(gathering == [.made(.sendmsg, client)])
            #expect(isReady(server))
            let (_, peeking) = trace.record { Socket.peek(server) }
            #expect(peeking == [.made(.recv, server)])
            var scratch = [UInt8](repeating: 0, count: 2)
            let (_, receiving) = scratch.withUnsafeMutableBytes { memory in
                trace.record { Socket.receive(server, into: memory) }
            }
            #expect(receiving == [.made(.recv, server)])
            let channel = try Pipe(capacity: 4096)
            let (moved, splicing) = trace.record { Socket.splice(from: server, to: channel.writeEnd, count: 4096) }
            #expect(splicing == [.made(.splice, server)])
            #expect(moved.count == 7, "nine were sent, two taken")
            channel.close()

            // Its options and its end.
            let (_, hastening) = trace.record { Socket.setNoDelay(client) }
            #expect(hastening == [.made(.setsockopt, client)])
            let (_, asking) = trace.record { Socket.pendingError(client) }
            #expect(asking == [.made(.getsockopt, client)])
            let (_, looking) = trace.record { Socket.untaken(client) }
            #expect(looking == [.made(.ioctl, client)])
            let (_, limiting) = trace.record { Socket.limitUnsent(client, to: 1 << 16) }
            #expect(limiting == [.made(.setsockopt, client)])
            let (_, ending) = trace.record { Socket.shutdownWriting(client) }
            #expect(ending == [.made(.shutdown, client)])
            let (_, lingering) = trace.record { Socket.resetOnClose(client) }
            #expect(lingering == [.made(.setsockopt, client)])

            // Waiting.
            let (_, polling) = try trace.record {
                let epoll = try Epoll()
                try epoll.add(server, events: 1, token: 7)
                var events = [epoll_event()]
                _ = events.withUnsafeMutableBufferPointer { epoll.wait(into: $0, milliseconds: 0) }
                epoll.remove(server)
            }
            #expect(
                polling.map(\.call) == [.epoll_create1, .epoll_ctl, .epoll_wait, .epoll_ctl, .close])
            #expect(polling[1].descriptor == server && polling[3].descriptor == server)
            #expect(polling[2].descriptor == polling[4].descriptor)

            // Threads.
            let core = try #require(Thread.allowedCores.first)
            let (_, pinning) = trace.record { Thread(name: "pinned", core: core) {}.join() }
            #expect(pinning == [.made(.sched_setaffinity)])
            let (_, running) = trace.record { Thread(name: "free") {}.join() }
            #expect(running.isEmpty)

            for descriptor in [listener, client, server] { Socket.close(descriptor) }
            #expect(Set(trace.calls.map(\.call)) == Set(SystemCall.allCases).subtracting(Self.unmade))
        }
    }

    @Test func `without an observer nothing is seen, and calls go through`() async {
        await #expect(processExitsWith: .success) {
            let trace = Trace(failing: 1)
            #expect(throws: SystemError(call: "eventfd", code: .ioError)) {
                try trace.record { _ = try EventDescriptor() }
            }
            _ = try EventDescriptor()
            #expect(trace.calls == [.made(.eventfd)])
        }
    }

    @Test func `a close that is played as failing closes all the same`() async {
        await #expect(processExitsWith: .success) {
            unshareDescriptors()
            let pair = SocketPair()
            let before = openDescriptors()
            _ = Trace(failing: 1).record { Socket.close(pair.first) }
            #expect(openDescriptors() == before.subtracting([pair.first]))
        }
    }
}
