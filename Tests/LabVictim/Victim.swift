import Glibc
import Lab
import Synchronization

/// A process that the tests of the laboratory kill: it starts what its arguments name, prints what there is to
/// look for, one `KIND VALUE` in a line, and waits.
@main struct Victim {
    static func main() async throws {
        var kept: [AnyObject] = []
        for kind in CommandLine.arguments.dropFirst() {
            switch kind {
            case "child":
                let child = try Process("sleep", ["1000"])
                say("process", "\(child.identifier)")
                kept.append(child)
            case "family":
                // A shell with a child in its group, and one that has gone to a session of its own.
                var options = Process.Options()
                let lines = Lines()
                options.output = .stream { octets in
                    print(String(decoding: octets, as: UTF8.self), terminator: "")
                    fflush(nil)
                    lines.count.add(octets.count { $0 == 0x0A }, ordering: .relaxed)
                }
                let script = "sleep 1001 & echo process $!; setsid sleep 1002 & echo process $!; wait"
                kept.append(try Process("sh", ["-c", script], options: options))
                try await Wait.until("the family") { lines.count.load(ordering: .relaxed) == 2 }
            case "folder":
                let folder = try TemporaryFolder("victim")
                try folder.write("something", to: "file")
                say("folder", folder.path)
                kept.append(folder)
            case "namespace":
                let namespace = try await Namespace("victim")
                say("namespace", namespace.name)
                kept.append(namespace)
            case "trap":
                say("ready", "")
                fatalError("as the test wants it")
            case "throw":
                say("ready", "")
                throw LabError.tooSlow("as the test wants it")
            default:
                exit(64)
            }
        }
        say("ready", "")
        while true { sleep(1000) }
        _ = kept
    }

    private static func say(_ kind: String, _ value: String) {
        print(kind, value)
        fflush(nil)
    }
}

private final class Lines: Sendable {
    let count = Atomic(0)
}
