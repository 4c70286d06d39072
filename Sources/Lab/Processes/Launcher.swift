import Dispatch
import FoundationEssentials
import Glibc
import Linux
import SystemPackage

/// The one thread that starts children, and lives as long as the process.
///
/// The kernel sends a child its parent-death signal when the *thread* that started it ends (`prctl(2)`,
/// `PR_SET_PDEATHSIG`), and threads of a pool come and go.
final class Launcher: Sendable {
    static let shared = Launcher()

    /// Where a child's standard descriptors lead.
    struct Descriptors: Sendable {
        var input = End.path("/dev/null")
        var output = End.path("/dev/null")
        var errors = End.path("/dev/null")
    }

    enum End: Sendable {
        /// Opened for reading, or for appending, and then made if it is not there.
        case path(String)
        /// A descriptor of ours.
        case descriptor(Int32)
    }

    private final class Reply: Sendable {
        let result = Guarded<(code: Int32, identifier: pid_t)>((0, 0))
        let done = DispatchSemaphore(value: 0)
    }

    private let jobs = Guarded<[@Sendable () -> Void]>([])
    private let waiting = DispatchSemaphore(value: 0)

    private init() {
        Threads.start { [self] in
            while true {
                waiting.wait()
                let job = jobs.withLock { $0.removeFirst() }
                job()
            }
        }
    }

    /// Starts `command`, whose first word is a path, in a process group of its own, and returns its identifier.
    func launch(
        _ command: [String], environment: [String: String], descriptors: Descriptors
    ) throws(LabError) -> pid_t {
        let reply = Reply()
        jobs.withLock {
            $0.append {
                let result = Self.spawn(command, environment.map { "\($0)=\($1)" }, descriptors)
                reply.result.withLock { $0 = result }
                reply.done.signal()
            }
        }
        waiting.signal()
        reply.done.wait()
        let result = reply.result.withLock { $0 }
        guard result.code == 0 else {
            throw .system(SystemError(call: "posix_spawn \(command[0])", code: Errno(rawValue: result.code)))
        }
        return result.identifier
    }

    private static func spawn(
        _ command: [String], _ environment: [String], _ descriptors: Descriptors
    ) -> (code: Int32, identifier: pid_t) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let ends = [descriptors.input, descriptors.output, descriptors.errors]
        for (number, end) in zip(Int32(0)..., ends) {
            switch end {
            case .path(let path):
                let flags = number == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND
                unsafe posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o644)
            case .descriptor(let descriptor):
                unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            }
        }
        // Not everybody in this process opens with O_CLOEXEC. Closing what is closed by then is no error (glibc).
        for number in Files.names(in: "/proc/self/fd").compactMap({ Int32($0) }) where number > 2 {
            unsafe posix_spawn_file_actions_addclose(&actions, number)
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)

        // The strings live until the call returns, which is all that it needs.
        var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        var identifier: pid_t = 0
        let code = unsafe posix_spawn(&identifier, command[0], &actions, &attributes, &arguments, &variables)
        return (code, identifier)
    }
}
