import Glibc
import Linux
package import SystemPackage

/// Why a log could not be opened.
package struct LogError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let code: Errno

    package init(path: String, code: Errno) { (self.path, self.code) = (path, code) }

    package var description: String { "cannot open the log \(path): \(code)" }
}

/// Where log lines end up: a file, a FIFO or device, or standard output.
///
/// It never blocks for longer than it is told to.
struct LogFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    private let isOwned: Bool
    private let identity: File.Identity

    /// Opens the file for appending, creating it where it is missing; `-` is standard output.
    init(path: String) throws(LogError) {
        let isOwned = path != "-"
        let opened = isOwned ? File.openForAppending(path) : Transfer(raw: Int(STDOUT_FILENO))
        if let code = opened.failure { throw LogError(path: path, code: code) }
        let descriptor = Int32(opened.raw)
        do {
            identity = try File.identity(of: descriptor).get()
        } catch {
            if isOwned { Socket.close(descriptor) }
            throw LogError(path: path, code: error)
        }
        (self.path, self.isOwned, self.descriptor) = (path, isOwned, descriptor)
    }

    deinit {
        if isOwned { Socket.close(descriptor) }
    }

    /// Whether the path now names another file, or none, as after `logrotate(8)` has renamed it.
    var isReplaced: Bool {
        guard isOwned, identity.isRegular else { return false }
        return switch File.identity(at: path) {
        case .success(let named): named != identity
        case .failure(let code): code == .noSuchFileOrDirectory
        }
    }

    /// Writes what it can of two pieces; a pipe, socket or terminal is waited for at most `patience` milliseconds.
    func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, patience: Int32) -> Transfer {
        guard !identity.isRegular else { return unsafe File.append(first, second, to: descriptor) }
        guard File.wait(for: descriptor, toWrite: true, milliseconds: patience) else { return .wouldBlock }
        // A writable pipe has room for one page. Standard output cannot be made non-blocking, because that would change
        // it for every process that shares it, and a larger write would block.
        let first = unsafe UnsafeRawBufferPointer(rebasing: first.prefix(Self.page))
        let second = unsafe UnsafeRawBufferPointer(rebasing: second.prefix(Self.page - first.count))
        return unsafe File.append(first, second, to: descriptor)
    }

    private static let page = 4096
}
