package import CLinux
import Glibc

/// An epoll instance, which owns its descriptor (`epoll(7)`).
package struct Epoll: ~Copyable {
    /// Readable while an event waits.
    package let descriptor: Int32

    package init() throws(SystemError) {
        descriptor = Int32(try require(.epoll_create1) { Int(epoll_create1(Int32(EPOLL_CLOEXEC))) })
    }

    deinit { Socket.close(descriptor) }

    /// Registers `target` for `events`; `token` comes back with each of them.
    package borrowing func add(_ target: Int32, events: UInt32, token: UInt64) throws(SystemError) {
        // The kernel copies the event; its token is read back as the number that it is here.
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token))
        let descriptor = descriptor
        try require(.epoll_ctl, target) { unsafe Int(epoll_ctl(descriptor, EPOLL_CTL_ADD, target, &event)) }
    }

    /// Takes a registration back.
    package borrowing func remove(_ target: Int32) {
        // The kernel wants an event, and does not look at it.
        var event = unsafe epoll_event()
        let descriptor = descriptor
        _ = invoke(.epoll_ctl, target) { unsafe Int(epoll_ctl(descriptor, EPOLL_CTL_DEL, target, &event)) }
    }

    /// Waits for events, at most `milliseconds` (-1 for ever).
    package borrowing func wait(into events: UnsafeMutableBufferPointer<epoll_event>, milliseconds: Int32) -> Transfer {
        let descriptor = descriptor
        // A signal ends the wait; the caller looks at its state and comes again.
        let result = invoke(.epoll_wait, descriptor) {
            let count = unsafe epoll_wait(descriptor, events.baseAddress, Int32(events.count), milliseconds)
            return count < 0 && errno == EINTR ? 0 : Int(count)
        }
        return Transfer(raw: result)
    }
}
