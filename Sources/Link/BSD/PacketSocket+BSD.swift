#if canImport(Darwin) || os(FreeBSD)
    public import Wire

    /// A socket that receives and sends frames of a link, on macOS and FreeBSD over `/dev/bpfN` (`bpf(4)`).
    ///
    /// It has the calls of Linux's, and refuses the options that a BPF device has nothing like with `LinkError.unsupported`:
    /// all interfaces, cooked mode, fanout, rings, the way around the queueing discipline. This file was type-checked, and
    /// has not run; what it calls, `BSDPort`, is tested with a system that the tests play.
    public struct PacketSocket: ~Copyable {
        /// Ends the socket from another thread or task.
        public struct Closer: Sendable {
            let descriptor: SharedDescriptor

            /// Closes the socket: who waits in it gets `LinkError.closed`, at once.
            public func close() { descriptor.close() }
        }

        private var port: BSDPort<BSDHost>
        private let descriptor: SharedDescriptor

        /// The interface's own address; nil if it is not six octets long.
        public let hardwareAddress: MACAddress?

        /// How it was opened.
        public var options: Options { port.options }

        /// Opens a socket; the filter is in force before the first frame can come.
        public init(_ options: Options) throws(LinkError) {
            precondition(options.batchCount > 0 && options.frameSize >= 64, "a batch has frames, of at least 64 octets")
            let identity = options.interface.map { BSDHost.identity(of: $0) }
            hardwareAddress = identity?.address
            let port = try BSDPort(
                BSDHost(), options, address: identity?.address, index: identity?.index ?? 0)
            guard let shared = port.system.shared else { throw .closed }
            (self.port, descriptor) = (port, shared)
        }

        /// What ends the socket from elsewhere.
        public var closer: Closer { Closer(descriptor: descriptor) }

        /// The descriptor, to wait for it in a loop of one's own.
        public var fileDescriptor: Int32 { descriptor.number }

        /// Closes the socket; dropping it does the same.
        public consuming func close() { descriptor.close() }

        /// Lends every frame that has come, and does not wait; their number, which may be 0.
        @discardableResult
        public mutating func poll(_ body: (RawSpan, FrameInformation) -> Void) throws(LinkError) -> Int {
            try enter()
            defer { descriptor.leave() }
            return try port.poll(body)
        }

        /// Waits for frames, and lends all that have come; their number, which is not 0.
        @discardableResult
        public mutating func receive(
            until deadline: Deadline = .never, _ body: (RawSpan, FrameInformation) -> Void
        ) throws(LinkError) -> Int {
            try enter()
            defer { descriptor.leave() }
            return try port.receive(until: deadline, body)
        }

        /// Sends one frame, whole; `address` belongs to cooked mode, which is not there.
        public mutating func send(
            _ frame: RawSpan, to address: PacketAddress? = nil, until deadline: Deadline = .never
        ) throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            guard frame.byteCount <= options.frameSize else {
                throw .tooLong(octets: frame.byteCount, limit: options.frameSize)
            }
            try port.send(frame, until: deadline)
        }

        /// Sends frames that `write` writes, one call for each: a device takes no batches.
        public mutating func send(
            count: Int, to address: PacketAddress? = nil, until deadline: Deadline = .never,
            _ write: (Int, inout OutputSpan<UInt8>) -> Void
        ) throws(LinkError) {
            for number in 0..<count {
                let frame = [UInt8](capacity: options.frameSize) { write(number, &$0) }
                try send(frame.span.octets, until: deadline)
            }
        }

        /// Replaces the filter.
        public mutating func setFilter(_ filter: FilterProgram) throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            try port.setFilter(filter)
        }

        /// Takes the filter off: every frame passes.
        public mutating func removeFilter() throws(LinkError) { try setFilter(.acceptAll) }

        /// Forbids to change the filter, for ever (BIOCLOCK); macOS cannot.
        public mutating func lockFilter() throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            try port.lockFilter()
        }

        /// Turns promiscuous mode on; a device leaves it when it is closed, and not before.
        public mutating func setPromiscuous(_ isOn: Bool) throws(LinkError) {
            try enter()
            defer { descriptor.leave() }
            try port.setPromiscuous(isOn)
        }

        /// What came, whether it passed the filter or not, and what was lost.
        public mutating func statistics() throws(LinkError) -> PacketStatistics {
            try enter()
            defer { descriptor.leave() }
            return try port.statistics()
        }

        private func enter() throws(LinkError) {
            guard descriptor.enter() else { throw .closed }
        }
    }
#endif
