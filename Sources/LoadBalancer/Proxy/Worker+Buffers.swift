import Linux
import Reactor

// A connection's blocks, taken out and put back: the slab and the pool are not borrowed at one time.
extension Worker where Network: ~Copyable {
    /// Octets of the blocks that connections hold; none when all are closed.
    package var heldOctets: Int { buffers.lent }

    mutating func releaseInput(_ place: Int32) {
        var buffer = connections[place].input
        buffers.give(&buffer)
        connections[place].input = buffer
    }

    mutating func append(_ octets: UnsafeRawBufferPointer, toInput place: Int32) -> Bool {
        var buffer = connections[place].input
        let isKept = unsafe buffers.append(octets, to: &buffer)
        connections[place].input = buffer
        return isKept
    }

    mutating func consumeInput(_ place: Int32, _ count: Int) {
        var buffer = connections[place].input
        buffers.consume(count, from: &buffer)
        connections[place].input = buffer
    }

    mutating func releaseOutput(_ place: Int32) {
        var buffer = connections[place].output
        buffers.give(&buffer)
        connections[place].output = buffer
    }

    mutating func append(_ octets: UnsafeRawBufferPointer, toOutput place: Int32) -> Bool {
        var buffer = connections[place].output
        let isKept = unsafe buffers.append(octets, to: &buffer)
        connections[place].output = buffer
        return isKept
    }

    mutating func consumeOutput(_ place: Int32, _ count: Int) {
        var buffer = connections[place].output
        buffers.consume(count, from: &buffer)
        connections[place].output = buffer
    }

    mutating func releaseRecord(_ place: Int32) {
        var buffer = connections[place].exchange.record
        buffers.give(&buffer)
        connections[place].exchange.record = buffer
    }

    mutating func append(_ octets: UnsafeRawBufferPointer, toRecord place: Int32) -> Bool {
        var buffer = connections[place].exchange.record
        let isKept = unsafe buffers.append(octets, to: &buffer)
        connections[place].exchange.record = buffer
        return isKept
    }
}
