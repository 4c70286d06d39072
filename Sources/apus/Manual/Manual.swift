import ArgumentParser
import FoundationEssentials

/// Man pages made from a command's own description, so that they cannot say anything else.
enum Manual {
    struct Page {
        /// Such as `apus-lb.1`.
        let name: String
        let text: String
    }

    /// A page for the command, and one for each of its tools, with the tool's subcommands in it.
    static func pages(of command: any ParsableCommand.Type, version: String) throws -> [Page] {
        let root = try description(of: command)
        let tools = root.visibleSubcommands.filter { !$0.visibleSubcommands.isEmpty }
        return ([root] + tools).map { described in
            var page = Roff()
            let name = described.path.joined(separator: "-")
            page.title(name, section: 1, source: "apus \(version)")
            page.section("NAME")
            page.line("\(name) \\- \(Roff.escaped(lowercasedStart(of: described.abstract ?? "")))")
            page.section("SYNOPSIS")
            for command in described.leaves(of: root) { page.synopsis(of: command) }
            page.section("DESCRIPTION")
            page.line(Roff.escaped(described.abstract ?? ""))
            page.options(of: described)
            for command in described.visibleSubcommands {
                page.section(command.path.joined(separator: " "))
                page.paragraph(command.abstract ?? "")
                page.options(of: command)
                page.discussion(command.discussion ?? "", heading: "SS")
            }
            page.discussion(described.discussion ?? root.discussion ?? "", heading: "SH")
            page.section("SEE ALSO")
            let others = [root] + tools
            page.line(
                others.filter { $0.path != described.path }.map { Roff.escaped($0.path.joined(separator: "-")) + "(1)" }
                    .joined(separator: ", "))
            return Page(name: "\(name).1", text: page.text)
        }
    }

    /// What the parser knows of `command`, which it tells as JSON.
    private static func description(of command: any ParsableCommand.Type) throws -> CommandDescription {
        let json: String
        do {
            _ = try command.parseAsRoot(["--experimental-dump-help"])
            preconditionFailure("the parser answers a request for its description with an error that carries it")
        } catch {
            json = command.fullMessage(for: error)
        }
        return try JSONDecoder().decode(CommandDescription.Document.self, from: Data(json.utf8)).command
    }

    private static func lowercasedStart(of sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? sentence.dropLast() : Substring(sentence)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
