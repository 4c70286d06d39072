package import Linux

/// What the proxy needs of a network: sockets in production, memory in simulations and under the fuzzer.
///
/// Descriptors are numbers that mean something to the network alone. No call waits.
package protocol ProxyNetwork: ~Copyable {
    /// Takes a connection that waits at a listener: its descriptor, and the client's address.
    mutating func accept(_ listener: Int32, from client: inout SocketAddress) -> Transfer

    /// Begins to connect: a descriptor, whose readiness to write tells that the attempt is over.
    mutating func connect(to address: SocketAddress) -> Transfer

    /// Whether the attempt to connect has succeeded.
    mutating func isConnected(_ descriptor: Int32) -> Bool

    /// Tells of the descriptor's readiness under `token`, once whenever it comes (edge-triggered).
    mutating func watch(_ descriptor: Int32, token: UInt64) -> Bool

    /// Receives; a count of zero is the end.
    mutating func receive(_ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer) -> Transfer

    /// Looks whether something is there to be received.
    mutating func peek(_ descriptor: Int32) -> Transfer

    /// Sends two pieces, or a part of them.
    mutating func send(
        _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Transfer

    /// Octets that were sent and that the peer has not taken.
    mutating func untaken(_ descriptor: Int32) -> Int

    /// Sends what more will follow soon, so that it may wait for that.
    mutating func sendMore(_ descriptor: Int32, _ octets: UnsafeRawBufferPointer) -> Transfer

    /// Makes a pipe to move octets without copying; nil where there is none to be had.
    mutating func makePipe() -> Pipe?

    /// Moves octets between a connection and a pipe.
    mutating func splice(from source: Int32, to target: Int32, count: Int) -> Transfer

    /// Takes octets out of a pipe.
    mutating func read(_ pipe: Pipe, into memory: UnsafeMutableRawBufferPointer) -> Transfer

    /// Closes a pipe, with what is in it.
    mutating func close(_ pipe: Pipe)

    /// Ends our direction.
    mutating func endWriting(_ descriptor: Int32)

    /// Closes; a reset tells the peer that what it got is not whole.
    mutating func close(_ descriptor: Int32, isReset: Bool)
}
