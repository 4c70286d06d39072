#if os(Linux)
    import Linux
    import SystemPackage

    extension PacketSocket {
        /// Lends every frame that has come, a batch at most, and does not wait; their number, which may be 0.
        ///
        /// The octets are the closure's only while it runs. Throws `LinkError.closed`.
        @discardableResult
        public mutating func poll(_ body: (RawSpan, FrameInformation) -> Void) throws(LinkError) -> Int {
            try enter()
            defer { descriptor.leave() }
            return try take(body)
        }

        /// Waits for frames, and lends all that have come, a batch at most; their number, which is not 0.
        ///
        /// An interface that goes down, or away, and comes back under its name is found again while this waits. Throws
        /// `LinkError.timedOut`, and `LinkError.closed` when the closer was used.
        @discardableResult
        public mutating func receive(
            until deadline: Deadline = .never, _ body: (RawSpan, FrameInformation) -> Void
        ) throws(LinkError) -> Int {
            try enter()
            defer { descriptor.leave() }
            while true {
                let count = try take(body)
                if count > 0 { return count }
                // While the interface is away nothing tells this socket of its return, so it looks.
                _ = try descriptor.wait(until: deadline, slice: isLost ? 50_000_000 : nil)
            }
        }

        /// Waits until frames may have come, and takes none; throws `LinkError.timedOut` and `LinkError.closed`.
        public mutating func wait(until deadline: Deadline = .never) throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            guard try descriptor.wait(until: deadline) else { throw .timedOut }
        }

        /// Takes what is there.
        private mutating func take(_ body: (RawSpan, FrameInformation) -> Void) throws(LinkError) -> Int {
            if isLost { _ = findAgain() }
            if let ring, options.receiveRing != nil {
                // Frames are lent as spans, which cannot outlive the body.
                let count = unsafe ring.poll(limit: options.batchCount) { octets, head in
                    // The ring's memory stays while the body runs.
                    body(unsafe RawSpan(_unsafeBytes: octets), FrameInformation(head))
                }
                if count > 0 {
                    (isLost, emptyPolls) = (false, 0)
                    return count
                }
                // A ring tells nothing of an interface that goes: the socket is asked, but not by who polls between sendings each time.
                defer { emptyPolls += 1 }
                if emptyPolls % 16 == 0, let failure = Socket.pendingError(descriptor.number) { try note(failure) }
                return 0
            }
            let transfer = incoming.receive(from: descriptor.number)
            guard let count = transfer.count else {
                if let failure = transfer.failure { try note(failure) }
                return 0
            }
            isLost = false
            for index in 0..<count {
                let (octets, head) = unsafe incoming.received(index)
                // The batch's memory stays while the body runs.
                body(unsafe RawSpan(_unsafeBytes: octets), FrameInformation(head))
            }
            return count
        }

        /// An interface that is down, or gone, is waited for; any other failure is the caller's.
        private mutating func note(_ failure: Errno) throws(LinkError) {
            // 19 is ENODEV, which `Errno` has no name for.
            guard failure == .networkDown || failure == .noSuchAddressOrDevice || failure.rawValue == 19 else {
                throw .call("recvmmsg", interface: options.interface, code: failure)
            }
            isLost = true
        }
    }
#endif
