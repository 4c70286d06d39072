#if os(Linux)
    import CLinux
    public import Linux
    import SystemPackage
    import Wire

    /// A socket of the internet layer: packets of one protocol, or echo messages (`raw(7)`, `icmp(7)`).
    ///
    /// An IPv4 raw socket receives the IP header too, and the kernel writes it when sending; an IPv6 one does neither.
    public struct RawSocket: ~Copyable {
        /// What a socket is for.
        public enum Kind: Hashable, Sendable {
            /// Packets with this protocol number; needs CAP_NET_RAW.
            case raw(protocolNumber: UInt8)
            /// ICMP echo requests of one's own and their replies; `net.ipv4.ping_group_range` says who may.
            case echo
        }

        private let descriptor: SharedDescriptor
        private let memory: PacketBatch

        /// Opens a socket for one version of IP.
        public init(_ kind: Kind, isIPv6: Bool = false, filter: FilterProgram? = nil) throws(LinkError) {
            let number: Int32
            let isRaw: Bool
            switch kind {
            case .raw(let protocolNumber): (number, isRaw) = (Int32(protocolNumber), true)
            case .echo: (number, isRaw) = (isIPv6 ? 58 : 1, false)
            }
            let socket = try linking { () throws(SystemError) in
                try Socket.internet(isIPv6: isIPv6, protocol: number, isRaw: isRaw)
            }
            let opened = try SharedDescriptor(socket)
            if let filter { try PacketSocket.attach(filter, to: opened.number, on: nil) }
            descriptor = opened
            memory = PacketBatch(capacity: 1, frameSize: 1 << 16)
        }

        /// What ends the socket from elsewhere.
        public var closer: PacketSocket.Closer { PacketSocket.Closer(descriptor: descriptor) }

        /// Sends a packet to an address, whose port counts for nothing.
        public mutating func send(
            _ packet: RawSpan, to address: SocketAddress, until deadline: Deadline = .never
        ) throws(LinkError) {
            guard descriptor.enter() else { throw .closed }
            defer { descriptor.leave() }
            let descriptor = descriptor
            while true {
                // The kernel copies the packet before the call returns.
                let transfer = unsafe packet.withUnsafeBytes { octets in
                    unsafe Socket.send(descriptor.number, octets, to: address)
                }
                if transfer.count != nil { return }
                if let failure = transfer.failure { throw .call("sendto", interface: nil, code: failure) }
                _ = try descriptor.wait(toWrite: true, until: deadline)
            }
        }

        /// Waits for a packet and lends it, with its sender.
        public mutating func receive(
            until deadline: Deadline = .never, _ body: (RawSpan, SocketAddress) -> Void
        ) throws(LinkError) {
            guard descriptor.enter() else { throw .closed }
            defer { descriptor.leave() }
            while true {
                var sender = SocketAddress(ipv4: 0, port: 0)
                // The place is memory of this socket, as long as it says.
                let place = unsafe memory.frame(0)
                let transfer = unsafe Socket.receive(descriptor.number, into: place, from: &sender)
                if let count = transfer.count {
                    // The memory is this socket's, and stays while the body runs.
                    body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: place.prefix(count))), sender)
                    return
                }
                if let failure = transfer.failure { throw .call("recvfrom", interface: nil, code: failure) }
                _ = try descriptor.wait(until: deadline)
            }
        }
    }
#endif
