import ArgumentParser
import GRPCCore
import ServiceAPI
import SwiftProtobuf

/// Shows one droplet.
struct HVAddrGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a droplet's parameters, as 'set --file' takes them.")

    @OptionGroup var options: HVAddrOptions

    @Argument(help: "The droplet.")
    var droplet: String

    func run() async throws {
        let held = try await options.call {
            try await $0.get(.with { $0.dropletID = droplet }, options: options.call).droplet
        }
        if options.json { return try options.print(held) }
        var text = "# generation \(held.configuredGeneration), programmed \(held.programmedGeneration)"
        if !held.programmingError.isEmpty { text += ": \(held.programmingError)" }
        Stream.standardOutput.write(text + "\n" + (try HVAddrFile.text(held.parameters)))
    }
}

/// Lists the droplets.
struct HVAddrList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the droplets.")

    @OptionGroup var options: HVAddrOptions

    func run() async throws {
        let droplets = try await options.call { service in
            var droplets: [Apus_Hvaddr_V1_Droplet] = []
            var token = ""
            repeat {
                let page = try await service.list(.with { $0.pageToken = token }, options: options.call)
                droplets += page.droplets
                token = page.nextPageToken
            } while !token.isEmpty
            return droplets
        }
        if options.json { return try droplets.forEach { try options.print($0) } }
        let table = Table(
            ["DROPLET", "PORT", "MAC", "IPV4", "IPV6", "STATE", "CONFIGURED", "PROGRAMMED"], numbersFrom: 6)
        for line in table.lines(droplets.map(Self.row), Style(of: .standardOutput)) { print(line) }
    }

    static func row(_ droplet: Apus_Hvaddr_V1_Droplet) -> [String] {
        let parameters = droplet.parameters
        let isUp = droplet.programmedGeneration == droplet.configuredGeneration
        return [
            droplet.id, parameters.port, parameters.mac, parameters.hasIpv4 ? parameters.ipv4.address : "-",
            parameters.ipv6.addresses.first ?? "-", isUp ? "up" : "waiting", "\(droplet.configuredGeneration)",
            "\(droplet.programmedGeneration)",
        ]
    }
}

/// Forgets a droplet.
struct HVAddrDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forget a droplet, and take its flows away.")

    @OptionGroup var options: HVAddrOptions

    @Argument(help: "The droplet.")
    var droplet: String

    @Option(help: "The deletion's generation; by default one more than is held.")
    var generation: UInt64?

    func run() async throws {
        let deleted = try await options.call { service in
            var number = generation
            if number == nil {
                number =
                    try await service.get(.with { $0.dropletID = droplet }, options: options.call).droplet
                    .configuredGeneration + 1
            }
            return try await service.delete(
                .with {
                    $0.dropletID = droplet
                    $0.generation = number ?? 1
                }, options: options.call)
        }
        if options.json { return try options.print(deleted) }
        Stream.standardOutput.write(deleted.deleted ? "\(droplet): deleted\n" : "\(droplet): was not held\n")
    }
}

/// Shows what happens to droplets.
struct HVAddrWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show what is held, and each change as it happens, until Ctrl-C.")

    @OptionGroup var options: HVAddrOptions

    @Option(help: "Begin behind the event of this token.")
    var resume = ""

    func run() async throws {
        try await options.call { service in
            var call = options.call
            call.timeout = nil
            try await service.watch(.with { $0.resumeToken = resume }, options: call) { response in
                for try await event in response.messages {
                    if options.json {
                        try options.print(event)
                    } else {
                        let droplet = event.droplet
                        let kind = "\(event.kind)"
                        let end = droplet.programmingError.isEmpty ? "" : " (\(droplet.programmingError))"
                        Stream.standardOutput.write(
                            droplet.id.isEmpty
                                ? "\(kind)\n"
                                : "\(kind) \(droplet.id) \(droplet.parameters.port) configured \(droplet.configuredGeneration) "
                                    + "programmed \(droplet.programmedGeneration)\(end)\n")
                    }
                }
            }
        }
    }
}

/// Shows what was answered and dropped.
struct HVAddrStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what was answered and dropped, of a droplet or of all, and how hvaddrd is.")

    @OptionGroup var options: HVAddrOptions

    @Argument(help: "A droplet; all if none is named.")
    var droplet: String?

    func run() async throws {
        let stats = try await options.call {
            try await $0.stats(.with { $0.dropletID = droplet ?? "" }, options: options.call)
        }
        if options.json { return try options.print(stats) }
        var rows: [[String]] = []
        if stats.hasDaemon {
            let daemon = stats.daemon
            rows += [
                ["droplets", "\(daemon.droplets)"], ["programmed", "\(daemon.programmed)"],
                ["synced generation", "\(daemon.syncedGeneration)"],
                ["port \(daemon.port)", daemon.portOpen ? "up" : "down"], ["port openings", "\(daemon.portOpenings)"],
                ["hvflowd", daemon.flowsReachable ? "up" : "down \(daemon.flowsError)"],
                ["rows set aside", "\(daemon.rowsSetAside)"], ["uptime in seconds", "\(daemon.uptimeSeconds)"],
            ]
        }
        rows += stats.counters.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        for line in Table(["WHAT", "VALUE"], numbersFrom: 2).lines(rows, Style(of: .standardOutput)) { print(line) }
    }
}
