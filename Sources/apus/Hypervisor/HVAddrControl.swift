import ArgumentParser
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import ServiceAPI
import SwiftProtobuf

/// An operator's hands on hvaddrd.
struct HVAddrControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hvaddrctl",
        abstract: "Show and change what hvaddrd tells the droplets of its hypervisor.",
        discussion: """
            Parameters are written in YAML or JSON with the names of apus.hvaddr.v1.Parameters.

            EXAMPLES:
              apus hvaddrctl list
              apus hvaddrctl check web-1.yaml
              apus hvaddrctl set web-1 --file web-1.yaml
              apus hvaddrctl set web-2 --port tap18 --mac 02:00:00:00:01:12 --ipv4 192.0.2.11/24 --gateway 192.0.2.1 --wait
              apus hvaddrctl get web-1 > web-1.yaml
              apus hvaddrctl delete web-2
              apus hvaddrctl watch --json
              apus hvaddrctl stats web-1
            """,
        subcommands: [
            HVAddrSet.self, HVAddrSync.self, HVAddrCheck.self, HVAddrGet.self, HVAddrList.self, HVAddrDelete.self,
            HVAddrWatch.self, HVAddrStats.self,
        ])
}

/// What every command of hvaddrctl takes.
struct HVAddrOptions: ParsableArguments {
    /// Where hvaddrd serves unless it is told otherwise.
    static let address = "unix:/run/apus/hvaddrd.sock"

    @Option(help: ArgumentHelp("Where hvaddrd serves: unix:/PATH or tcp:ADDRESS:PORT.", valueName: "address"))
    var address = HVAddrOptions.address

    @Flag(help: "Print JSON: one object, or for lists one on each line.")
    var json = false

    @Option(help: "Give up after so many seconds.")
    var timeout = 30

    @OptionGroup(title: "TLS") var tls: ServiceTLSOptions

    typealias Service = Apus_Hvaddr_V1_HVAddr.Client<HTTP2ClientTransport.Posix>

    var call: CallOptions { ServiceConnection.options(within: .seconds(timeout)) }

    /// Calls the service; what it refuses is a failure whose exit code tells the kind.
    func call<Result: Sendable>(_ body: (Service) async throws -> Result) async throws -> Result {
        do {
            let endpoint = try Endpoint(address)
            return try await ServiceConnection.with(endpoint, tls: tls.files) { client in
                try await body(Service(wrapping: client))
            }
        } catch let error as HypervisorError {
            throw Failure(.usage, "\(error)")
        } catch let error as RPCError {
            let exit: Exit =
                switch error.code {
                case .invalidArgument: .configuration
                case .unavailable, .deadlineExceeded: .unavailable
                default: .failure
                }
            let text =
                error.code == .unavailable ? "hvaddrd does not answer at \(address): \(error.message)" : error.message
            throw Failure(exit, text)
        }
    }

    func print(_ message: some Message) throws {
        Stream.standardOutput.write(try message.jsonString() + "\n")
    }
}

/// Replaces a droplet's parameters.
struct HVAddrSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Replace all parameters of a droplet.",
        discussion:
            "What the options say goes over what the file says. The answer comes when the parameters are durable and served."
    )

    @OptionGroup var options: HVAddrOptions

    @Argument(help: "The droplet.")
    var droplet: String

    @Option(help: ArgumentHelp("The parameters, in YAML or JSON.", valueName: "file"), completion: .file())
    var file: String?

    @Option(help: "The port of the bridge that the droplet is attached to.")
    var port: String?

    @Option(help: "The hardware address of the droplet's interface.")
    var mac: String?

    @Option(help: ArgumentHelp("The IPv4 address with the length of its prefix.", valueName: "address"))
    var ipv4: String?

    @Option(help: ArgumentHelp("The IPv4 gateway.", valueName: "address"))
    var gateway: String?

    @Option(help: ArgumentHelp("An IPv6 address with the length of its prefix; may be repeated.", valueName: "address"))
    var ipv6: [String] = []

    @Option(help: ArgumentHelp("A delegated IPv6 prefix; may be repeated.", valueName: "prefix"))
    var delegate: [String] = []

    @Option(help: ArgumentHelp("A name server; may be repeated.", valueName: "address"))
    var dns: [String] = []

    @Option(help: "The droplet's name.")
    var hostname: String?

    @Option(help: "The link's MTU.")
    var mtu: UInt32?

    @Option(help: "The change's generation; by default one more than is held.")
    var generation: UInt64?

    @Flag(help: "Wait until the switch has the droplet's flows, too.")
    var wait = false

    func run() async throws {
        var parameters = try file.map { try HVAddrFile(path: $0).parameters() } ?? Apus_Hvaddr_V1_Parameters()
        if let port { parameters.port = port }
        if let mac { parameters.mac = mac }
        if let ipv4 { parameters.ipv4.address = ipv4 }
        if let gateway { parameters.ipv4.gateway = gateway }
        if !ipv6.isEmpty { parameters.ipv6.addresses = ipv6 }
        if !delegate.isEmpty { parameters.ipv6.delegatedPrefixes = delegate }
        if !dns.isEmpty { parameters.dnsServers = dns }
        if let hostname { parameters.hostname = hostname }
        if let mtu { parameters.mtu = mtu }
        let wanted = parameters
        let answer = try await options.call { service in
            let number: UInt64
            if let generation { number = generation } else { number = try await nextGeneration(service) }
            var answer = try await service.setParameters(
                .with {
                    $0.dropletID = droplet
                    $0.generation = number
                    $0.parameters = wanted
                }, options: options.call)
            let clock = ContinuousClock()
            let end = clock.now + .seconds(options.timeout)
            while wait, answer.programmedGeneration < answer.configuredGeneration {
                try await Task.sleep(for: .milliseconds(50))
                let held = try await service.get(.with { $0.dropletID = droplet }, options: options.call).droplet
                answer.programmedGeneration = held.programmedGeneration
                guard clock.now < end else {
                    throw Failure(.incomplete, "the flows are not programmed: \(held.programmingError)")
                }
            }
            return answer
        }
        if options.json { return try options.print(answer) }
        let programmed =
            answer.programmedGeneration == answer.configuredGeneration ? "programmed" : "not programmed yet"
        Stream.standardOutput.write(
            "\(droplet): generation \(answer.configuredGeneration) \(answer.changed ? "set" : "held already"), \(programmed)\n"
        )
    }

    private func nextGeneration(_ service: HVAddrOptions.Service) async throws -> UInt64 {
        var held: UInt64 = 0
        do {
            held = try await service.get(.with { $0.dropletID = droplet }, options: options.call).droplet
                .configuredGeneration
        } catch let error as RPCError where error.code == .notFound {}
        let synced = try await service.list(.with { $0.pageSize = 1 }, options: options.call).syncedGeneration
        return max(held, synced) + 1
    }
}

/// Makes the droplets be what a file says.
struct HVAddrSync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Make the droplets be exactly those of a file: a map of names to parameters.")

    @OptionGroup var options: HVAddrOptions

    @Argument(help: "The droplets, in YAML or JSON.", completion: .file())
    var file: String

    @Option(help: "The generation of all of it; by default one more than the greatest that is held.")
    var generation: UInt64?

    func run() async throws {
        let droplets = try HVAddrFile(path: file).droplets()
        let answer = try await options.call { service in
            let number: UInt64
            if let generation { number = generation } else { number = try await nextGeneration(service) }
            return try await service.sync(options: options.call) { writer in
                try await writer.write(.with { $0.generation = number })
                var rest = droplets[...]
                while !rest.isEmpty {
                    let part = rest.prefix(256)
                    rest = rest.dropFirst(256)
                    try await writer.write(
                        .with { request in
                            request.droplets = part.map { name, parameters in
                                .with {
                                    $0.dropletID = name
                                    $0.generation = number
                                    $0.parameters = parameters
                                }
                            }
                        })
                }
            }
        }
        if options.json {
            try options.print(answer)
        } else {
            Stream.standardOutput.write(
                "generation \(answer.generation): \(answer.set) set, \(answer.unchanged) unchanged, \(answer.removed) removed, "
                    + "\(answer.later) later\n")
            for rejection in answer.rejected {
                Stream.standardOutput.write(
                    "\(rejection.dropletID): \(rejection.field.isEmpty ? "" : rejection.field + ": ")\(rejection.reason)\n"
                )
            }
        }
        guard answer.rejected.isEmpty else {
            throw Failure(.configuration, "\(answer.rejected.count) droplets were refused")
        }
    }

    private func nextGeneration(_ service: HVAddrOptions.Service) async throws -> UInt64 {
        var greatest: UInt64 = 0
        var token = ""
        repeat {
            let page = try await service.list(.with { $0.pageToken = token }, options: options.call)
            greatest = max(greatest, page.syncedGeneration, page.droplets.map(\.configuredGeneration).max() ?? 0)
            token = page.nextPageToken
        } while !token.isEmpty
        return greatest + 1
    }
}
