import CLinux
import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Epoll")
struct EpollTests {
    private func wait(_ epoll: borrowing Epoll, most: Int = 4) -> [UInt64] {
        var events = [epoll_event](repeating: epoll_event(), count: most)
        let count = events.withUnsafeMutableBufferPointer { epoll.wait(into: $0, milliseconds: 0) }.count ?? 0
        return events.prefix(count).map { $0.data.u64 }
    }

    @Test func `tells of a descriptor by its token, until it is removed`() throws {
        let pair = SocketPair()
        defer { pair.close() }
        let epoll = try Epoll()
        let token: UInt64 = 0xFEDC_BA98_7654_3210
        try epoll.add(pair.first, events: EPOLLIN.rawValue, token: token)
        #expect(wait(epoll) == [])
        _ = send([1], to: pair.second)
        #expect(wait(epoll) == [token])
        epoll.remove(pair.first)
        #expect(wait(epoll) == [])
        epoll.remove(pair.first)
    }

    @Test func `refuses a descriptor that it has already`() throws {
        let pair = SocketPair()
        defer { pair.close() }
        let epoll = try Epoll()
        try epoll.add(pair.first, events: EPOLLIN.rawValue, token: 1)
        #expect(throws: SystemError(call: "epoll_ctl", code: .fileExists)) {
            try epoll.add(pair.first, events: EPOLLIN.rawValue, token: 2)
        }
    }

    @Test func `returns no more events than there is room for`() throws {
        let pairs = (0..<5).map { _ in SocketPair() }
        defer { pairs.forEach { $0.close() } }
        let epoll = try Epoll()
        for (index, pair) in pairs.enumerated() {
            try epoll.add(pair.first, events: EPOLLIN.rawValue | EPOLLET.rawValue, token: UInt64(index))
            _ = send([1], to: pair.second)
        }
        let first = wait(epoll, most: 3)
        #expect(first.count == 3)
        #expect(Set(first + wait(epoll, most: 3)) == Set(0..<5))
    }
}
