import Foundation
import Testing

@Suite("Completions and man pages")
struct GeneratedFileTests {
    /// Each shell that is installed reads its completions without an error.
    @Test(arguments: [("bash", "complete "), ("zsh", "#compdef apus"), ("fish", "complete -c 'apus'")])
    func `completions are the shell's own language`(_ shell: String, part: String) throws {
        let command = try Command("completions", shell)
        #expect(command.exitCode == 0)
        #expect(command.output.contains(part), "\(command.output.prefix(200))")
        #expect(command.output.contains("explain"))
        let interpreter = "/usr/bin/\(shell)"
        guard FileManager.default.isExecutableFile(atPath: interpreter) else { return }
        try withTemporaryFolder { folder in
            let script = folder.appending(path: "completions")
            try command.output.write(to: script, atomically: true, encoding: .utf8)
            let process = try Process.run(URL(filePath: interpreter), arguments: ["-n", script.path()])
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    @Test func `the man pages name every command, option and exit code`() throws {
        try withTemporaryFolder { folder in
            #expect(try Command("manual", folder.path()).exitCode == 0)
            let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
            let tools = ["dhcp", "hvaddrctl", "hvflowctl", "lb", "rns"]
            #expect(pages == tools.map { "apus-\($0).1" } + ["apus.1"])
            let root = try String(contentsOf: folder.appending(path: "apus.1"), encoding: .utf8)
            for part in [".TH \"APUS\" 1", ".SH \"EXIT CODES\"", "73   a file or log cannot be written"] {
                #expect(root.contains(part), "\(part)")
            }
            let tool = try String(contentsOf: folder.appending(path: "apus-lb.1"), encoding: .utf8)
            for part in ["apus lb run", "apus lb check", "\\fB\\-\\-json\\fR", "apus lb explain"] {
                #expect(tool.contains(part), "\(part)")
            }
        }
    }

    @Test func `man pages in a folder that is not there are refused`() throws {
        let command = try Command("manual", "/proc/nowhere")
        #expect(command.exitCode == 73)
        #expect(command.errors == "apus: error: /proc/nowhere/apus.1 cannot be written\n")
    }
}
