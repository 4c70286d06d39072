package import CLinux
import Glibc
import Synchronization
import SystemPackage

/// Rings that a packet socket shares with the kernel: TPACKET_V3, blocks of frames to receive, slots of frames to send
/// (`Documentation/networking/packet_mmap.rst` of the kernel).
@safe
package final class PacketRing {
    /// The sizes of one direction; a count of 0 leaves it out.
    package struct Shape: Sendable {
        package var blockSize: Int
        package var blockCount: Int
        package var frameSize: Int
        /// After so long a block is handed over though it is not full.
        package var milliseconds: Int

        package init(blockSize: Int, blockCount: Int, frameSize: Int, milliseconds: Int) {
            (self.blockSize, self.blockCount, self.frameSize) = (blockSize, blockCount, frameSize)
            self.milliseconds = milliseconds
        }

        var byteCount: Int { blockSize * blockCount }
        var frameCount: Int { blockCount * (blockSize / frameSize) }
        func request(isReceiving: Bool) -> tpacket_req3 {
            var request = tpacket_req3()
            request.tp_block_size = UInt32(blockSize)
            request.tp_block_nr = UInt32(blockCount)
            request.tp_frame_size = UInt32(frameSize)
            request.tp_frame_nr = UInt32(frameCount)
            request.tp_retire_blk_tov = isReceiving ? UInt32(milliseconds) : 0
            return request
        }
    }

    private let base: UnsafeMutableRawPointer
    private let receive: Shape
    private let transmit: Shape
    private var block = 0
    /// Frames of the current block that are left, and where the next is.
    private var left = 0
    private var next = 0
    private var slot = 0

    /// Where the octets of a frame to be sent begin in its slot: behind `tpacket3_hdr` (`TPACKET3_HDRLEN`).
    private static let transmitOffset = 48

    /// Gives the socket its rings, which begin empty, and maps them.
    package init(_ descriptor: Int32, receive: Shape, transmit: Shape) throws(SystemError) {
        (self.receive, self.transmit) = (receive, transmit)
        try Socket.set(descriptor, 263, PACKET_VERSION, Int32(TPACKET_V3.rawValue))
        if receive.blockCount > 0 {
            try Socket.set(descriptor, 263, PACKET_RX_RING, to: receive.request(isReceiving: true))
        }
        if transmit.blockCount > 0 {
            try Socket.set(descriptor, 263, PACKET_TX_RING, to: transmit.request(isReceiving: false))
        }
        var start: UnsafeMutableRawPointer?
        let count = receive.byteCount + transmit.byteCount
        try require(.mmap, descriptor) {
            // The kernel maps what the two requests above asked for, at a place that is nobody else's.
            unsafe start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            return unsafe start == MAP_FAILED ? -1 : 0
        }
        guard let base = unsafe start else { throw SystemError(call: "mmap", code: .noMemory) }
        unsafe self.base = base
    }

    deinit {
        // The very range that was mapped; frames lent of it are used up before.
        unsafe munmap(base, receive.byteCount + transmit.byteCount)
    }

    /// A status word that the kernel writes too.
    ///
    /// It is four octets, aligned, and an `Atomic<UInt32>` has no other content.
    private func status(at offset: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        // The kernel aligns blocks and slots to pages and to sixteen octets, and the word lies at a multiple of four.
        unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    private func number(at offset: Int) -> Int {
        // Offsets come of the layout, and lie in the mapping.
        Int(unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Lends up to `limit` frames that have come; their memory is the kernel's again when this is called anew.
    package func poll(limit: Int, _ body: (UnsafeRawBufferPointer, PacketHead) -> Void) -> Int {
        // A block that the kernel has handed over is ours until its status is given back; its offsets are checked against its end.
        var count = 0
        while count < limit {
            let start = block * receive.blockSize
            if left == 0 {
                guard unsafe status(at: start + 8).pointee.load(ordering: .acquiring) & UInt32(TP_STATUS_USER) != 0
                else { return count }
                left = number(at: start + 12)
                next = start + number(at: start + 16)
            }
            while left > 0, count < limit {
                let frame = next
                var head = PacketHead()
                head.timestamp = UInt64(number(at: frame + 4)) * 1_000_000_000 + UInt64(number(at: frame + 8))
                head.originalLength = UInt32(truncatingIfNeeded: number(at: frame + 16))
                head.status = UInt32(truncatingIfNeeded: number(at: frame + 20))
                head.vlanTag = UInt16(truncatingIfNeeded: number(at: frame + 32))
                head.vlanProtocol = UInt16(truncatingIfNeeded: number(at: frame + 36))
                unsafe head.take(address: base + frame + 48)
                let offset = frame + Int(unsafe base.loadUnaligned(fromByteOffset: frame + 24, as: UInt16.self))
                let length = number(at: frame + 12)
                precondition(offset + length <= start + receive.blockSize, "the kernel's frame lies in its block")
                unsafe body(UnsafeRawBufferPointer(start: base + offset, count: length), head)
                left -= 1
                count += 1
                next = frame + number(at: frame)
            }
            if left == 0 {
                unsafe status(at: start + 8).pointee.store(UInt32(TP_STATUS_KERNEL), ordering: .releasing)
                block = (block + 1) % receive.blockCount
            }
        }
        return count
    }

    /// The free slot that the next frame goes to; nil while the kernel has them all.
    package var freeSlot: UnsafeMutableRawBufferPointer? {
        let start = receive.byteCount + slot * transmit.frameSize
        // The slot lies in the transmit ring: its number is below the ring's count.
        let state = unsafe status(at: start + 20).pointee.load(ordering: .acquiring)
        guard state == UInt32(TP_STATUS_AVAILABLE) || state & UInt32(TP_STATUS_WRONG_FORMAT) != 0 else { return nil }
        return unsafe UnsafeMutableRawBufferPointer(
            start: base + start + Self.transmitOffset, count: transmit.frameSize - Self.transmitOffset)
    }

    /// Hands the free slot, filled with `count` octets, to the kernel, which sends it at the next `flush`.
    package func commit(_ count: Int) {
        let start = receive.byteCount + slot * transmit.frameSize
        // The slot lies in the transmit ring and is ours, since `freeSlot` gave it; the status, stored last, hands it over.
        unsafe base.storeBytes(of: 0, toByteOffset: start, as: UInt32.self)
        unsafe base.storeBytes(of: UInt32(count), toByteOffset: start + 12, as: UInt32.self)
        unsafe base.storeBytes(of: UInt32(count), toByteOffset: start + 16, as: UInt32.self)
        unsafe status(at: start + 20).pointee.store(UInt32(TP_STATUS_SEND_REQUEST), ordering: .releasing)
        slot = (slot + 1) % transmit.frameCount
    }

    /// Takes slots back that were committed and that the kernel has not begun to send.
    package func withdraw() {
        for _ in 0..<transmit.frameCount {
            let last = (slot + transmit.frameCount - 1) % transmit.frameCount
            let start = receive.byteCount + last * transmit.frameSize
            // The kernel looks at slots only during a call, and there is none under way: a socket has one user.
            let state = unsafe status(at: start + 20)
            guard unsafe state.pointee.load(ordering: .acquiring) == UInt32(TP_STATUS_SEND_REQUEST) else { return }
            unsafe state.pointee.store(UInt32(TP_STATUS_AVAILABLE), ordering: .releasing)
            slot = last
        }
    }

    /// Whether frames that were committed wait for a `flush`: the kernel takes no more than the socket's buffer has room for.
    package var isWaiting: Bool {
        let last = (slot + transmit.frameCount - 1) % transmit.frameCount
        // The slot lies in the transmit ring; the kernel takes slots in order, so that the last tells of all.
        let state = unsafe status(at: receive.byteCount + last * transmit.frameSize + 20)
        return unsafe state.pointee.load(ordering: .acquiring) == UInt32(TP_STATUS_SEND_REQUEST)
    }

    /// Makes the kernel send what was committed.
    ///
    /// It does not wait: a call that does sleeps until the device is done with the last frame of the ring, and the next frames
    /// are not even written meanwhile.
    package func flush(_ descriptor: Int32, to address: sockaddr_ll?) -> Transfer {
        // Nothing is sent but what lies in the ring: the call has no octets of its own. The address stays for the call.
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        guard var address else {
            return Transfer(raw: invoke(.send, descriptor) { send(descriptor, nil, 0, flags) })
        }
        return Transfer(
            raw: invoke(.send, descriptor) {
                unsafe withUnsafePointer(to: &address) {
                    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe sendto(descriptor, nil, 0, flags, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
                    }
                }
            })
    }
}
