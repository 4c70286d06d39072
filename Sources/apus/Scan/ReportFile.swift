import Glibc
import Linux
import PortScanner
import SystemPackage

/// Where a report goes: a file, or standard output.
///
/// A file always ends behind a whole entry. Room for the next one, and for the foot, is made sure of beforehand, so that a disk
/// that is full leaves a report that is whole, too.
struct ReportFile {
    let path: String
    private let descriptor: Int32
    /// Where a regular file ends; nil for pipes, terminals and devices.
    private var end: Int?
    /// Whether nobody reads any more.
    private(set) var isUnread = false

    /// The longest foot of any report, with room for an error's text.
    private static let foot = 4096

    /// Standard output.
    init() { (path, descriptor, end) = ("standard output", 1, nil) }

    init(_ path: String, appends: Bool) throws(Failure) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
        let descriptor = unsafe open(path, flags, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        (self.path, self.descriptor) = (path, descriptor)
        end = File.size(of: descriptor)
    }

    var isStandardOutput: Bool { descriptor == 1 }

    /// Writes a whole entry, or nothing.
    mutating func write(_ text: String, isFoot: Bool = false) throws(Failure) {
        guard !isUnread else { return }
        let octets = Array(text.utf8)
        if let end, !isFoot, let error = File.reserve(octets.count + Self.foot, from: end, of: descriptor) {
            throw Self.failure(path, error.rawValue)
        }
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                if let end { File.cut(descriptor, to: end) }
                if code == EPIPE, isStandardOutput {
                    isUnread = true
                    return
                }
                throw Self.failure(path, code)
            }
            rest = rest.dropFirst(count)
        }
        if let end { self.end = end + octets.count }
    }

    /// Gives back what was reserved, and closes the file.
    func close() {
        if let end { File.cut(descriptor, to: end) }
        if !isStandardOutput { _ = Glibc.close(descriptor) }
    }

    private static func failure(_ path: String, _ code: Int32) -> Failure {
        Failure(.cannotCreate, "cannot write \(path): \(unsafe String(cString: strerror(code)))")
    }
}
