package import CLinux
import Glibc

/// Room for frames that come or go with one call (`recvmmsg(2)`, `sendmmsg(2)`), reserved once.
@safe
package final class PacketBatch {
    /// How many frames fit.
    package let capacity: Int
    /// The octets of each frame's place.
    package let frameSize: Int

    private let memory: UnsafeMutableRawPointer
    private let messages: UnsafeMutablePointer<apus_message>
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_ll>
    private let controls: UnsafeMutableRawPointer
    /// How many messages the kernel changed since they were made ready.
    private var used = 0

    private static let controlSize = 128

    package init(capacity: Int, frameSize: Int) {
        precondition(capacity > 0 && frameSize > 0, "a batch has room for a frame")
        (self.capacity, self.frameSize) = (capacity, frameSize)
        // All that is allocated here is given back in deinit, and the pointers among it do not leave.
        unsafe memory = .allocate(byteCount: capacity * frameSize, alignment: 64)
        unsafe messages = .allocate(capacity: capacity)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe addresses = .allocate(capacity: capacity)
        unsafe controls = .allocate(byteCount: capacity * Self.controlSize, alignment: 16)
        unsafe addresses.initialize(repeating: sockaddr_ll(), count: capacity)
        for index in 0..<capacity {
            unsafe (vectors + index).initialize(
                to: iovec(iov_base: memory + index * frameSize, iov_len: frameSize))
            unsafe (messages + index).initialize(to: apus_message())
            unsafe messages[index].header.vectors = UnsafeMutableRawPointer(vectors + index)
            unsafe messages[index].header.vector_count = 1
        }
    }

    deinit {
        // All five were allocated in init, and nothing lent of them outlives this.
        unsafe memory.deallocate()
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe addresses.deallocate()
        unsafe controls.deallocate()
    }

    /// The memory of one frame.
    package func frame(_ index: Int) -> UnsafeMutableRawBufferPointer {
        precondition(index >= 0 && index < capacity, "a frame of the batch")
        // The precondition keeps the place inside of what was allocated.
        return unsafe UnsafeMutableRawBufferPointer(start: memory + index * frameSize, count: frameSize)
    }

    /// Receives what is there, and does not wait.
    package func receive(from descriptor: Int32) -> Transfer {
        let fresh = used == 0 ? capacity : used
        // `fresh` is at most the capacity: every index is of an element that init made.
        for index in 0..<fresh {
            unsafe messages[index].header.name = UnsafeMutableRawPointer(addresses + index)
            unsafe messages[index].header.name_length = socklen_t(MemoryLayout<sockaddr_ll>.size)
            unsafe messages[index].header.control = controls + index * Self.controlSize
            unsafe messages[index].header.control_length = Self.controlSize
            unsafe messages[index].header.flags = 0
        }
        let result = invoke(.recvmmsg, descriptor) {
            // MSG_TRUNC gives a frame's length before it was cut.
            unsafe Int(
                apus_receive_messages(
                    descriptor, messages, UInt32(capacity), Int32(MSG_DONTWAIT | MSG_TRUNC)))
        }
        used = max(result, used == 0 ? 0 : 1)
        return Transfer(raw: result)
    }

    /// The octets of a frame of the last `receive`, and what the kernel says of it.
    package func received(_ index: Int) -> (octets: UnsafeRawBufferPointer, head: PacketHead) {
        precondition(index >= 0 && index < capacity, "a frame of the batch")
        var head = PacketHead()
        // With MSG_TRUNC the length is the frame's behind the filter, which may be more than there is room for.
        let count = unsafe min(Int(messages[index].length), frameSize)
        unsafe head.originalLength = messages[index].length
        unsafe head.take(address: UnsafeRawPointer(addresses + index))
        let control = unsafe UnsafeRawBufferPointer(
            start: controls + index * Self.controlSize,
            count: min(messages[index].header.control_length, Self.controlSize))
        unsafe Self.read(control, into: &head)
        return (unsafe UnsafeRawBufferPointer(start: memory + index * frameSize, count: count), head)
    }

    /// Sends the first `count` frames, of these lengths, and does not wait; the count is how many went.
    package func send(
        to descriptor: Int32, from first: Int, count: Int, lengths: UnsafePointer<Int>, address: sockaddr_ll?
    ) -> Transfer {
        precondition(first >= 0 && count > 0 && first + count <= capacity, "frames of the batch")
        // There is one address at least; the precondition keeps the indexes inside of the batch.
        if let address { unsafe addresses[0] = address }
        for index in first..<first + count {
            precondition(unsafe lengths[index] <= frameSize, "a frame fits its place")
            unsafe vectors[index].iov_len = lengths[index]
            unsafe messages[index].header.name = address == nil ? nil : UnsafeMutableRawPointer(addresses)
            unsafe messages[index].header.name_length =
                address == nil ? 0 : socklen_t(MemoryLayout<sockaddr_ll>.size)
            unsafe messages[index].header.control = nil
            unsafe messages[index].header.control_length = 0
            unsafe messages[index].header.flags = 0
        }
        return Transfer(
            raw: invoke(.sendmmsg, descriptor) {
                unsafe Int(
                    apus_send_messages(descriptor, messages + first, UInt32(count), Int32(MSG_DONTWAIT)))
            })
    }

    /// Takes auxiliary data and a timestamp out of control messages (`cmsg(3)`).
    static func read(_ control: UnsafeRawBufferPointer, into head: inout PacketHead) {
        var offset = 0
        // A message begins with its length in eight octets, level and type in four each, and is padded to eight.
        while offset + 16 <= control.count {
            let length = unsafe control.loadUnaligned(fromByteOffset: offset, as: Int.self)
            guard length >= 16, length <= control.count - offset else { return }
            let level = unsafe control.loadUnaligned(fromByteOffset: offset + 8, as: Int32.self)
            let type = unsafe control.loadUnaligned(fromByteOffset: offset + 12, as: Int32.self)
            let body = unsafe UnsafeRawBufferPointer(rebasing: control[(offset + 16)..<(offset + length)])
            if level == 263, type == PACKET_AUXDATA, body.count >= 20 {
                unsafe head.status = body.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
                unsafe head.originalLength = body.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
                unsafe head.vlanTag = body.loadUnaligned(fromByteOffset: 16, as: UInt16.self)
                unsafe head.vlanProtocol = body.loadUnaligned(fromByteOffset: 18, as: UInt16.self)
            } else if level == SOL_SOCKET, type == SO_TIMESTAMPNS, body.count >= 16 {
                let seconds = unsafe body.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
                let rest = unsafe body.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                head.timestamp = seconds &* 1_000_000_000 &+ rest
            }
            offset += (length + 7) & ~7
        }
    }
}
