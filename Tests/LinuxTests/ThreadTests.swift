import Glibc
import Linux
import Synchronization
import Testing

@Suite("Thread")
struct ThreadTests {
    /// What a thread found about itself.
    private struct Finding: Sendable {
        var name = ""
        var cores: [Int] = []
        var blocked: [Int32] = []
    }

    private func find(name: String, core: Int? = nil) -> Finding {
        let found = Mutex(Finding())
        let ready = Finder(found)
        let thread = Thread(name: name, core: core) { ready.look() }
        thread.join()
        return ready.finding.withLock { $0 }
    }

    private final class Finder: Sendable {
        let finding: Mutex<Finding>
        init(_ finding: consuming sending Mutex<Finding>) { self.finding = finding }

        func look() {
            var name = [CChar](repeating: 0, count: 64)
            if let file = fopen("/proc/thread-self/comm", "r") {
                _ = fgets(&name, 64, file)
                fclose(file)
            }
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            let text = String(
                decoding: name.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let blocked = (1...31).filter { sigismember(&mask, $0) == 1 }
            finding.withLock { $0 = Finding(name: text, cores: Thread.allowedCores, blocked: blocked) }
        }
    }

    @Test func `bears its name, as much of it as the kernel keeps`() {
        #expect(find(name: "worker-0").name == "worker-0")
        #expect(find(name: "a name of twenty-six octets").name == "a name of twent")
        #expect(find(name: "größer-größer-größer").name.hasPrefix("größer"))
    }

    @Test func `stays on its core, or on all that the process has`() throws {
        let all = Thread.allowedCores
        try #require(!all.isEmpty)
        for core in all { #expect(find(name: "pinned", core: core).cores == [core]) }
        #expect(find(name: "free").cores == all)
        #expect(Thread.allowedCores == all)
    }

    @Test func `runs on a core that there is not, unpinned`() {
        #expect(find(name: "nowhere", core: 1023).cores == Thread.allowedCores)
    }

    @Test func `leaves signals to others, but for errors of its own`() {
        let blocked = Set(find(name: "deaf").blocked)
        #expect(blocked.isSuperset(of: [SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGUSR1, SIGCHLD]))
        #expect(blocked.isDisjoint(with: [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT]))
    }
}
