import CLinux
package import Linux

/// Edge-triggered epoll: one registration for a descriptor's whole life.
@safe
package struct EpollPoller: Poller, ~Copyable {
    private let epoll: Epoll
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// At most `batch` events come of one wait.
    package init(batch: Int = 256) throws(SystemError) {
        epoll = try Epoll()
        unsafe events = .allocate(capacity: batch)
        unsafe events.initialize(repeating: epoll_event())
    }

    /// Readable while an event waits.
    package var descriptor: Int32 { epoll.descriptor }

    deinit { unsafe events.deallocate() }

    package mutating func add(_ descriptor: Int32, token: UInt64) throws(SystemError) {
        let events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        try epoll.add(descriptor, events: events, token: token)
    }

    package mutating func addListener(_ descriptor: Int32, token: UInt64) throws(SystemError) {
        try epoll.add(descriptor, events: EPOLLIN.rawValue, token: token)
    }

    package mutating func remove(_ descriptor: Int32) { epoll.remove(descriptor) }

    package mutating func wait(nanoseconds: UInt64) -> Int {
        let milliseconds = Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
        // The kernel's refusals here are bugs of ours; none can come of what a peer does.
        return unsafe epoll.wait(into: events, milliseconds: milliseconds).count ?? 0
    }

    package func event(_ index: Int) -> (token: UInt64, readiness: Readiness) {
        unsafe precondition(events.indices.contains(index), "an event of the last wait")
        let event = unsafe events[index]
        let bits = unsafe event.events
        var readiness: Readiness = []
        if bits & EPOLLIN.rawValue != 0 { readiness.insert(.read) }
        if bits & EPOLLOUT.rawValue != 0 { readiness.insert(.write) }
        if bits & EPOLLRDHUP.rawValue != 0 { readiness.insert(.readEnd) }
        if bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.insert(.hangUp) }
        return (unsafe event.data.u64, readiness)
    }
}
