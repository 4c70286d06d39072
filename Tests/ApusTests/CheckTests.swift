import Foundation
import Testing

@Suite("apus lb check")
struct CheckTests {
    static let examples = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Examples")

    @Test func `a valid file is said to be so`() throws {
        let file = Self.examples.appending(path: "first-steps/lb.yaml").path()
        let command = try Command("lb", "check", file)
        #expect(command.exitCode == 0)
        #expect(command.errors == "")
        #expect(command.output == "\(file): valid (listeners: 1, routes: 1, pools: 2, servers: 4)\n")
    }

    @Test func `five mistakes are five errors, each with its place, and exit code 65`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "lb.yaml").path()
            try """
            version: 1
            listeners:
              web: { bind: "127.0.0.1:99999", pool: webb, protocoll: tcp }
            pools:
              web: { servers: ["127.0.0.1:9001"], retries: many, idle_timeout: 4 parsecs }

            """.write(toFile: file, atomically: true, encoding: .utf8)
            let command = try Command("lb", "check", file)
            #expect(command.exitCode == 65)
            #expect(command.output == "")
            let errors = command.errors.split(separator: "\n").filter { $0.contains("error: ") }
            let places = errors.compactMap { line in
                line.firstMatch(of: #/lb\.yaml:([0-9]+):[0-9]+: error: /#).map { String($0.1) }
            }
            #expect(places == ["3", "3", "3", "5", "5"], "\(command.errors)")
            #expect(errors.last == "apus: error: 5 errors in \(file)")
            #expect(command.errors.contains("^"))
            let json = try Command("lb", "check", "--json", file)
            #expect(json.exitCode == 65)
            let list = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
            #expect(list?.filter { $0["severity"] as? String == "error" }.count == 5)
        }
    }

    @Test(arguments: ["check", "run"])
    func `a file that is not there exits 66`(_ name: String) throws {
        let command = try Command("lb", name, "/nowhere/lb.yaml")
        #expect(command.exitCode == 66)
        #expect(command.output == "")
        #expect(command.errors == "apus: error: /nowhere/lb.yaml: the file cannot be read: No such file or directory\n")
    }

    @Test func `nobody answering at the admin endpoint exits 69`() throws {
        let command = try Command("lb", "status", "--admin", "127.0.0.1:1")
        #expect(command.exitCode == 69)
        #expect(command.errors.hasPrefix("apus: error: no load balancer answers at 127.0.0.1:1"))
    }
}
