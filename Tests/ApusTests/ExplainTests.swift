import Foundation
import Testing

@Suite("apus lb explain")
struct ExplainTests {
    @Test func `a reason is explained with its status and field`() throws {
        let command = try Command("lb", "explain", "no-route")
        #expect(command.exitCode == 0)
        #expect(
            command.output == """
                no-route: No route takes the request's host and path, and the listener has no pool of its own.

                  Status        404
                  Proxy-Status  apus; error=destination_not_found; details="no-route"

                """)
    }

    @Test func `without a reason, all are listed, each on one line`() throws {
        let lines = try Command("lb", "explain").output.split(separator: "\n")
        #expect(lines.count > 40)
        #expect(lines.allSatisfy { $0.contains(/^[a-z0-9-]+ {2,}[A-Z].*\.$/) })
    }

    @Test func `the list as JSON has the same reasons`() throws {
        let text = try Command("lb", "explain").output.split(separator: "\n").compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        let json = try Command("lb", "explain", "--json").output
        let list = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(list.compactMap { $0["reason"] as? String } == text)
        #expect(list.allSatisfy { $0["status"] is Int && $0["explanation"] is String })
    }

    @Test func `an unknown reason is a mistake in the arguments, with a hint`() throws {
        let command = try Command("lb", "explain", "route")
        #expect(command.exitCode == 64)
        #expect(command.output == "")
        #expect(command.errors == "apus: error: there is no reason 'route'; did you mean no-route?\n")
    }

    @Test(arguments: [[:], ["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"]])
    func `nothing but a terminal that wants it gets colour`(_ environment: [String: String]) throws {
        #expect(try !Command("lb", "explain", "route", environment: environment).errors.contains("\u{1B}"))
        // script(1) gives the command a terminal.
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/script")
        process.arguments = ["-qec", "\(Command.binary.path()) lb explain no-route", "/dev/null"]
        process.environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm"].merging(environment) { $1 }
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(output.contains("no-route"))
        #expect(output.contains("\u{1B}[") == environment.isEmpty)
    }
}
