import CLinux
import Glibc

extension Socket {
    /// Receives into `memory`; a count of zero is the end of the stream.
    package static func receive(_ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        Transfer(
            // The kernel writes no more than the memory has, which is lent for the call.
            raw: invoke(.recv, descriptor) { unsafe recv(descriptor, memory.baseAddress, memory.count, 0) })
    }

    /// Looks whether a stream has octets or its end waiting, and takes nothing.
    package static func peek(_ descriptor: Int32) -> Transfer {
        var octet: UInt8 = 0
        // The kernel writes one octet on our stack.
        return Transfer(raw: invoke(.recv, descriptor) { unsafe recv(descriptor, &octet, 1, Int32(MSG_PEEK)) })
    }

    /// Sends `memory`, or a part of it.
    ///
    /// A closed peer is `EPIPE`, never a signal.
    package static func send(
        _ descriptor: Int32, _ memory: UnsafeRawBufferPointer, isMoreToCome: Bool = false
    ) -> Transfer {
        let flags = isMoreToCome ? Int32(MSG_NOSIGNAL | MSG_MORE) : Int32(MSG_NOSIGNAL)
        return Transfer(
            raw: invoke(.send, descriptor) {
                // The kernel reads the memory, which is lent for the call, and keeps nothing.
                unsafe Glibc.send(descriptor, memory.baseAddress, memory.count, flags)
            })
    }

    /// Sends two pieces with one call.
    package static func send(
        _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Transfer {
        // Both pieces are lent for the call, in which the kernel only reads them.
        if unsafe first.isEmpty { return unsafe send(descriptor, second) }
        if unsafe second.isEmpty { return unsafe send(descriptor, first) }
        var pieces: [2 of iovec] = unsafe [
            iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count),
        ]
        return unsafe withUnsafeMutablePointer(to: &pieces) { pieces in
            var message = unsafe msghdr()
            unsafe message.msg_iov = unsafe UnsafeMutableRawPointer(pieces).assumingMemoryBound(to: iovec.self)
            unsafe message.msg_iovlen = 2
            return Transfer(
                raw: invoke(.sendmsg, descriptor) {
                    unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
                })
        }
    }

    /// Moves up to `count` octets between a socket and a pipe inside the kernel (`splice(2)`).
    package static func splice(from source: Int32, to target: Int32, count: Int) -> Transfer {
        Transfer(raw: invoke(.splice, source) { apus_splice(source, target, count) })
    }
}
