import ArgumentParser
import ServiceAPI
import SwiftProtobuf

/// Tells a client to renew its lease.
struct DHCPRenew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Tell the client that has an address to renew it now.",
        discussion: """
            The server sends a FORCERENEW (RFC 3203, with the nonce of RFC 6704) or a Reconfigure (RFC 8415), up to eight times, until the client comes. Only clients that agreed to it when they took their lease can be told, on networks with `forcerenew` or `dhcpv6: { reconfigure: true }`.

            EXAMPLES:
              apus dhcp renew 192.168.1.107
              apus dhcp renew fd00:1::107
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "The address.")
    var address: String

    func run() async throws {
        guard !address.contains(where: \.isWhitespace) else { throw Failure(.usage, "'\(address)' is no address") }
        _ = try await options.call { service in
            try await service.renew(.with { $0.address = address }, options: ControlOptions.call)
        }
        print(options.json ? "{\"told\":\"\(address)\"}" : "the client of \(address) is being told")
    }
}
