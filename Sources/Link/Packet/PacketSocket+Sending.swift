#if os(Linux)
    import CLinux
    import Linux
    import SystemPackage
    import Wire

    extension PacketSocket {
        /// Sends one frame; in cooked mode `address` is needed.
        public mutating func send(
            _ frame: RawSpan, to address: PacketAddress? = nil, until deadline: Deadline = .never
        ) throws(LinkError) {
            try send(count: 1, to: address, until: deadline) { _, place in
                place.append(copying: frame)
            } longest: {
                frame.byteCount
            }
        }

        /// Sends frames that `write` writes straight into the socket's places, with as few calls as there are batches.
        ///
        /// `write` gets each frame's number, from 0, and room for `options.frameSize` octets (a ring's slots have 48 less). How
        /// many went is thrown away if it throws; frames go in order.
        public mutating func send(
            count: Int, to address: PacketAddress? = nil, until deadline: Deadline = .never,
            _ write: (Int, inout OutputSpan<UInt8>) -> Void
        ) throws(LinkError) {
            try send(count: count, to: address, until: deadline, write, longest: { 0 })
        }

        private mutating func send(
            count: Int, to address: PacketAddress?, until deadline: Deadline,
            _ write: (Int, inout OutputSpan<UInt8>) -> Void, longest: () -> Int
        ) throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            let isRing = options.transmitRing != nil
            let limit = isRing ? (options.transmitRing?.frameSize ?? 0) - 48 : options.frameSize
            let octets = longest()
            guard octets <= limit else { throw .tooLong(octets: octets, limit: limit) }
            if let ring, isRing {
                try fill(ring, count: count, to: address, until: deadline, write)
                return
            }
            var next = 0
            while next < count {
                let batch = min(count - next, outgoing.capacity)
                for place in 0..<batch {
                    // A place of the batch, which this socket alone has.
                    unsafe lengths[place] = Self.written(outgoing.frame(place), next + place, write)
                }
                try push(batch, to: address, until: deadline)
                next += batch
            }
        }

        /// Lets `write` fill a place; how many octets it wrote.
        private static func written(
            _ place: UnsafeMutableRawBufferPointer, _ number: Int, _ write: (Int, inout OutputSpan<UInt8>) -> Void
        ) -> Int {
            // The place is this socket's, and nobody reads it before it is written.
            let room = unsafe place.bindMemory(to: UInt8.self)
            var span = unsafe OutputSpan(buffer: room, initializedCount: 0)
            write(number, &span)
            return unsafe span.finalize(for: room)
        }

        /// Sends the first frames of the batch.
        private mutating func push(
            _ count: Int, to address: PacketAddress?, until deadline: Deadline
        ) throws(LinkError) {
            var sent = 0
            var hasRetried = false
            while sent < count {
                let form = kernelForm(address)
                // The lengths stay while the call reads them; there is one for each place.
                let transfer = unsafe lengths.withUnsafeBufferPointer { lengths -> Transfer in
                    // The array has at least one element, hence an address.
                    guard let start = lengths.baseAddress else { return .wouldBlock }
                    return unsafe outgoing.send(
                        to: descriptor.number, from: sent, count: count - sent, lengths: start, address: form)
                }
                if let moved = transfer.count {
                    sent += moved
                    continue
                }
                try recover(transfer, &hasRetried, until: deadline)
            }
        }

        /// Sends through the ring.
        private mutating func fill(
            _ ring: PacketRing, count: Int, to address: PacketAddress?, until deadline: Deadline,
            _ write: (Int, inout OutputSpan<UInt8>) -> Void
        ) throws(LinkError) {
            var next = 0
            var hasRetried = false
            // Whether slots wait that no call has taken: after a failed one, filling alone would leave them there.
            var isPending = false
            while next < count || isPending {
                let first = next
                // A slot that the kernel has given back is ours until it is committed.
                while next < count, let place = unsafe ring.freeSlot {
                    ring.commit(unsafe Self.written(place, next, write))
                    next += 1
                    isPending = true
                }
                let transfer = ring.flush(descriptor.number, to: kernelForm(address))
                do throws(LinkError) {
                    if transfer.count != nil || transfer.isPending {
                        isPending = ring.isWaiting
                        // No slot was free, or the socket's buffer is full: the device is behind. That is no event to wait for
                        // (the socket can be written to long before a slot is free), and it passes soon.
                        if next == first || isPending { try rest(until: deadline) }
                        continue
                    }
                    try recover(transfer, &hasRetried, until: deadline)
                } catch {
                    // Or they would go with frames of another time.
                    ring.withdraw()
                    throw error
                }
            }
        }

        /// Waits a moment, or until frames have come.
        private func rest(until deadline: Deadline) throws(LinkError) {
            _ = try descriptor.wait(until: deadline, slice: 50_000)
        }

        /// Waits for room, or binds anew once; throws what cannot be helped.
        private mutating func recover(
            _ transfer: Transfer, _ hasRetried: inout Bool, until deadline: Deadline
        ) throws(LinkError) {
            guard let failure = transfer.failure else {
                _ = try descriptor.wait(toWrite: true, until: deadline)
                return
            }
            // 19 is ENODEV, which `Errno` has no name for.
            let isGone = failure == .noSuchAddressOrDevice || failure.rawValue == 19 || failure == .networkDown
            guard isGone, !hasRetried, findAgain() else {
                throw .call("sendmmsg", interface: options.interface, code: failure)
            }
            hasRetried = true
        }

        private func kernelForm(_ address: PacketAddress?) -> sockaddr_ll? {
            address.map {
                Socket.linkAddress(
                    interface: index, protocol: $0.etherType.rawValue, address: $0.address.rawValue << 16, length: 6)
            }
        }
    }
#endif
