import ArgumentParser
import FoundationEssentials
import Hypervisor
import ServiceAPI
import SwiftProtobuf

/// Droplets.
struct RNSDroplet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "droplet", abstract: "Make, show, move and forget droplets.",
        subcommands: [
            RNSDropletCreate.self, RNSDropletUpdate.self, RNSDropletShow.self, RNSDropletList.self,
            RNSDropletMove.self, RNSDropletDelete.self,
        ])
}

/// What a droplet is told, by option or as JSON.
struct RNSParameters: ParsableArguments {
    @Option(help: ArgumentHelp("The port of the hypervisor's bridge, such as tap17.", valueName: "name"))
    var port: String?

    @Option(help: ArgumentHelp("The hardware address; one is made if there is none.", valueName: "mac"))
    var mac: String?

    @Option(help: "The name that the droplet is told.")
    var hostname: String?

    @Option(help: ArgumentHelp("A DNS server; may be repeated.", valueName: "address"))
    var dns: [String] = []

    @Option(
        help: ArgumentHelp(
            "All other parameters, as JSON with the names of apus.hvaddr.v1.Parameters: a file, or - for standard input.",
            valueName: "file"), completion: .file())
    var parameters: String?

    /// The parameters, `base` with what the options say.
    func message(changing base: Apus_Hvaddr_V1_Parameters = .init()) throws -> Apus_Hvaddr_V1_Parameters {
        var message = base
        if let parameters {
            do {
                let text =
                    parameters == "-"
                    ? Self.standardInput() : try String(contentsOf: URL(filePath: parameters), encoding: .utf8)
                message = try Apus_Hvaddr_V1_Parameters(jsonString: text)
            } catch {
                throw Failure(.noInput, "\(parameters) cannot be read: \(error)")
            }
        }
        if let port { message.port = port }
        if let mac { message.mac = mac }
        if let hostname { message.hostname = hostname }
        if !dns.isEmpty { message.dnsServers = dns }
        return message
    }

    private static func standardInput() -> String {
        var text = ""
        while let line = readLine(strippingNewline: false) { text += line }
        return text
    }
}

struct RNSDropletCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a droplet with addresses from pools.",
        discussion: """
            EXAMPLES:
              apus rns droplet create d1 --hypervisor hv1 --port tap1 --claim public-1 --claim public-v6
              apus rns droplet create d1 --hypervisor hv1 --port tap1 --claim public-1=203.0.113.7 --dns 203.0.113.53
            """)

    @Argument(help: "The droplet's id.") var id: String
    @Option(help: "The hypervisor that it is on.") var hypervisor: String
    @Option(
        help: ArgumentHelp(
            "A pool that an address is taken from, and which, if not any; may be repeated.", valueName: "pool[=address]"
        ))
    var claim: [String] = []
    @OptionGroup var parameters: RNSParameters
    @OptionGroup var options: RNSOptions

    func run() async throws {
        var request = Apus_Rns_V1_CreateDropletRequest()
        (request.id, request.hypervisor) = (id, hypervisor)
        request.parameters = try parameters.message()
        request.claims = claim.map { text in
            let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
            return .with {
                $0.pool = sides.first ?? ""
                if sides.count > 1 { $0.address = sides[1] }
            }
        }
        let message = request
        let droplet = try await options.call { try await $0.createDroplet(message, options: options.call) }
        try options.show([droplet])
    }
}

struct RNSDropletUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a droplet's parameters; its addresses stay.",
        discussion: "With --parameters the file replaces all parameters; without, the options change those they name.")

    @Argument(help: "The droplet's id.") var id: String
    @OptionGroup var parameters: RNSParameters
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let droplet = try await options.call { client in
            let old = try await client.getDroplet(.with { $0.id = id }, options: options.call)
            var request = Apus_Rns_V1_UpdateDropletRequest()
            // If somebody else changes it meanwhile, that change is not lost.
            (request.id, request.generation) = (id, old.generation)
            request.parameters = try parameters.message(changing: old.parameters)
            return try await client.updateDroplet(request, options: options.call)
        }
        try options.show([droplet])
    }
}

struct RNSDropletShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a droplet with all its parameters, as JSON.")

    @Argument(help: "The droplet's id.") var id: String
    @OptionGroup var options: RNSOptions

    func run() async throws {
        try options.print(
            try await options.call { try await $0.getDroplet(.with { $0.id = id }, options: options.call) })
    }
}

struct RNSDropletList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the droplets.")

    @Option(help: "Of this hypervisor alone.") var hypervisor = ""
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let droplets = try await options.call { client in
            var found: [Apus_Rns_V1_Droplet] = []
            var request = Apus_Rns_V1_ListDropletsRequest()
            request.hypervisor = hypervisor
            repeat {
                let page = try await client.listDroplets(request, options: options.call)
                found += page.droplets
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return found
        }
        try options.show(droplets)
    }
}

struct RNSDropletMove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Put a droplet on another hypervisor; it keeps its addresses.")

    @Argument(help: "The droplet's id.") var id: String
    @Argument(help: "The hypervisor.") var hypervisor: String
    @Option(help: "The port there; as it was if not given.") var port = ""
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let droplet = try await options.call { client in
            try await client.moveDroplet(
                .with {
                    ($0.id, $0.hypervisor, $0.port) = (id, hypervisor, port)
                }, options: options.call)
        }
        try options.show([droplet])
    }
}

struct RNSDropletDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forget a droplet, and give its addresses back.")

    @Argument(help: "The droplet's id.") var id: String
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let answer = try await options.call { try await $0.deleteDroplet(.with { $0.id = id }, options: options.call) }
        if options.json { try options.print(answer) }
    }
}

extension RNSOptions {
    func show(_ droplets: [Apus_Rns_V1_Droplet]) throws {
        try show(droplets, ["DROPLET", "HYPERVISOR", "PORT", "MAC", "ADDRESSES", "GENERATION"], numbersFrom: 5) {
            droplet in
            [
                droplet.id, droplet.hypervisor, droplet.parameters.port, droplet.parameters.mac,
                droplet.allocations.map(\.address).joined(separator: " "), "\(droplet.generation)",
            ]
        }
    }
}
