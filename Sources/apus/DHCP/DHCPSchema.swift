import ArgumentParser
import DHCPServer

/// Prints what a configuration may say.
struct DHCPSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print what a configuration may say.",
        discussion: """
            EXAMPLES:
              apus dhcp schema --json-schema > dhcp.schema.json    for an editor, which then knows every key
              apus dhcp schema --markdown                          the reference page, to read
            """)

    @Flag
    var form = LBSchema.Form.markdown

    func run() {
        switch form {
        case .jsonSchema: print(ServerConfiguration.jsonSchema)
        case .markdown: print(ServerConfiguration.referencePage)
        }
    }
}
