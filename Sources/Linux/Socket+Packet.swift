package import CLinux
import Glibc

/// Calls on packet sockets (`packet(7)`), and the filters of any socket (`socket(7)`).
extension Socket {
    /// Makes a packet socket that receives nothing yet: its protocol is 0 until it is bound.
    package static func packet(isRaw: Bool) throws(SystemError) -> Int32 {
        let kind = (isRaw ? SOCK_RAW : SOCK_DGRAM).rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        return Int32(try require(.socket) { Int(socket(AF_PACKET, Int32(kind), 0)) })
    }

    /// Makes a socket of the internet layer: raw, or for echo messages alone.
    package static func internet(isIPv6: Bool, protocol number: Int32, isRaw: Bool) throws(SystemError) -> Int32 {
        let kind = (isRaw ? SOCK_RAW : SOCK_DGRAM).rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        return Int32(try require(.socket) { Int(socket(isIPv6 ? AF_INET6 : AF_INET, Int32(kind), number)) })
    }

    /// A link-layer address in the kernel's form.
    package static func linkAddress(
        interface: UInt32, protocol number: UInt16, address: UInt64 = 0, length: UInt8 = 0
    ) -> sockaddr_ll {
        var form = sockaddr_ll()
        form.sll_family = UInt16(AF_PACKET)
        form.sll_protocol = number.bigEndian
        form.sll_ifindex = Int32(bitPattern: interface)
        form.sll_halen = length
        // The field has eight octets, as many as are stored.
        unsafe withUnsafeMutableBytes(of: &form.sll_addr) {
            unsafe $0.storeBytes(of: address.bigEndian, as: UInt64.self)
        }
        return form
    }

    /// Binds a packet socket to an interface (0 for all) and an EtherType in host order: from now on frames come.
    package static func bindPacket(
        _ descriptor: Int32, interface: UInt32, protocol number: UInt16
    ) throws(SystemError) {
        var form = linkAddress(interface: interface, protocol: number)
        // The kernel reads a sockaddr_ll where the type says sockaddr: the length tells it.
        try require(.bind, descriptor) {
            unsafe withUnsafePointer(to: &form) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Int(bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_ll>.size)))
                }
            }
        }
    }

    /// The link-layer address that a packet socket is bound to.
    package static func packetAddress(_ descriptor: Int32) throws(SystemError) -> sockaddr_ll {
        var form = sockaddr_ll()
        var length = socklen_t(MemoryLayout<sockaddr_ll>.size)
        // The kernel writes a sockaddr_ll where the type says sockaddr: no more than the length allows.
        try require(.getsockname, descriptor) {
            unsafe withUnsafeMutablePointer(to: &form) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Int(getsockname(descriptor, $0, &length))
                }
            }
        }
        return form
    }

    /// Attaches a filter; the four numbers of an instruction lie in memory as `struct sock_filter` has them.
    package static func attachFilter(
        _ descriptor: Int32, _ instructions: UnsafeRawBufferPointer
    ) throws(SystemError) {
        let count = UInt16(instructions.count / MemoryLayout<sock_filter>.size)
        // The kernel copies the instructions, and writes to none.
        let start = unsafe UnsafeMutableRawPointer(mutating: instructions.baseAddress)
        var program = unsafe sock_fprog(len: count, filter: start?.assumingMemoryBound(to: sock_filter.self))
        try require(.setsockopt, descriptor) {
            unsafe Int(
                setsockopt(
                    descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size)))
        }
    }

    /// Sets an option whose value is any plain memory.
    package static func set<Value: BitwiseCopyable>(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, to value: Value
    ) throws(SystemError) {
        var value = value
        try require(.setsockopt, descriptor) {
            // The kernel copies as many octets as the value has.
            unsafe Int(setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Value>.size)))
        }
    }

    /// Joins (or leaves) a membership of an interface, such as PACKET_MR_PROMISC; a group's address is 48 bits.
    package static func setMembership(
        _ descriptor: Int32, interface: UInt32, kind: UInt16, isMember: Bool, address: UInt64 = 0
    ) throws(SystemError) {
        var request = packet_mreq()
        request.mr_ifindex = Int32(bitPattern: interface)
        request.mr_type = kind
        if address != 0 {
            request.mr_alen = 6
            // The structure has room for eight octets, and it is on our stack.
            unsafe withUnsafeMutableBytes(of: &request.mr_address) {
                unsafe $0.storeBytes(of: (address << 16).bigEndian, as: UInt64.self)
            }
        }
        let option = isMember ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP
        try set(descriptor, SOL_PACKET, option, to: request)
    }

    /// Takes the counters: frames that passed the filter, frames dropped, ring freezes; the kernel begins anew at 0.
    package static func takePacketStatistics(
        _ descriptor: Int32
    ) throws(SystemError) -> (frames: UInt32, drops: UInt32, freezes: UInt32) {
        var counters = tpacket_stats_v3()
        var length = socklen_t(MemoryLayout<tpacket_stats_v3>.size)
        try require(.getsockopt, descriptor) {
            // The kernel fills the structure, no more than the length allows.
            unsafe Int(getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, &counters, &length))
        }
        return (counters.tp_packets, counters.tp_drops, counters.tp_freeze_q_cnt)
    }

    /// Sends one frame; `address` says where to if the socket does not.
    package static func send(
        _ descriptor: Int32, _ frame: UnsafeRawBufferPointer, to address: sockaddr_ll?
    ) -> Transfer {
        // The kernel reads the frame and the address, which both stay for the call, and keeps neither.
        guard var address else { return unsafe send(descriptor, frame) }
        return Transfer(
            raw: invoke(.send, descriptor) {
                unsafe withUnsafePointer(to: &address) {
                    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe sendto(
                            descriptor, frame.baseAddress, frame.count, 0, $0,
                            socklen_t(MemoryLayout<sockaddr_ll>.size))
                    }
                }
            })
    }

    /// Sends a packet to an address of the internet.
    package static func send(
        _ descriptor: Int32, _ packet: UnsafeRawBufferPointer, to address: SocketAddress
    ) -> Transfer {
        Transfer(
            raw: invoke(.send, descriptor) {
                // The kernel reads the packet and the address, which both stay for the call, and keeps neither.
                unsafe address.withKernelForm { form, length in
                    unsafe sendto(descriptor, packet.baseAddress, packet.count, 0, form, length)
                }
            })
    }

    /// Receives a packet with its sender.
    package static func receive(
        _ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer, from sender: inout SocketAddress
    ) -> Transfer {
        var form = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // The kernel writes no more than the lengths of the memory and of the address allow.
        let result = invoke(.recv, descriptor) {
            unsafe withUnsafeMutablePointer(to: &form) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(descriptor, memory.baseAddress, memory.count, 0, $0, &length)
                }
            }
        }
        if result >= 0, let address = SocketAddress(form) { sender = address }
        return Transfer(raw: result)
    }

    /// What a wait ended with.
    package enum Awaited: Sendable { case ready, woken, timedOut }

    /// Waits until `descriptor` can be read (or written), or `wake` can be read.
    ///
    /// A signal ends the wait early, as `timedOut`: the caller looks at its clock and comes again.
    package static func wait(
        for descriptor: Int32, toWrite: Bool = false, or wake: Int32, nanoseconds: Int
    ) -> Awaited {
        var ready: Int32 = 0
        _ = invoke(.ppoll, descriptor) {
            // The call writes the one number on our stack.
            let count = unsafe apus_wait(descriptor, wake, toWrite ? 2 : 1, nanoseconds, &ready)
            return count < 0 && errno == EINTR ? 0 : Int(count)
        }
        return ready & 2 != 0 ? .woken : ready & 1 != 0 ? .ready : .timedOut
    }

    /// The index of an interface; 0 if there is none of that name.
    package static func interfaceIndex(_ name: String) -> UInt32 {
        // The name is a string of ours while the call reads it.
        unsafe if_nametoindex(name)
    }

    private static var SOL_PACKET: Int32 { 263 }
}
