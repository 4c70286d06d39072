import ArgumentParser

/// What the demo and the tests need, and nobody else.
struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Try things out on this machine.",
        shouldDisplay: false,
        subcommands: [LabDemo.self, LabRespond.self])
}
