import Glibc
import Lab
import Synchronization
import Testing

@Suite("A process")
struct ProcessTests {
    @Test func `what it writes comes back, and its exit code`() async throws {
        let result = try await Command.run("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(result.output == "out\n")
        #expect(result.errors == "err\n")
        #expect(result.exit == .code(3))
    }

    @Test func `much output is not cut`() async throws {
        let output = try await Command.output("seq", ["200000"])
        #expect(output.utf8.count == 1_288_895)
        #expect(output.hasSuffix("\n200000\n"))
    }

    @Test func `a command that fails says which, how and why`() async throws {
        let expected = LabError.failed(command: "sh -c echo why >&2; exit 9", exit: .code(9), output: "why\n")
        await #expect(throws: expected) { try await Command.output("sh", ["-c", "echo why >&2; exit 9"]) }
    }

    @Test func `a program that is not there is an error before anything starts`() async throws {
        await #expect(throws: LabError.noProgram("no-such-program")) { try await Command.run("no-such-program") }
        await #expect(throws: LabError.noProgram("/etc/passwd")) { try await Command.run("/etc/passwd") }
    }

    @Test func `a signal is told from an exit code`() async throws {
        #expect(try await Command.run("sh", ["-c", "kill -USR1 $$"]).exit == .signal(SIGUSR1))
        #expect(try await Command.run("false").exit == .code(1))
    }

    @Test func `a command that takes too long is killed`() async throws {
        let begin = ContinuousClock.now
        await #expect(throws: LabError.tooSlow("sleep 1000")) {
            try await Command.run("sleep", ["1000"], within: .milliseconds(100))
        }
        #expect(ContinuousClock.now - begin < .seconds(25))
    }

    @Test func `environment, folder, cores and input are as asked for`() async throws {
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.environment = ["COLOUR": "green"]
        options.folder = folder.path
        options.cores = [0]
        options.input = try folder.write("from a file", to: "input")
        let script = #"echo "$COLOUR"; pwd; cat; echo; grep Cpus_allowed_list /proc/self/status"#
        let lines = try await Command.output("sh", ["-c", script], options: options).split(separator: "\n")
        #expect(lines == ["green", Substring(folder.path), "from a file", "Cpus_allowed_list:\t0"])
    }

    @Test func `it has no descriptor of ours but the standard ones`() async throws {
        // One without O_CLOEXEC, as a careless library would leave it.
        let careless = open("/etc/passwd", O_RDONLY)
        defer { close(careless) }
        let names = try await Command.output(
            "sh", ["-c", "for each in /proc/$$/fd/*; do readlink $each || true; done"])
        #expect(!names.contains("passwd"))
        #expect(names.contains("/dev/null"))
    }

    @Test func `output is appended to a file`() async throws {
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.output = .file(folder.file("log"))
        for word in ["first", "second"] {
            #expect(await (try Process("echo", [word], options: options)).exit().isSuccess)
        }
        #expect(Files.text(folder.file("log")) == "first\nsecond\n")
    }

    @Test func `stopping asks first, then kills`() async throws {
        let folder = try TemporaryFolder()
        func shell(_ trap: String) async throws -> Process {
            let ready = folder.file("ready-\(trap.count)")
            let script = "trap '\(trap)' TERM; : >\(ready); while :; do sleep 0.01; done"
            let process = try Process("sh", ["-c", script])
            try await Wait.until("the trap") { Files.exists(ready) }
            return process
        }
        #expect(await (try shell("exit 5")).stop(patience: .seconds(60)) == .code(5))

        let deaf = try await shell("")
        #expect(await deaf.stop(patience: .milliseconds(100)) == .signal(SIGKILL))
        #expect(!deaf.isRunning)
    }

    @Test func `its group goes with it`() async throws {
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.output = .file(folder.file("log"))
        let process = try Process("sh", ["-c", "sleep 1000 & echo $!"], options: options)
        #expect(await process.exit().isSuccess)
        let child = try #require(Files.text(folder.file("log"))?.split(separator: "\n").first.flatMap { pid_t($0) })
        try await Wait.until("the end of the child") { !isAlive(child) }
    }

    @Test func `it is killed when the last reference goes`() async throws {
        var process: Process? = try Process("sleep", ["1000"])
        let identifier = try #require(process?.identifier)
        #expect(isAlive(identifier))
        process = nil
        try await Wait.until("the end of the process") { !isAlive(identifier) }
    }

    @Test func `it is killed when the body that started it throws`() async throws {
        let seen = Mutex<pid_t>(0)
        await #expect(throws: LabError.self) {
            let process = try Process("sleep", ["1000"])
            seen.withLock { $0 = process.identifier }
            try await process.waitUntilListening(on: FreePort(), within: .milliseconds(50))
        }
        let identifier = seen.withLock { $0 }
        try #require(identifier > 0)
        try await Wait.until("the end of the process") { !isAlive(identifier) }
    }

    @Test func `a server that ends instead of listening is reported at once, with its last words`() async throws {
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.errors = .file(folder.file("log"))
        let process = try Process("sh", ["-c", "echo cannot bind >&2; exit 1"], options: options)
        let begin = ContinuousClock.now
        let error = await #expect(throws: LabError.self) {
            try await process.waitUntilListening(on: FreePort(), log: folder.file("log"))
        }
        #expect(error == .notListening("sh -c echo cannot bind >&2; exit 1", log: "cannot bind"))
        #expect(ContinuousClock.now - begin < .seconds(25))
    }

    @Test func `many start and end at once`() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<60 { group.addTask { try await Command.output("echo", ["\(number)"]) } }
            let words = try await group.reduce(into: Set<String>()) { $0.insert($1) }
            #expect(words == Set((0..<60).map { "\($0)\n" }))
        }
    }
}

/// Whether there is a process of this number that has not ended; a zombie has.
func isAlive(_ process: pid_t) -> Bool {
    guard let found = ProcessTable.statistics(of: process) else { return false }
    return found.state != "Z"
}
