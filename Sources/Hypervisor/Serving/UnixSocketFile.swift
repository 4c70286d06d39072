import FoundationEssentials
import Glibc
import Linux
import SystemPackage

/// The file of a socket that we serve on.
enum UnixSocketFile {
    /// Makes a socket that listens at `path`, with a mode.
    ///
    /// It removes what a dead process left there, and nothing else.
    static func listening(atPath path: String, mode: UInt32) throws(HypervisorError) -> Int32 {
        let attempt = "serve on unix:\(path)"
        switch kind(path) {
        case nil, .typeSocket: break
        default: throw HypervisorError(attempt, "there is a file that is no socket; remove it")
        }
        do throws(SystemError) {
            let descriptor = try Socket.listening(atPath: path)
            // The string's octets are lent for the call.
            if mode != 0o600, unsafe chmod(path, mode_t(mode)) != 0 {
                throw SystemError(call: "chmod", code: Errno(rawValue: errno))
            }
            return descriptor
        } catch {
            let hint: String =
                switch error.code {
                case .addressInUse: "another process serves there; stop it first"
                case .noSuchFileOrDirectory: "the folder is missing; make it"
                case .permissionDenied: "the folder may not be written; run as another user, or choose another path"
                default: "\(error)"
                }
            throw HypervisorError(attempt, hint, code: error.code)
        }
    }

    /// Takes the file away when nobody serves there any more.
    static func remove(_ path: String) {
        guard kind(path) == .typeSocket else { return }
        // As above.
        _ = unsafe unlink(path)
    }

    /// What is at a path itself; nil if there is nothing.
    private static func kind(_ path: String) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }
}
