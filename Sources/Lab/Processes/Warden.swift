import Glibc
import Synchronization

/// A small shell that outlives us by a moment and clears away what we leave: process groups, namespaces, folders.
///
/// We hold one end of a socket, the shell the other; however we end, `SIGKILL` and crashes included, the kernel closes
/// ours, and the shell sees the end of its input. It is in a process group of its own, so that a Ctrl-C, which
/// goes to a whole group, does not end it.
final class Warden: Sendable {
    static let shared = Warden()

    /// What the warden removes.
    enum Keepsake: String { case group, namespace, folder }

    /// The environment's variable that all children have and theirs inherit: what has left its group is known by it.
    static let variable = "APUS_LAB"

    /// The variable's value: this process, and no later one that has the same number.
    let mark: String

    private let socket: Int32

    private init() {
        mark = ProcessTable.name(of: getpid())
        var ends: [Int32] = [-1, -1]
        let made = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        precondition(made == 0, "a process may have two more descriptors")
        socket = ends[0]
        var descriptors = Launcher.Descriptors()
        descriptors.input = .descriptor(ends[1])
        let command = ["/bin/sh", "-c", Self.script, "apus-warden", "\(Self.variable)=\(mark)"]
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        do {
            _ = try Launcher.shared.launch(command, environment: ["PATH": path], descriptors: descriptors)
        } catch {
            // Without it nothing could be promised, and tests would leave servers behind.
            preconditionFailure("a POSIX system has /bin/sh: \(error)")
        }
        close(ends[1])
    }

    /// Has `value` cleared away should we end before `release`.
    func keep(_ kind: Keepsake, _ value: String) { tell("keep", kind, value) }

    /// Forgets what was kept; we have cleared it away ourselves.
    func release(_ kind: Keepsake, _ value: String) { tell("release", kind, value) }

    private func tell(_ verb: String, _ kind: Keepsake, _ value: String) {
        precondition(!value.contains("\n"), "the warden reads lines")
        let line = Array("\(verb) \(kind) \(value)\n".utf8)
        // One call for one line: the socket's buffer is far larger, and two threads' lines do not mix.
        let sent = unsafe send(socket, line, line.count, Int32(MSG_NOSIGNAL))
        precondition(sent == line.count, "the warden was killed, and what we start could outlive us")
    }

    /// Reads lines `keep KIND VALUE` and `release KIND VALUE`, then clears away what is left.
    ///
    /// `$1` is the mark. Groups go first, then whatever carries the mark: a child that was started a moment ago may not
    /// have been named yet, so the search is repeated until it finds nothing twice.
    private static let script = #"""
        set -f
        newline='
        '
        newline=${newline%% *}
        group= namespace= folder=
        without() {
            kept=
            IFS=$newline
            for each in $1; do [ "$each" = "$2" ] || kept=$kept$each$newline; done
        }
        while IFS=' ' read -r verb kind value; do
            case $kind in group|namespace|folder) ;; *) continue ;; esac
            eval "list=\$$kind"
            case $verb in
                keep) kept=$list$value$newline ;;
                release) without "$list" "$value" ;;
            esac
            eval "$kind=\$kept"
        done
        trap '' HUP INT TERM
        IFS=$newline
        for each in $group; do kill -KILL -- "-$each"; done
        set +f
        quiet=0
        while [ $quiet -lt 2 ]; do
            quiet=$((quiet + 1))
            for each in $(grep -lszxF -- "$1" /proc/[0-9]*/environ); do
                each=${each#/proc/}
                kill -KILL "${each%/environ}" && quiet=0
            done
            sleep 0.05
        done
        set -f
        for each in $namespace; do ip netns delete "$each"; done
        for each in $folder; do rm -rf -- "$each"; done
        """#
}
