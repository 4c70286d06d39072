import ArgumentParser
import Hypervisor
import ServiceAPI

/// Says what is wrong with a file of parameters, without a daemon.
struct HVAddrCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is wrong with a file of parameters.",
        discussion: """
            The file is one droplet's parameters, as 'set --file' takes them, or a map of names to parameters, as 'sync' does. No daemon is asked. The first mistake of each droplet is shown; the exit code is 65 if there are any.
            """)

    @Argument(help: "One droplet's parameters, or several droplets, in YAML or JSON.", completion: .file())
    var file: String

    func run() throws {
        let droplets = try HVAddrFile(path: file).content()
        let mistakes = DropletParameters.problems(droplets.map { ($0.name ?? "", $0.parameters) })
        for (name, error) in mistakes {
            Stream.standardError.write("\(file): error: \(name.isEmpty ? "" : "\(name): ")\(error)\n")
        }
        guard mistakes.isEmpty else {
            throw Failure(.configuration, "\(mistakes.count) error\(mistakes.count == 1 ? "" : "s") in \(file)")
        }
        print("\(file): valid (droplets: \(droplets.count))")
    }
}
