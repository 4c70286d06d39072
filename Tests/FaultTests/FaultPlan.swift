import Linux
import SystemPackage

/// Which calls are made to fail, and with what: errors that the kernel may really give.
enum FaultPlan {
    static let errors: [SystemCall: [Errno]] = [
        .accept4: [.tooManyOpenFiles, .connectionAbort, .noMemory],
        .bind: [.addressInUse],
        .close: [.ioError],
        .connect: [.connectionRefused, .addressNotAvailable],
        .epoll_create1: [.tooManyOpenFiles],
        .epoll_ctl: [.noMemory, .noSpace],
        .epoll_wait: [.interrupted],
        .eventfd: [.tooManyOpenFiles],
        .fcntl: [.notPermitted],
        .getsockname: [.noBufferSpace],
        .getsockopt: [.noBufferSpace],
        .ioctl: [.invalidArgument],
        .listen: [.addressInUse],
        .mmap: [.noMemory],
        .open: [.permissionDenied],
        .pipe2: [.tooManyOpenFiles],
        .read: [.wouldBlock],
        .recv: [.connectionReset, .timedOut],
        .sched_setaffinity: [.invalidArgument],
        .send: [.connectionReset, .brokenPipe],
        .sendmsg: [.connectionReset],
        .setsockopt: [.noBufferSpace],
        .shutdown: [Errno(rawValue: 107)],
        .socket: [.tooManyOpenFiles, .noBufferSpace],
        .splice: [.connectionReset, .invalidArgument],
        .writev: [.noSpace, .ioError],
    ]

    /// Made by the load balancer, and not made to fail: the kernel has no reason to refuse these.
    ///
    /// An eventfd is written once for each of a few messages, and its counter has room for 2^64.
    static let certain: Set<SystemCall> = [.write]

    /// Calls of other parts of the module, for frames and datagrams.
    static let elsewhere: Set<SystemCall> = Set(SystemCall.allCases)
        .subtracting(errors.keys).subtracting(certain)
}
