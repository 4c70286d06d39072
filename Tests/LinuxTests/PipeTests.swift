import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Pipes and splicing")
struct PipeTests {
    @Test func `a pipe has the room that it says`() throws {
        let pipe = try Pipe(capacity: 1 << 18)
        defer { pipe.close() }
        #expect(pipe.capacity >= 1 << 18)
        let page = [UInt8](repeating: 1, count: 4096)
        var filled = 0
        while write(pipe.writeEnd, page, 4096) == 4096 { filled += 4096 }
        #expect(errno == EAGAIN)
        #expect(filled == pipe.capacity)
    }

    @Test func `what is in a pipe can be read out of it`() throws {
        let pipe = try Pipe(capacity: 1 << 16)
        defer { pipe.close() }
        var memory = [UInt8](repeating: 0, count: 8)
        func read() -> Transfer { memory.withUnsafeMutableBytes { pipe.read(into: $0) } }
        #expect(read().isPending)
        #expect(write(pipe.writeEnd, [1, 2, 3] as [UInt8], 3) == 3)
        #expect(read().count == 3 && memory.prefix(3) == [1, 2, 3])
        #expect(read().isPending)
    }

    @Test func `a pipe that may not grow says how much room it has`() async {
        await #expect(processExitsWith: .success) {
            let (pipe, calls) = try Trace(failing: 2, with: .notPermitted).record { try Pipe(capacity: 1 << 18) }
            #expect(calls.map(\.call).prefix(2) == [.pipe2, .fcntl])
            let page = [UInt8](repeating: 1, count: 4096)
            var filled = 0
            while write(pipe.writeEnd, page, 4096) == 4096 { filled += 4096 }
            #expect(filled == pipe.capacity)
        }
    }

    @Test func `octets go from socket to pipe to socket unchanged`() throws {
        let (source, target) = (SocketPair(), SocketPair())
        let pipe = try Pipe(capacity: 65536)
        defer {
            source.close()
            target.close()
            pipe.close()
        }
        let octets = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(Socket.splice(from: source.second, to: pipe.writeEnd, count: 65536) == .wouldBlock)
        #expect(send(octets, to: source.first).count == octets.count)
        var (read, written) = (0, 0)
        var received: [UInt8] = []
        while written < octets.count {
            if let count = Socket.splice(from: source.second, to: pipe.writeEnd, count: 16384).count { read += count }
            let count = try #require(Socket.splice(from: pipe.readEnd, to: target.first, count: read - written).count)
            try #require(count > 0)
            written += count
            received += receive(count, from: target.second)
        }
        #expect(received == octets)
        Socket.shutdownWriting(source.first)
        #expect(Socket.splice(from: source.second, to: pipe.writeEnd, count: 65536).count == 0)
    }

    @Test func `an event descriptor wakes until it is cleared`() throws {
        let event = try EventDescriptor()
        var wanted = pollfd(fd: event.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&wanted, 1, 0) == 0)
        event.signal()
        event.signal()
        #expect(poll(&wanted, 1, 0) == 1)
        event.clear()
        #expect(poll(&wanted, 1, 0) == 0)
        event.clear()
    }
}
