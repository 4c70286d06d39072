#if os(Linux)
    import Linux
    import SystemPackage
    import Wire

    /// A netlink socket of the routing family, and the memory that it receives into.
    struct NetlinkSocket: ~Copyable {
        let descriptor: SharedDescriptor
        private let memory: PacketBatch

        init(groups: UInt32) throws(LinkError) {
            let number = try linking { () throws(SystemError) in try Socket.netlink(groups: groups) }
            descriptor = try SharedDescriptor(number)
            // The kernel's datagrams have 32 KiB at most (NLMSG_GOODSIZE and the dump's own limit).
            memory = PacketBatch(capacity: 1, frameSize: 1 << 16)
        }

        borrowing func send(_ message: NetlinkMessage) throws(LinkError) {
            let number = descriptor.number
            let octets = message.octets
            // The kernel copies the octets before the call returns.
            let transfer = unsafe octets.withUnsafeBytes { unsafe Socket.send(number, $0) }
            if let failure = transfer.failure { throw .call("send", interface: nil, code: failure) }
        }

        /// The messages of the next datagram.
        borrowing func receive(until deadline: Deadline) throws(LinkError) -> [NetlinkMessage] {
            guard descriptor.enter() else { throw .closed }
            defer { descriptor.leave() }
            while true {
                // The place is memory of this socket, as long as it says.
                let place = unsafe memory.frame(0)
                let transfer = unsafe Socket.receive(descriptor.number, into: place)
                if let count = transfer.count {
                    // The memory is this socket's, and stays while the messages are copied out of it.
                    return try NetlinkMessage.read(
                        unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: place.prefix(count))))
                }
                if let failure = transfer.failure { throw .call("recv", interface: nil, code: failure) }
                _ = try descriptor.wait(until: deadline)
            }
        }
    }

    /// Changes of interfaces, addresses, routes and neighbours, as they happen.
    public struct InterfaceMonitor: ~Copyable {
        /// What to be told of (RTMGRP_*).
        public struct Topics: OptionSet, Sendable {
            public let rawValue: UInt32
            public init(rawValue: UInt32) { self.rawValue = rawValue }

            public static let interfaces = Topics(rawValue: 0x1)
            public static let neighbours = Topics(rawValue: 0x4)
            /// Of IPv4 and IPv6.
            public static let addresses = Topics(rawValue: 0x110)
            /// Of IPv4 and IPv6.
            public static let routes = Topics(rawValue: 0x440)
        }

        private let socket: NetlinkSocket
        private var waiting: ArraySlice<InterfaceChange> = []

        /// Begins to listen; what happens from now on is not missed.
        public init(_ topics: Topics = .interfaces) throws(LinkError) {
            socket = try NetlinkSocket(groups: topics.rawValue)
        }

        /// The descriptor, to wait for it in a loop of one's own; `next` with a deadline of `now` then takes what has come.
        public var fileDescriptor: Int32 { socket.descriptor.number }

        /// What ends it from another thread or task.
        public var closer: PacketSocket.Closer { PacketSocket.Closer(descriptor: socket.descriptor) }

        /// Waits for the next change.
        public mutating func next(until deadline: Deadline = .never) throws(LinkError) -> InterfaceChange {
            while true {
                if let change = waiting.popFirst() { return change }
                do throws(LinkError) {
                    for message in try socket.receive(until: deadline) {
                        if let change = try InterfaceChange(reading: message) { waiting.append(change) }
                    }
                } catch {
                    // The kernel had more to say than the socket holds.
                    guard case .call("recv", _, .noBufferSpace) = error else { throw error }
                    return .lost
                }
            }
        }
    }
#endif
