/// A command as the argument parser describes it (its `ToolInfoV0`), as far as a man page needs it.
struct CommandDescription: Decodable {
    struct Document: Decodable {
        let command: CommandDescription
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            /// With its dashes.
            var spelled: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
        let discussion: String?

        /// As it is typed: `--name <value>`, or `<value>`.
        var usage: (words: String, value: String?) {
            let longest = names?.max { $0.spelled.utf8.count < $1.spelled.utf8.count }?.spelled
            return (longest ?? "", kind == "flag" ? nil : valueName ?? "value")
        }
    }

    let commandName: String
    let superCommands: [String]?
    let shouldDisplay: Bool?
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandDescription]?

    /// The words that call the command.
    var path: [String] { (superCommands ?? []) + [commandName] }

    /// The parser's own `help` is left out, which every page would repeat.
    var visibleSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// The help and the version, which every command shows, are left out.
    var visibleArguments: [Argument] {
        (arguments ?? []).filter { argument in
            argument.shouldDisplay && argument.names?.contains { ["help", "version"].contains($0.name) } != true
        }
    }

    /// What can be called in `self`: its subcommands, or for the root its tools.
    func leaves(of root: CommandDescription) -> [CommandDescription] {
        visibleSubcommands.isEmpty ? [self] : visibleSubcommands
    }
}
