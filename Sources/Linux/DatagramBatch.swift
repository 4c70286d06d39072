import CLinux
import Glibc

/// A datagram to send: a part of the payload that the batch is given, and the way that it takes.
package struct OutgoingDatagram: Sendable {
    package var range: Range<Int>
    package var target: SocketAddress

    /// Our address that it comes from; the kernel chooses where its `bits` are 0.
    package var source: SocketAddress

    /// The interface that it leaves on; 0 for what the routes say.
    package var interface: UInt32

    package init(range: Range<Int>, target: SocketAddress, source: SocketAddress, interface: UInt32 = 0) {
        (self.range, self.target, self.source, self.interface) = (range, target, source, interface)
    }
}

/// A datagram that was received.
package struct IncomingDatagram: Sendable {
    package var source: SocketAddress
    /// Our address that it was sent to, in host order; an IPv4 address is its low 32 bits.
    package var target: UInt128
    /// The interface that it came on.
    package var interface: UInt32
}

/// Room for datagrams that come or go with one call (`recvmmsg(2)`, `sendmmsg(2)`), reserved once.
@safe
package final class DatagramBatch {
    /// How many datagrams fit.
    package let capacity: Int

    /// The octets of each received datagram's place.
    package let size: Int

    private let memory: UnsafeMutableRawPointer
    private let messages: UnsafeMutablePointer<apus_message>
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_storage>
    private let controls: UnsafeMutableRawPointer

    private static let controlSize = 64

    package init(capacity: Int, size: Int = 2048) {
        precondition(capacity > 0 && size > 0, "a batch has room for a datagram")
        (self.capacity, self.size) = (capacity, size)
        // All that is allocated here is given back in deinit, and the pointers among it do not leave.
        unsafe memory = .allocate(byteCount: capacity * size, alignment: 64)
        unsafe messages = .allocate(capacity: capacity)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe addresses = .allocate(capacity: capacity)
        unsafe controls = .allocate(byteCount: capacity * Self.controlSize, alignment: 16)
        unsafe addresses.initialize(repeating: sockaddr_storage(), count: capacity)
        unsafe controls.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * Self.controlSize)
        for index in 0..<capacity {
            unsafe (vectors + index).initialize(to: iovec())
            unsafe (messages + index).initialize(to: apus_message())
            unsafe messages[index].header.vectors = UnsafeMutableRawPointer(vectors + index)
            unsafe messages[index].header.vector_count = 1
            unsafe messages[index].header.name = UnsafeMutableRawPointer(addresses + index)
        }
    }

    deinit {
        // Nobody else has the pointers, so that nobody uses them afterwards.
        unsafe memory.deallocate()
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe addresses.deallocate()
        unsafe controls.deallocate()
    }

    /// Receives what is there, lends each datagram to `body`, and does not wait.
    package func receive(
        from descriptor: Int32, _ body: (RawSpan, IncomingDatagram) -> Void
    ) -> Transfer {
        // Each index lies below the capacity, and each place is as large as what is said of it here.
        for index in 0..<capacity {
            unsafe vectors[index] = iovec(iov_base: memory + index * size, iov_len: size)
            unsafe messages[index].header.name_length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            unsafe messages[index].header.control = controls + index * Self.controlSize
            unsafe messages[index].header.control_length = Self.controlSize
            unsafe messages[index].header.flags = 0
        }
        let transfer = Transfer(
            raw: invoke(.recvmmsg, descriptor) {
                // The kernel writes into the places alone.
                unsafe Int(apus_receive_messages(descriptor, messages, UInt32(capacity), Int32(MSG_DONTWAIT)))
            })
        // The kernel filled so many, and its lengths are cut to what there is room for.
        for index in 0..<(transfer.count ?? 0) {
            guard let source = SocketAddress(unsafe addresses[index]) else { continue }
            var datagram = IncomingDatagram(source: source, target: 0, interface: 0)
            let length = unsafe min(messages[index].header.control_length, Self.controlSize)
            unsafe Self.read(
                UnsafeRawBufferPointer(start: controls + index * Self.controlSize, count: length), into: &datagram)
            let count = unsafe min(Int(messages[index].length), size)
            // The batch's memory stays while the body runs.
            body(
                unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: memory + index * size, count: count)),
                datagram)
        }
        return transfer
    }

    /// Sends datagrams, parts of `payload`, and does not wait; those that the kernel refuses are counted in the answer.
    package func send(_ datagrams: [OutgoingDatagram], of payload: [UInt8], to descriptor: Int32) -> Int {
        // The payload's octets are lent until the kernel has what it sends.
        unsafe payload.withUnsafeBytes { payload in
            var (next, failed) = (0, 0)
            while next < datagrams.count {
                let count = min(datagrams.count - next, capacity)
                for index in 0..<count { unsafe prepare(index, datagrams[next + index], payload) }
                var first = 0
                while first < count {
                    let sent = invoke(.sendmmsg, descriptor) {
                        unsafe Int(
                            apus_send_messages(
                                descriptor, messages + first, UInt32(count - first), Int32(MSG_DONTWAIT)))
                    }
                    // The first of the rest was refused, as one to where no route leads; the others may go.
                    if sent <= 0 { failed += 1 }
                    first += max(sent, 1)
                }
                next += count
            }
            return failed
        }
    }

    private func prepare(_ index: Int, _ datagram: OutgoingDatagram, _ payload: UnsafeRawBufferPointer) {
        let range = datagram.range
        precondition(range.lowerBound >= 0 && range.upperBound <= payload.count, "a datagram is a part of the payload")
        // The kernel only reads what it sends.
        unsafe vectors[index] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress.map { unsafe $0 + range.lowerBound }),
            iov_len: range.count)
        unsafe datagram.target.withKernelForm { form, length in
            unsafe UnsafeMutableRawPointer(addresses + index).copyMemory(from: form, byteCount: Int(length))
            unsafe messages[index].header.name_length = length
        }
        let control = unsafe controls + index * Self.controlSize
        guard datagram.source.bits != 0 || datagram.interface != 0 else {
            unsafe messages[index].header.control = nil
            unsafe messages[index].header.control_length = 0
            return
        }
        // `struct cmsghdr`: a length of eight octets, level and type of four each; then what says the way.
        if datagram.target.isIPv6 {
            unsafe control.storeBytes(of: 36, as: Int.self)
            unsafe control.storeBytes(of: Int32(IPPROTO_IPV6), toByteOffset: 8, as: Int32.self)
            unsafe control.storeBytes(of: IPV6_PKTINFO, toByteOffset: 12, as: Int32.self)
            unsafe control.storeBytes(of: datagram.source.bits.bigEndian, toByteOffset: 16, as: UInt128.self)
            unsafe control.storeBytes(of: datagram.interface, toByteOffset: 32, as: UInt32.self)
        } else {
            unsafe control.storeBytes(of: 28, as: Int.self)
            unsafe control.storeBytes(of: Int32(IPPROTO_IP), toByteOffset: 8, as: Int32.self)
            unsafe control.storeBytes(of: IP_PKTINFO, toByteOffset: 12, as: Int32.self)
            unsafe control.storeBytes(of: datagram.interface, toByteOffset: 16, as: UInt32.self)
            let source = UInt32(truncatingIfNeeded: datagram.source.bits).bigEndian
            unsafe control.storeBytes(of: source, toByteOffset: 20, as: UInt32.self)
            unsafe control.storeBytes(of: 0, toByteOffset: 24, as: UInt32.self)
        }
        unsafe messages[index].header.control = control
        unsafe messages[index].header.control_length = datagram.target.isIPv6 ? 40 : 32
        unsafe messages[index].header.flags = 0
    }

    /// Takes where a datagram came in out of its control messages (`ip(7)`, IP_PKTINFO).
    private static func read(_ control: UnsafeRawBufferPointer, into datagram: inout IncomingDatagram) {
        guard control.count >= 16 else { return }
        // Each load lies in what the count has just been seen to hold.
        let level = unsafe control.loadUnaligned(fromByteOffset: 8, as: Int32.self)
        let type = unsafe control.loadUnaligned(fromByteOffset: 12, as: Int32.self)
        if level == IPPROTO_IP, type == IP_PKTINFO, control.count >= 28 {
            unsafe datagram.interface = control.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            let target = unsafe control.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
            datagram.target = UInt128(UInt32(bigEndian: target))
        } else if level == IPPROTO_IPV6, type == IPV6_PKTINFO, control.count >= 36 {
            let target = unsafe control.loadUnaligned(fromByteOffset: 16, as: UInt128.self)
            datagram.target = UInt128(bigEndian: target)
            unsafe datagram.interface = control.loadUnaligned(fromByteOffset: 32, as: UInt32.self)
        }
    }
}
