import CLinux
import Glibc

/// A counter in the kernel that one thread raises to wake another (`eventfd(2)`); it owns its descriptor.
package struct EventDescriptor: ~Copyable, Sendable {
    package let descriptor: Int32

    package init() throws(SystemError) {
        let flags = Int32(EFD_NONBLOCK | EFD_CLOEXEC)
        descriptor = Int32(try require(.eventfd) { Int(eventfd(0, flags)) })
    }

    deinit { Socket.close(descriptor) }

    /// Wakes whoever waits.
    package borrowing func signal() {
        var one: UInt64 = 1
        let descriptor = descriptor
        // EAGAIN means that the counter is full, hence that a wake-up is waiting anyway.
        _ = invoke(.write, descriptor) { unsafe write(descriptor, &one, 8) }
    }

    /// Takes all wake-ups that are waiting.
    package borrowing func clear() {
        var count: UInt64 = 0
        let descriptor = descriptor
        // The counter is the eight octets that the call writes.
        _ = invoke(.read, descriptor) { unsafe read(descriptor, &count, 8) }
    }
}
