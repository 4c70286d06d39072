package import Linux
package import Reactor

/// The network of production: the kernel's sockets behind one poller.
package struct SocketNetwork: ProxyNetwork, ~Copyable {
    package var poller: EpollPoller

    package init() throws(SystemError) { poller = try EpollPoller() }

    package mutating func accept(_ listener: Int32, from client: inout SocketAddress) -> Transfer {
        Socket.accept(listener, from: &client)
    }

    package mutating func connect(to address: SocketAddress) -> Transfer {
        let made = Socket.stream(for: address)
        guard let number = made.count else { return made }
        let descriptor = Int32(number)
        Socket.setNoDelay(descriptor)
        let result = Socket.connect(descriptor, to: address)
        if result.failure == nil { return made }
        Socket.close(descriptor)
        return result
    }

    package mutating func isConnected(_ descriptor: Int32) -> Bool { Socket.pendingError(descriptor) == nil }

    package mutating func watch(_ descriptor: Int32, token: UInt64) -> Bool {
        (try? poller.add(descriptor, token: token)) != nil
    }

    package mutating func receive(_ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        unsafe Socket.receive(descriptor, into: memory)
    }

    package mutating func peek(_ descriptor: Int32) -> Transfer { Socket.peek(descriptor) }

    package mutating func send(
        _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Transfer {
        unsafe Socket.send(descriptor, first, second)
    }

    package mutating func untaken(_ descriptor: Int32) -> Int { Socket.untaken(descriptor) }

    package mutating func sendMore(_ descriptor: Int32, _ octets: UnsafeRawBufferPointer) -> Transfer {
        unsafe Socket.send(descriptor, octets, isMoreToCome: true)
    }

    package mutating func makePipe() -> Pipe? { try? Pipe(capacity: 256 << 10) }

    package mutating func splice(from source: Int32, to target: Int32, count: Int) -> Transfer {
        Socket.splice(from: source, to: target, count: count)
    }

    package mutating func read(_ pipe: Pipe, into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        unsafe pipe.read(into: memory)
    }

    package mutating func close(_ pipe: Pipe) { pipe.close() }

    package mutating func endWriting(_ descriptor: Int32) { Socket.shutdownWriting(descriptor) }

    package mutating func close(_ descriptor: Int32, isReset: Bool) {
        if isReset { Socket.resetOnClose(descriptor) }
        Socket.close(descriptor)
    }
}
