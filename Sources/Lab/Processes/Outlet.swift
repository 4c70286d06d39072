import Glibc
import Linux
import SystemPackage

/// Our side of a child's standard output or error.
struct Outlet {
    /// The child's side.
    let end: Launcher.End

    private let reading: Int32?
    private let handler: (@Sendable ([UInt8]) -> Void)?

    /// Opens a pipe if the output is to be streamed.
    init(_ output: Process.Output, inherited: Int32) throws(LabError) {
        switch output {
        case .discard: (end, reading, handler) = (.path("/dev/null"), nil, nil)
        case .inherit: (end, reading, handler) = (.descriptor(inherited), nil, nil)
        case .file(let path): (end, reading, handler) = (.path(path), nil, nil)
        case .stream(let handler):
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else {
                throw .system(SystemError(call: "pipe", code: Errno(rawValue: errno)))
            }
            // The launcher closes all but the standard descriptors in a child, so a lost race here does no harm.
            ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
            (end, reading, self.handler) = (.descriptor(ends[1]), ends[0], handler)
        }
    }

    /// Begins to read, once the child has its own copy of the pipe's end.
    func start() {
        guard let reading, let handler, case .descriptor(let writing) = end else { return }
        close(writing)
        Threads.start {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = unsafe read(reading, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                handler(Array(buffer.prefix(max(count, 0))))
                if count <= 0 { break }
            }
            close(reading)
        }
    }

    /// Closes both ends; there is no child.
    func abandon() {
        guard let reading, case .descriptor(let writing) = end else { return }
        close(reading)
        close(writing)
    }
}
