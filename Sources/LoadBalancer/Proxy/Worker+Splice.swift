import Linux
import Reactor

// Large bodies of known length from plain backends to clients: moved by the kernel, through one pipe that is empty again
// when each move is over. What the client's socket does not take is read out of the pipe and waits in its buffer.
extension Worker where Network: ~Copyable {
    /// Octets still to come of a body from which on moving costs less than copying.
    private static var splicedBody: Int { 32 << 10 }

    /// Whether an answer is so large that its server's next one had better be read with its head alone first.
    static func isLarge(_ body: BodyFraming) -> Bool {
        if case .length(let count) = body { return count >= splicedBody + smallBody }
        return false
    }

    /// Whether the rest of an answer's body can go through the pipe.
    mutating func canSplice(_ upstream: Int32, _ place: Int32) -> Bool {
        guard connections[place].exchange.response.remaining >= Self.splicedBody,
            connections[upstream].session == nil, connections[upstream].input.isEmpty,
            connections[upstream].flags.contains(.canRead), connections[place].flags.contains(.canWrite),
            connections[place].output.isEmpty
        else { return false }
        if bodyPipe == nil { bodyPipe = network.makePipe() }
        return bodyPipe != nil
    }

    mutating func discardBodyPipe() {
        if let pipe = bodyPipe { network.close(pipe) }
        bodyPipe = nil
    }

    /// Moves what there is of a body, behind what the output scratch holds; false when nothing more is to be done now.
    mutating func spliceBody(_ upstream: Int32, _ place: Int32) -> Bool {
        guard let pipe = bodyPipe else { preconditionFailure("a body is moved through the pipe") }
        let size = buffers.lent > buffers.limit / 2 ? 16 << 10 : min(Self.readSize, pipe.capacity)
        let result = network.splice(
            from: connections[upstream].descriptor, to: pipe.writeEnd,
            count: min(connections[place].exchange.response.remaining, size))
        let moved = result.count ?? 0
        connections[place].exchange.response.remaining -= moved
        connections[place].exchange.response.isDone = connections[place].exchange.response.remaining == 0
        connections[place].exchange.sent += UInt64(moved)
        let sending = moved > 0 ? passOn(place, pipe, moved) : sendOutput(place)
        output.clear()
        switch sending {
        case .sent: break
        case .broken, .noMemory:
            cut(place, sending == .broken ? .clientClosed : .memoryLimit)
            return false
        }
        if result.isPending {
            // The pipe is empty, so it is the socket that has nothing.
            connections[upstream].flags.remove(.canRead)
            return false
        }
        guard moved > 0 else {
            if result.count == 0 { connections[upstream].flags.insert(.hasEnded) }
            answerEnded(upstream, place, isBroken: result.count == nil)
            return false
        }
        if connections[place].exchange.response.isDone {
            finish(place)
            return false
        }
        setExchangeDeadline(place)
        return true
    }

    private mutating func sendOutput(_ place: Int32) -> Sending {
        if unsafe output.written.isEmpty { return .sent }
        return unsafe send(place, output.written, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Sends what the output scratch holds, and the pipe's octets behind it.
    private mutating func passOn(_ place: Int32, _ pipe: Pipe, _ count: Int) -> Sending {
        let descriptor = connections[place].descriptor
        let first = unsafe output.written
        var sent = 0
        if unsafe !first.isEmpty {
            let result = unsafe network.sendMore(descriptor, first)
            guard result.count != nil || result.isPending else {
                discardBodyPipe()
                return .broken
            }
            sent = result.count ?? 0
        }
        var left = count
        while left > 0, sent == first.count {
            let result = network.splice(from: pipe.readEnd, to: descriptor, count: left)
            if result.isPending { break }
            guard let moved = result.count, moved > 0 else {
                discardBodyPipe()
                return .broken
            }
            left -= moved
        }
        guard left > 0 else { return .sent }
        // The client's socket is full.
        connections[place].flags.remove(.canWrite)
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: input.storage[..<left])
        guard unsafe network.read(pipe, into: rest).count == left else {
            discardBodyPipe()
            return .broken
        }
        guard unsafe append(UnsafeRawBufferPointer(rebasing: first[sent...]), toOutput: place),
            unsafe append(UnsafeRawBufferPointer(rest), toOutput: place)
        else { return .noMemory }
        return .sent
    }
}
