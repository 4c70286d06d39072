import ArgumentParser
import GRPCCore
import Hypervisor
import ServiceAPI
import SwiftProtobuf

/// Pools of addresses.
struct RNSPool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "Make, show and forget pools of addresses.",
        subcommands: [RNSPoolCreate.self, RNSPoolList.self, RNSPoolDelete.self])
}

struct RNSPoolCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a pool.",
        discussion: """
            EXAMPLES:
              apus rns pool create public-1 203.0.113.0/24 --gateway 203.0.113.1 --reserved 203.0.113.2-203.0.113.9
              apus rns pool create prefixes 2001:db8:100::/40 --delegated-length 56
            """)

    @Argument(help: "The pool's name.") var name: String
    @Argument(help: "Its prefix, such as 203.0.113.0/24.") var prefix: String
    @Option(help: "The router; it is not given to anybody.") var gateway = ""
    @Option(help: "Delegate prefixes of this length instead of lending addresses.") var delegatedLength: UInt32 = 0
    @Option(help: ArgumentHelp("Not given unless asked for; may be repeated.", valueName: "address[-address]"))
    var reserved: [String] = []
    @Option(help: ArgumentHelp("A DNS server for droplets that have none; may be repeated.", valueName: "address"))
    var dns: [String] = []
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let pool = try await options.call { client in
            try await client.createPool(
                .with {
                    ($0.pool.name, $0.pool.prefix, $0.pool.gateway) = (name, prefix, gateway)
                    ($0.pool.delegatedLength, $0.pool.reserved) = (delegatedLength, reserved)
                    $0.pool.dnsServers = dns
                }, options: options.call)
        }
        try options.show([pool])
    }
}

struct RNSPoolList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the pools, and how full they are.")

    @OptionGroup var options: RNSOptions

    func run() async throws {
        try options.show(try await options.call { try await $0.listPools(.init(), options: options.call) }.pools)
    }
}

struct RNSPoolDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forget a pool that nobody has an address of.")

    @Argument(help: "The pool's name.") var name: String
    @OptionGroup var options: RNSOptions

    func run() async throws {
        _ = try await options.call { try await $0.deletePool(.with { $0.name = name }, options: options.call) }
    }
}

/// One hypervisor.
struct RNSHypervisor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hypervisor", abstract: "Make hypervisors known, have them told everything, and forget them.",
        subcommands: [RNSHypervisorSet.self, RNSHypervisorResync.self, RNSHypervisorDelete.self])
}

struct RNSHypervisorSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make a hypervisor known, or change where it is reached.")

    @Argument(help: "The hypervisor's name.") var name: String
    @Argument(help: "Where its hvaddrd serves: unix:/PATH or tcp:ADDRESS:PORT.") var endpoint: String
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let hypervisor = try await options.call { client in
            try await client.setHypervisor(
                .with { ($0.name, $0.endpoint) = (name, endpoint) }, options: options.call)
        }
        if options.json { try options.print(hypervisor) }
    }
}

struct RNSHypervisorResync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resync", abstract: "Have a hypervisor told everything anew.")

    @Argument(help: "The hypervisor's name.") var name: String
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let answer = try await options.call {
            try await $0.resyncHypervisor(.with { $0.name = name }, options: options.call)
        }
        if options.json { try options.print(answer) }
    }
}

struct RNSHypervisorDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forget a hypervisor that no droplet is on.")

    @Argument(help: "The hypervisor's name.") var name: String
    @OptionGroup var options: RNSOptions

    func run() async throws {
        _ = try await options.call { try await $0.deleteHypervisor(.with { $0.name = name }, options: options.call) }
    }
}

struct RNSHypervisors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hypervisors", abstract: "Show the hypervisors, and how far each is behind.",
        discussion: "The exit code is 4 if one of those shown is behind.")

    @Flag(help: "Only those that are behind.") var behind = false
    @OptionGroup var options: RNSOptions

    func run() async throws {
        let hypervisors = try await options.call { client in
            var found: [Apus_Rns_V1_Hypervisor] = []
            var request = Apus_Rns_V1_ListHypervisorsRequest()
            request.behind = behind
            repeat {
                let page = try await client.listHypervisors(request, options: options.call)
                found += page.hypervisors
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return found
        }
        try options.show(
            hypervisors, ["HYPERVISOR", "ENDPOINT", "OWNER", "ERROR", "GENERATION", "APPLIED", "LAG MS"], numbersFrom: 4
        ) { hypervisor in
            [
                hypervisor.name, hypervisor.endpoint, hypervisor.owner, hypervisor.error, "\(hypervisor.generation)",
                "\(hypervisor.appliedGeneration)", "\(hypervisor.lagMilliseconds)",
            ]
        }
        let late = hypervisors.count { $0.appliedGeneration < $0.generation }
        if late > 0 {
            throw Failure(.different, late == 1 ? "1 hypervisor is behind" : "\(late) hypervisors are behind")
        }
    }
}

struct RNSStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how an instance and its store stand, as JSON.")

    @OptionGroup var options: RNSOptions

    func run() async throws {
        try options.print(try await options.call { try await $0.status(.init(), options: options.call) })
    }
}

struct RNSWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show each change of a droplet as it happens, as JSON, one on each line.")

    @Option(help: "Changes after this generation; 0: all that there are first.") var after: UInt64 = 0
    @OptionGroup var options: RNSOptions

    func run() async throws {
        try await options.call { client in
            try await client.watch(.with { $0.afterGeneration = after }) { response in
                for try await change in response.messages { try options.print(change) }
            }
        }
    }
}

extension RNSOptions {
    func show(_ pools: [Apus_Rns_V1_Pool]) throws {
        try show(pools, ["POOL", "PREFIX", "GATEWAY", "DELEGATES", "USED", "CAPACITY"], numbersFrom: 3) { pool in
            [
                pool.name, pool.prefix, pool.gateway, pool.delegatedLength == 0 ? "" : "/\(pool.delegatedLength)",
                "\(pool.used)", "\(pool.capacity)",
            ]
        }
    }
}
