#if os(Linux)
    import CLinux
    import Linux
    import Wire

    extension PacketSocket {
        /// Makes the descriptor and what hangs on it.
        static func open(
            _ options: Options
        ) throws(LinkError) -> (descriptor: SharedDescriptor, ring: PacketRing?, index: UInt32) {
            let name = options.interface
            let index = name.map { Socket.interfaceIndex($0) } ?? 0
            if let name, index == 0 { throw .noInterface(name) }
            let number = try linking(on: name) { () throws(SystemError) in
                try Socket.packet(isRaw: options.mode == .raw)
            }
            let descriptor = try SharedDescriptor(number, on: name)
            if let filter = options.filter { try attach(filter, to: number, on: name) }
            let ring = try linking(on: name) { () throws(SystemError) in
                try configure(number, options)
                let ring = try makeRing(number, options)
                // Only now: until here the protocol was 0, and no frame could come that the filter had not seen.
                try Socket.bindPacket(number, interface: index, protocol: networkProtocol(options))
                if options.isPromiscuous, index != 0 {
                    try Socket.setMembership(number, interface: index, kind: 1, isMember: true)
                }
                for group in options.groups where index != 0 {
                    try Socket.setMembership(
                        number, interface: index, kind: 0, isMember: true, address: group.rawValue)
                }
                if let fanout = options.fanout {
                    // PACKET_FANOUT, which the kernel takes of a bound socket only.
                    let mode = UInt32(fanout.mode.rawValue) | (fanout.rollsOver ? 0x1000 : 0)
                    try Socket.set(number, 263, 18, to: UInt32(fanout.group) | mode << 16)
                }
                return ring
            }
            return (descriptor, ring, index)
        }

        /// ETH_P_ALL stands for every type.
        static func networkProtocol(_ options: Options) -> UInt16 { options.etherType?.rawValue ?? 3 }

        static func attach(_ filter: FilterProgram, to number: Int32, on name: String?) throws(LinkError) {
            try linking(on: name) { () throws(SystemError) in
                // A FilterInstruction lies in memory as struct sock_filter does: 16, 8, 8 and 32 bits.
                var failure: SystemError?
                unsafe filter.instructions.withUnsafeBytes { instructions in
                    do throws(SystemError) {
                        unsafe try Socket.attachFilter(number, instructions)
                    } catch {
                        failure = error
                    }
                }
                if let failure { throw failure }
            }
        }

        /// Sets what has to be set before the socket is bound.
        static func configure(_ number: Int32, _ options: Options) throws(SystemError) {
            // SO_LOCK_FILTER.
            if options.isFilterLocked { try Socket.set(number, 1, 44, 1) }
            // PACKET_AUXDATA: VLAN tags and checksum states come with each frame; a ring has them in its headers.
            if options.receiveRing == nil { try Socket.set(number, 263, 8, 1) }
            // SO_TIMESTAMPNS.
            if options.hasTimestamps, options.receiveRing == nil { try Socket.set(number, 1, 35, 1) }
            // PACKET_IGNORE_OUTGOING, PACKET_QDISC_BYPASS.
            if options.ignoresOutgoing { try Socket.set(number, 263, 23, 1) }
            if options.bypassesQueue { try Socket.set(number, 263, 20, 1) }
            if let size = options.receiveBufferSize { try setBuffer(number, 33, 8, size) }
            if let ring = options.transmitRing {
                // The kernel keeps about a thousand octets for a short frame; the whole ring is to be under way at once.
                try setBuffer(number, 32, 7, ring.blockCount * (ring.blockSize / ring.frameSize) * 1024)
            }
        }

        /// SO_RCVBUFFORCE and SO_SNDBUFFORCE need CAP_NET_ADMIN; without it SO_RCVBUF and SO_SNDBUF give what the limit allows.
        private static func setBuffer(
            _ number: Int32, _ forced: Int32, _ option: Int32, _ size: Int
        ) throws(SystemError) {
            do throws(SystemError) {
                try Socket.set(number, 1, forced, Int32(clamping: size))
            } catch {
                try Socket.set(number, 1, option, Int32(clamping: size))
            }
        }

        static func makeRing(_ number: Int32, _ options: Options) throws(SystemError) -> PacketRing? {
            guard options.receiveRing != nil || options.transmitRing != nil else { return nil }
            let none = PacketRing.Shape(blockSize: 4096, blockCount: 0, frameSize: 2048, milliseconds: 0)
            return try PacketRing(
                number, receive: options.receiveRing?.shape ?? none, transmit: options.transmitRing?.shape ?? none)
        }

        /// Binds anew if the interface was made again; whether the socket is bound to an interface that there is.
        mutating func findAgain() -> Bool {
            guard let name = options.interface else { return true }
            let current = Socket.interfaceIndex(name)
            guard current != 0 else { return false }
            // The kernel sets the index to -1 when the interface goes.
            let bound = (try? Socket.packetAddress(descriptor.number))?.sll_ifindex ?? -1
            if bound == Int32(bitPattern: current) { return true }
            do throws(SystemError) {
                try Socket.bindPacket(
                    descriptor.number, interface: current, protocol: Self.networkProtocol(options))
                index = current
                if options.isPromiscuous {
                    try Socket.setMembership(descriptor.number, interface: current, kind: 1, isMember: true)
                }
                for group in options.groups {
                    try Socket.setMembership(
                        descriptor.number, interface: current, kind: 0, isMember: true, address: group.rawValue)
                }
                return true
            } catch {
                // It went again meanwhile; the next look finds out.
                return false
            }
        }
    }

    extension PacketSocket.Options.Ring {
        var shape: PacketRing.Shape {
            precondition(
                blockSize > 0 && blockSize % 4096 == 0 && blockCount > 0 && frameSize >= 128 && frameSize % 16 == 0
                    && blockSize % frameSize == 0,
                "blocks are whole pages, and frames divide them in multiples of 16")
            let (seconds, attoseconds) = timeout.components
            return PacketRing.Shape(
                blockSize: blockSize, blockCount: blockCount, frameSize: frameSize,
                milliseconds: max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)))
        }
    }
#endif
