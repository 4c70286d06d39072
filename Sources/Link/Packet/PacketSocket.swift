#if os(Linux)
    import CLinux
    import Linux
    public import Wire

    /// A socket that receives and sends frames of a link (`packet(7)`).
    ///
    /// One owner uses it; from anywhere else its `closer` can end it. Frames are lent to a closure: they lie in the socket's
    /// own memory, and nothing is allocated for them. Opening one needs CAP_NET_RAW.
    ///
    /// ```swift
    /// var options = PacketSocket.Options(interface: "eth0", etherType: .arp)
    /// var socket = try PacketSocket(options)
    /// try socket.receive(until: .after(.seconds(1))) { frame, information in print(frame.byteCount) }
    /// ```
    public struct PacketSocket: ~Copyable {
        /// Ends the socket from another thread or task.
        public struct Closer: Sendable {
            let descriptor: SharedDescriptor

            /// Closes the socket: who waits in it gets `LinkError.closed`, at once.
            public func close() { descriptor.close() }
        }

        /// How it was opened.
        public let options: Options

        let descriptor: SharedDescriptor
        let incoming: PacketBatch
        let outgoing: PacketBatch
        let ring: PacketRing?
        /// Lengths of the frames that wait in `outgoing`.
        var lengths: [Int]
        /// The index it is bound to; 0 for all.
        var index: UInt32 = 0
        /// Whether the interface was seen to go, and no frame came since.
        var isLost = false
        var total = PacketStatistics()
        /// How often in a row the ring was found empty.
        var emptyPolls = 0

        /// Opens a socket; the filter is in force before the first frame can come.
        public init(_ options: Options) throws(LinkError) {
            precondition(options.batchCount > 0 && options.frameSize >= 64, "a batch has frames, of at least 64 octets")
            // All that throws comes first: a value that is not copied cannot be left half made.
            let opened = try Self.open(options)
            self.options = options
            (descriptor, ring, index) = (opened.descriptor, opened.ring, opened.index)
            incoming = PacketBatch(
                capacity: options.receiveRing == nil ? options.batchCount : 1, frameSize: options.frameSize)
            outgoing = PacketBatch(
                capacity: options.transmitRing == nil ? options.batchCount : 1, frameSize: options.frameSize)
            lengths = Array(repeating: 0, count: options.batchCount)
        }

        /// What ends the socket from elsewhere.
        public var closer: Closer { Closer(descriptor: descriptor) }

        /// The descriptor, to wait for it in a loop of one's own.
        public var fileDescriptor: Int32 { descriptor.number }

        /// Closes the socket; dropping it does the same.
        public consuming func close() { descriptor.close() }

        /// The interface's own address; nil on all interfaces, or if it is not six octets long.
        public var hardwareAddress: MACAddress? {
            guard descriptor.enter() else { return nil }
            defer { descriptor.leave() }
            guard let form = try? Socket.packetAddress(descriptor.number), form.sll_halen == 6 else { return nil }
            let octets = form.sll_addr
            return MACAddress(octets.0, octets.1, octets.2, octets.3, octets.4, octets.5)
        }

        /// Replaces the filter.
        public mutating func setFilter(_ filter: FilterProgram) throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            try Self.attach(filter, to: descriptor.number, on: options.interface)
        }

        /// Takes the filter off.
        public mutating func removeFilter() throws(LinkError) {
            try call { number throws(SystemError) in try Socket.set(number, 1, 27, 0) }
        }

        /// Forbids to change or remove the filter, for ever (SO_LOCK_FILTER).
        public mutating func lockFilter() throws(LinkError) {
            try call { number throws(SystemError) in try Socket.set(number, 1, 44, 1) }
        }

        /// Turns promiscuous mode on or off; the interface leaves it when the last socket that wants it goes.
        public mutating func setPromiscuous(_ isOn: Bool) throws(LinkError) {
            let index = index
            try call { number throws(SystemError) in
                try Socket.setMembership(number, interface: index, kind: 1, isMember: isOn)
            }
        }

        /// What passed and what was lost, since the socket was opened.
        public mutating func statistics() throws(LinkError) -> PacketStatistics {
            let fresh = try call { number throws(SystemError) in try Socket.takePacketStatistics(number) }
            total.frames += Int(fresh.frames)
            total.drops += Int(fresh.drops)
            total.freezes += Int(fresh.freezes)
            return total
        }

        func enter() throws(LinkError) {
            guard descriptor.enter() else { throw .closed }
        }

        private func call<R>(_ body: (Int32) throws(SystemError) -> R) throws(LinkError) -> R {
            try enter()
            defer { descriptor.leave() }
            let number = descriptor.number
            return try linking(on: options.interface) { () throws(SystemError) in try body(number) }
        }
    }
#endif
