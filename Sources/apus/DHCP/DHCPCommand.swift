import ArgumentParser

/// The DHCP server, and what belongs to it.
struct DHCPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dhcp",
        abstract: "Lend addresses: a DHCP server.",
        subcommands: [
            DHCPRun.self, DHCPCheck.self, DHCPSchema.self, DHCPLeases.self, DHCPShow.self, DHCPRelease.self,
            DHCPRenew.self, DHCPReserve.self, DHCPStats.self,
        ])
}
