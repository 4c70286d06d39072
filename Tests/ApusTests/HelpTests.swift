import Foundation
import Testing

@Suite("Help and version")
struct HelpTests {
    @Test func `the version is a number, with the commit if that is known`() throws {
        let command = try Command("--version")
        #expect(command.exitCode == 0)
        #expect(command.errors == "")
        #expect(command.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+( \([0-9a-f]{7,40}(, changed)?\))?\n/) != nil)
    }

    @Test(arguments: [["--help"], ["-h"], ["help"], []])
    func `help is output, and shows examples and exit codes`(asked arguments: [String]) throws {
        let command = try Command(arguments)
        #expect(command.exitCode == 0)
        #expect(command.errors == "")
        for part in ["\nEXAMPLES:\n", "\nEXIT CODES:\n", "\n  65   the configuration is wrong\n", "\n  lb  "] {
            #expect(command.output.contains(part), "\(part)")
        }
        #expect(!command.output.contains("\u{1B}"))
    }

    @Test(arguments: [
        (["--bind"], "Unknown option '--bind'"),
        (["lb", "nothing"], "Unexpected argument 'nothing'"),
        (["completions"], "Missing expected argument '<shell>'"),
        (["completions", "csh"], "The value 'csh' is invalid for '<shell>'"),
    ])
    func `wrong arguments are named on standard error, and exit 64`(_ arguments: [String], message: String) throws {
        let command = try Command(arguments)
        #expect(command.exitCode == 64)
        #expect(command.output == "")
        #expect(command.errors.hasPrefix("apus: error: \(message)"), "\(command.errors)")
        #expect(command.errors.contains("Usage: apus"))
    }

    @Test func `no line of help is wider than 120 columns`() throws {
        for path in [[], ["lb"], ["completions"]] + (try subcommands(of: ["lb"]).map { ["lb", $0] }) {
            let command = try Command(path + ["--help"])
            #expect(command.output.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(path)")
        }
    }

    @Test func `each command says what it does, and each that takes arguments shows an example`() throws {
        for name in try subcommands(of: ["lb"]) {
            let command = try Command(["lb", name, "--help"])
            #expect(command.exitCode == 0)
            #expect(command.output.hasPrefix("OVERVIEW: "), "\(name)")
            #expect(command.output.contains("apus lb \(name)"), "\(name)")
            #expect(command.output.contains("EXAMPLE"), "\(name)")
        }
    }

    /// The names that the help of `path` lists.
    private func subcommands(of path: [String]) throws -> [String] {
        let help = try Command(path + ["--help"]).output
        guard let list = help.firstRange(of: "SUBCOMMANDS:\n") else { return [] }
        return help[list.upperBound...].split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
    }
}
