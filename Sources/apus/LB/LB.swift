import ArgumentParser

/// The load balancer's commands.
struct LB: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lb",
        abstract: "Balance HTTP and TCP over servers.",
        subcommands: [LBRun.self, LBCheck.self, LBStatus.self, LBTop.self, LBExplain.self, LBSchema.self])
}
