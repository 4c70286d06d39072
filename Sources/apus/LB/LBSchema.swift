import ArgumentParser
import LoadBalancer

/// Prints what a configuration may say.
struct LBSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print what a configuration may say.",
        discussion: """
            EXAMPLES:
              apus lb schema --json-schema > lb.schema.json    for an editor, which then knows every key
              apus lb schema --markdown                        the reference page, to read
            """)

    enum Form: String, EnumerableFlag {
        case jsonSchema, markdown

        static func help(for value: Form) -> ArgumentHelp? {
            switch value {
            case .jsonSchema: "A JSON schema, draft 2020-12."
            case .markdown: "The reference page, in Markdown."
            }
        }
    }

    @Flag
    var form = Form.markdown

    func run() {
        switch form {
        case .jsonSchema: print(Configuration.jsonSchema)
        case .markdown: print(Configuration.referencePage)
        }
    }
}
