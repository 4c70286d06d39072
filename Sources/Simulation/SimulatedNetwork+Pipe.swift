package import Linux

// Pipes: octets move into them and out again as they do through a connection's own buffers, a part at a time.
extension SimulatedNetwork {
    /// Pipes that are open, as numbers of their read ends.
    package var heldPipes: [Int32] { pipes.keys.sorted() }

    package mutating func makePipe() -> Pipe? {
        if happens(weather.shortage) { return nil }
        let readEnd = number()
        let writeEnd = number()
        pipes[readEnd] = []
        return Pipe(readEnd: readEnd, writeEnd: writeEnd, capacity: 64 << 10)
    }

    package mutating func splice(from source: Int32, to target: Int32, count: Int) -> Transfer {
        if let level = pipes[target - 1]?.count {
            let most = min(count, (64 << 10) - level)
            guard most > 0 else { return .wouldBlock }
            var octets = [UInt8](repeating: 0, count: most)
            let result = unsafe octets.withUnsafeMutableBytes { unsafe receive(source, into: $0) }
            if let moved = result.count { pipes[target - 1]?.append(contentsOf: octets.prefix(moved)) }
            return result
        }
        guard let waiting = pipes[source] else {
            blame("splice between \(source) and \(target), of which none is a pipe")
            return Transfer(raw: -22)
        }
        guard !waiting.isEmpty else { return .wouldBlock }
        let result = unsafe waiting.withUnsafeBytes { waiting in
            unsafe send(
                target, UnsafeRawBufferPointer(rebasing: waiting.prefix(count)),
                UnsafeRawBufferPointer(start: nil, count: 0))
        }
        if let moved = result.count {
            pipes[source]?.removeFirst(moved)
            spliced += moved
        }
        return result
    }

    package mutating func read(_ pipe: Pipe, into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        guard let waiting = pipes[pipe.readEnd] else {
            blame("read of a pipe that is not open")
            return Transfer(raw: -9)
        }
        guard !waiting.isEmpty else { return .wouldBlock }
        let count = min(waiting.count, memory.count)
        unsafe memory.copyBytes(from: waiting.prefix(count))
        pipes[pipe.readEnd]?.removeFirst(count)
        return Transfer(raw: count)
    }

    package mutating func close(_ pipe: Pipe) {
        if pipes.removeValue(forKey: pipe.readEnd) == nil { blame("close of a pipe that is not open") }
    }
}
