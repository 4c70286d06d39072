import Glibc
package import SystemPackage

/// Why a log could not be opened.
package struct LogError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let code: Errno

    package var description: String { "cannot open the log \(path): \(code)" }
}

/// Where log lines end up: a file, a FIFO or device, or standard output. It never blocks for long.
struct LogFile: ~Copyable {
    /// What came of one write.
    enum Outcome: Equatable {
        case wrote(Int)
        /// The reader is slow; nothing is wrong.
        case blocked
        case failed(Errno)
    }

    let path: String
    private let descriptor: Int32
    private let isOwned: Bool
    private let identity: Identity

    /// Opens the file for appending, creating it where it is missing; `-` is standard output.
    init(path: String) throws(LogError) {
        let isOwned = path != "-"
        let descriptor = isOwned ? try Self.open(path) : STDOUT_FILENO
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let code = Errno(rawValue: errno)
            if isOwned { close(descriptor) }
            throw LogError(path: path, code: code)
        }
        (self.path, self.isOwned, self.descriptor, identity) = (path, isOwned, descriptor, Identity(status))
    }

    private static func open(_ path: String) throws(LogError) -> Int32 {
        // Not blocking, so that a FIFO without a reader is an error, and one with a slow reader no stop.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        while true {
            let descriptor = unsafe Glibc.open(path, flags, 0o640)
            if descriptor >= 0 { return descriptor }
            guard errno == EINTR else { throw LogError(path: path, code: Errno(rawValue: errno)) }
        }
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Whether the path now names another file, or none, as after `logrotate(8)` has renamed it.
    var isReplaced: Bool {
        guard isOwned, identity.isRegular else { return false }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return errno == ENOENT }
        return Identity(status) != identity
    }

    /// Writes what it can of two pieces; a pipe, socket or terminal is waited for at most `patience` milliseconds.
    func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, patience: Int32) -> Outcome {
        var first = unsafe first
        var second = unsafe second
        if !identity.isRegular {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&wait, 1, patience) != 0 else { return .blocked }
            // A writable pipe has room for one page. Standard output cannot be made non-blocking, because that would
            // change it for every process that shares it, and a larger write would block.
            unsafe first = .init(rebasing: first.prefix(Self.page))
            unsafe second = .init(rebasing: second.prefix(Self.page - first.count))
        }
        let pieces = unsafe [Self.piece(first), Self.piece(second)]
        while true {
            let count = unsafe writev(descriptor, pieces, 2)
            if count >= 0 { return .wrote(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .blocked
            default: return .failed(Errno(rawValue: errno))
            }
        }
    }

    private static let page = 4096

    private static func piece(_ octets: UnsafeRawBufferPointer) -> iovec {
        unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: octets.baseAddress), iov_len: octets.count)
    }

    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
        let isRegular: Bool

        init(_ status: stat) {
            (device, inode) = (status.st_dev, status.st_ino)
            isRegular = status.st_mode & S_IFMT == S_IFREG
        }
    }
}
