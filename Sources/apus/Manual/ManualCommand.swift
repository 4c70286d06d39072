import ArgumentParser
import FoundationEssentials

/// Writes the man pages: what the help says, in the form that man(1) shows.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Write the man pages into a folder.",
        shouldDisplay: false)

    @Argument(help: "An existing folder.", completion: .directory)
    var folder: String

    func run() throws {
        for page in try Manual.pages(of: Apus.self, version: Version.number) {
            let path = "\(folder)/\(page.name)"
            do {
                try page.text.write(to: URL(filePath: path), atomically: true, encoding: .utf8)
            } catch {
                throw Failure(.cannotCreate, "\(path) cannot be written")
            }
        }
    }
}
