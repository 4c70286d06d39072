import CLinux
import Glibc
package import SystemPackage

/// Calls on files that are appended to, such as logs (`open(2)`, `writev(2)`).
package enum File {
    /// Which file a path or descriptor stands for.
    package struct Identity: Equatable, Sendable {
        private let device: dev_t
        private let inode: ino_t

        /// Whether it is a regular file rather than a FIFO, device or socket.
        package let isRegular: Bool

        fileprivate init(_ status: stat) {
            (device, inode) = (status.st_dev, status.st_ino)
            isRegular = status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// Opens a file for appending, making it where it is missing, without ever waiting for a FIFO's reader.
    package static func openForAppending(_ path: String) -> Transfer {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        // The path is a string of ours while the call reads it.
        return Transfer(raw: invoke(.open) { unsafe Int(apus_open(path, flags, 0o640)) })
    }

    /// Appends two pieces with one call, as far as there is room.
    package static func append(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, to descriptor: Int32
    ) -> Transfer {
        // Both pieces are lent for as long as this call takes, and the kernel only reads them.
        let pieces = unsafe [piece(first), piece(second)]
        return Transfer(raw: invoke(.writev, descriptor) { unsafe writev(descriptor, pieces, 2) })
    }

    /// Makes the folder that `path` is in, for its owner alone, if there is none; whatever fails shows when the file is opened.
    package static func makeFolder(of path: String) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        // The string's octets are lent for the call.
        _ = unsafe mkdir(String(path[..<slash]), 0o700)
    }

    /// Whether there is anything at a path.
    package static func exists(_ path: String) -> Bool {
        // The string's octets are lent for the call.
        unsafe access(path, F_OK) == 0
    }

    /// Gives a file another name, in the place of whatever has it; whether that was done.
    package static func rename(_ path: String, to other: String) -> Bool {
        // The strings' octets are lent for the call.
        unsafe Glibc.rename(path, other) == 0
    }

    /// What a descriptor stands for.
    package static func identity(of descriptor: Int32) -> Result<Identity, Errno> {
        var status = stat()
        // The call fills the structure, which is on our stack.
        return unsafe fstat(descriptor, &status) == 0
            ? .success(Identity(status)) : .failure(Errno(rawValue: errno))
    }

    /// What a path stands for now.
    package static func identity(at path: String) -> Result<Identity, Errno> {
        var status = stat()
        // The call fills the structure on our stack, and reads a string of ours.
        return unsafe stat(path, &status) == 0 ? .success(Identity(status)) : .failure(Errno(rawValue: errno))
    }

    /// Waits until a descriptor can be written or read, or is broken; false when the time was over first.
    package static func wait(for descriptor: Int32, toWrite: Bool, milliseconds: Int32) -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
        // The call reads and writes the one structure on our stack.
        return unsafe poll(&wait, 1, milliseconds) > 0
    }

    /// Octets of a regular file; nil for whatever else a descriptor stands for.
    package static func size(of descriptor: Int32) -> Int? {
        var status = stat()
        // The call fills the structure, which is on our stack.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Makes sure of room for `count` octets from `offset` on, without making the file longer; nil if there is that room, or a
    /// file system that cannot promise it.
    package static func reserve(_ count: Int, from offset: Int, of descriptor: Int32) -> Errno? {
        while apus_reserve(descriptor, off_t(offset), off_t(count)) < 0 {
            if errno == EINTR { continue }
            // EOPNOTSUPP, ENOSYS.
            return errno == 95 || errno == 38 ? nil : Errno(rawValue: errno)
        }
        return nil
    }

    /// Takes off what lies behind the first `size` octets, and what was reserved there.
    package static func cut(_ descriptor: Int32, to size: Int) {
        _ = ftruncate(descriptor, off_t(size))
    }

    private static func piece(_ octets: UnsafeRawBufferPointer) -> iovec {
        // The kernel reads what it points to, and writes nothing: `writev` alone gets it.
        unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: octets.baseAddress), iov_len: octets.count)
    }
}
