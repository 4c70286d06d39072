import ArgumentParser

/// Prints what a shell needs to complete this command's words.
struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the completions for a shell.",
        discussion: """
            EXAMPLES:
              source <(apus completions bash)
              apus completions zsh > "${fpath[1]}/_apus"
              apus completions fish > ~/.config/fish/completions/apus.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var script: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "Which shell.")
    var shell: Shell

    func run() {
        print(Apus.completionScript(for: shell.script))
    }
}
