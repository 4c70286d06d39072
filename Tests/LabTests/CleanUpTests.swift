import FoundationEssentials
import Glibc
import Lab
import Testing

/// Another process uses the laboratory and is killed; what it had started must be gone.
@Suite("Clean-up")
struct CleanUpTests {
    @Test(arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGSEGV])
    func `processes and folders go when a signal ends us`(_ signal: Int32) async throws {
        let victim = try await Victim(["child", "family", "folder"])
        #expect(victim.processes.count == 3)
        #expect(victim.processes.allSatisfy(isAlive))
        #expect(victim.folders.count == 1 && victim.folders.allSatisfy(Files.exists))

        victim.process.signal(signal)
        #expect(await victim.process.exit() == .signal(signal))
        try await victim.expectNothingLeft()
    }

    @Test func `a Ctrl-C, which goes to the whole group, spares the warden`() async throws {
        let victim = try await Victim(["child", "family", "folder"])
        kill(-victim.process.identifier, SIGINT)
        #expect(await victim.process.exit() == .signal(SIGINT))
        try await victim.expectNothingLeft()
    }

    @Test(arguments: ["trap", "throw"])
    func `they go when we crash or fail`(_ manner: String) async throws {
        let victim = try await Victim(["child", "family", "folder", manner])
        #expect(await victim.process.exit() != .code(0))
        try await victim.expectNothingLeft()
    }

    @Test(.enabled(if: Rights.namespaces, "namespaces need an administrator's rights"))
    func `a namespace goes when we are killed`() async throws {
        let victim = try await Victim(["namespace", "child"])
        let name = try #require(victim.namespaces.first)
        #expect(Files.names(in: "/run/netns").contains(name))
        victim.process.kill()
        try await victim.expectNothingLeft()
    }

    @Test func `without the warden the kernel still kills the children`() async throws {
        let victim = try await Victim(["child"])
        let warden = try #require(
            ProcessTable.tree(of: victim.process.identifier).first {
                Files.text("/proc/\($0)/cmdline")?.contains("apus-warden") == true
            })
        kill(warden, SIGKILL)
        try await Wait.until("the end of the warden") { !isAlive(warden) }
        #expect(victim.processes.allSatisfy(isAlive))
        victim.process.signal(SIGKILL)
        try await victim.expectNothingLeft()
    }
}

/// A process that is going to be killed, and what it said it had made.
private struct Victim {
    let process: Process
    let processes: [pid_t]
    let folders: [String]
    let namespaces: [String]
    private let log: TemporaryFolder

    init(_ arguments: [String]) async throws {
        log = try TemporaryFolder("victim-log")
        let path = log.file("output")
        var options = Process.Options()
        options.output = .file(path)
        options.environment = ["SWIFT_BACKTRACE": "enable=no"]
        // It must not be taken for a child of this process by our own warden's mark, and is not: the mark is replaced.
        process = try Process(Products.path(of: "LabVictim"), arguments, options: options)
        let expected = arguments.contains("family") ? 2 : 0
        try await Wait.until("the victim") { [path] in
            let lines = Files.text(path)?.split(separator: "\n") ?? []
            return lines.contains { $0.hasPrefix("ready") }
                && lines.count { $0.hasPrefix("process") } >= expected + (arguments.contains("child") ? 1 : 0)
        }
        var things: [Substring: [String]] = [:]
        for line in Files.text(path)?.split(separator: "\n") ?? [] {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { things[words[0], default: []].append(String(words[1])) }
        }
        processes = things["process", default: []].compactMap { pid_t($0) }
        folders = things["folder", default: []]
        namespaces = things["namespace", default: []]
    }

    func expectNothingLeft() async throws {
        try await Wait.until("the clean-up") {
            !processes.contains(where: isAlive) && !folders.contains(where: Files.exists)
                && !namespaces.contains(where: Files.names(in: "/run/netns").contains)
        }
    }
}
