package import SystemPackage
import Glibc
import Synchronization

/// The system calls that this module makes, each under the kernel's name.
package enum SystemCall: UInt8, CaseIterable, Sendable {
    case accept4, bind, close, connect, epoll_create1, epoll_ctl, epoll_wait, eventfd, fcntl, fsync, getsockname
    case getsockopt, ioctl, listen, mmap, open, pipe2, ppoll, read, recv, recvmmsg, sched_setaffinity, send, sendmmsg,
        sendmsg
    case setsockopt, shutdown, socket, splice, write, writev
}

/// Where a test looks at system calls, or makes one fail.
///
/// While nothing is installed a call pays one relaxed load. The observer is the process's, not a thread's: tests that
/// install one run one after another.
package enum Seam {
    /// Told of each call and its descriptor (-1 if it has none) before it is made; an error is returned in its stead.
    package typealias Observer = @Sendable (SystemCall, Int32) -> Errno?

    private static let isArmed = Atomic<Bool>(false)
    private static let observer = Guarded<Observer?>(nil)

    /// Installs `observer` while `body` runs.
    package static func observing<R>(_ observer: @escaping Observer, _ body: () throws -> R) rethrows -> R {
        install(observer)
        defer { install(nil) }
        return try body()
    }

    /// Installs an observer, or takes it away.
    package static func install(_ new: Observer?) {
        observer.withLock { $0 = new }
        isArmed.store(new != nil, ordering: .releasing)
    }

    @inline(__always)
    static func verdict(on call: SystemCall, _ descriptor: Int32) -> Errno? {
        guard isArmed.load(ordering: .relaxed) else { return nil }
        return observer.withLock { $0 }?(call, descriptor)
    }
}

/// Makes a call: its result, or its negative errno.
///
/// `EINTR` is tried again; `EBADF` and `EFAULT` are bugs of ours and trap.
@inline(__always)
func invoke(_ call: SystemCall, _ descriptor: Int32 = -1, _ body: () -> Int) -> Int {
    if let refusal = Seam.verdict(on: call, descriptor) {
        // A descriptor that the kernel still holds would leak: closing happens even where its failure is played.
        if call == .close { _ = body() }
        return -Int(refusal.rawValue)
    }
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code == EINTR, call != .close { continue }
        precondition(code != EBADF && code != EFAULT, "a call gets a descriptor and memory that are valid")
        return -Int(code)
    }
}

/// Makes a call that is not expected to fail in the course of business.
@discardableResult
func require(_ call: SystemCall, _ descriptor: Int32 = -1, _ body: () -> Int) throws(SystemError) -> Int {
    let result = invoke(call, descriptor, body)
    guard result >= 0 else { throw SystemError(call: "\(call)", code: Errno(rawValue: Int32(-result))) }
    return result
}
