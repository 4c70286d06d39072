import ArgumentParser
import GRPCCore
import Linux
import ServiceAPI
import Settings
import SwiftProtobuf

/// Lists the leases of a running server, or what becomes of them.
struct DHCPLeases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leases",
        abstract: "List the leases of a running server.",
        discussion: """
            EXAMPLES:
              apus dhcp leases
              apus dhcp leases --json | jq -r 'select(.state == "bound") | .address'
              apus dhcp leases --watch           each change as it is committed, until Ctrl-C
            """)

    @OptionGroup var options: ControlOptions

    @Flag(help: "Show each change as it is committed, until Ctrl-C.")
    var watch = false

    func run() async throws {
        if watch { return try await show() }
        var rows: [[String]] = []
        let now = Int64(Clock.real / 1_000_000_000)
        try await options.leases { lease in
            if options.json { return Stream.standardOutput.write(lease.json().text(isIndented: false) + "\n") }
            rows.append(lease.row(at: now))
        }
        guard !options.json else { return }
        for line in Self.table.lines(rows, Style(of: .standardOutput)) { print(line) }
    }

    /// Shows what becomes of leases; it ends with the server.
    private func show() async throws {
        // No answer is due at any time.
        var call = CallOptions.defaults
        call.waitForReady = false
        try await options.call { service in
            try await service.watch(Apus_Dhcp_V1_WatchRequest(), options: call) { response in
                for try await event in response.messages {
                    let line = options.json ? event.json.text(isIndented: false) : event.line
                    Stream.standardOutput.write(line + "\n")
                }
            }
        }
        throw options.wentAway
    }

    static let table = Table(["ADDRESS", "STATE", "LEFT", "HARDWARE", "NAME", "CLIENT"], numbersFrom: 6)
}

extension ControlOptions {
    /// Gives each lease to `body`, or each of an address or a client; how many there were.
    @discardableResult
    func leases(matching match: String = "", _ body: (Apus_Dhcp_V1_Lease) -> Void) async throws -> Int {
        try await call { service in
            var (count, token) = (0, "")
            repeat {
                let request = Apus_Dhcp_V1_ListRequest.with {
                    $0.match = match
                    $0.pageToken = token
                }
                let page: Apus_Dhcp_V1_ListResponse
                do {
                    page = try await service.list(request, options: Self.call)
                } catch let error as RPCError where error.code == .invalidArgument && !match.isEmpty {
                    // What reads as no client has no lease.
                    return 0
                }
                for lease in page.leases { body(lease) }
                count += page.leases.count
                token = page.nextPageToken
            } while !token.isEmpty
            return count
        }
    }
}

/// Shows what is known of an address or a client.
struct DHCPShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the leases of an address or a client.",
        discussion: """
            EXAMPLES:
              apus dhcp show 192.168.1.107
              apus dhcp show 02:00:5e:10:00:01
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "An address, a hardware address, or a client as `leases` shows it.")
    var what: String

    func run() async throws {
        guard !what.contains(where: \.isWhitespace) else { throw Failure(.usage, "'\(what)' has a blank in it") }
        var rows: [[String]] = []
        let now = Int64(Clock.real / 1_000_000_000)
        let count = try await options.leases(matching: what) { lease in
            if options.json { return Stream.standardOutput.write(lease.json().text(isIndented: false) + "\n") }
            rows.append(lease.row(at: now))
        }
        guard count > 0 else { throw Failure(.failure, "there is no lease of '\(what)'") }
        guard !options.json else { return }
        for line in DHCPLeases.table.lines(rows, Style(of: .standardOutput)) { print(line) }
    }
}

/// Ends a lease.
struct DHCPRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "End a lease, as if its client had given it back.",
        discussion: """
            The client is not told: it learns it when it renews, and may use the address until then.

            EXAMPLES:
              apus dhcp release 192.168.1.107
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "The address or prefix.")
    var address: String

    func run() async throws {
        guard !address.contains(where: \.isWhitespace) else { throw Failure(.usage, "'\(address)' is no address") }
        _ = try await options.call { service in
            try await service.release(.with { $0.address = address }, options: ControlOptions.call)
        }
        print(options.json ? "{\"released\":\"\(address)\"}" : "\(address) released")
    }
}

/// Keeps an address for a client.
struct DHCPReserve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve",
        abstract: "Keep an address for a client, from now on.",
        discussion: """
            It counts at once, and after restarts: it is kept with the leases. Who has the address now loses it at the next renewal.

            EXAMPLES:
              apus dhcp reserve 192.168.1.7 02:00:5e:10:00:01
              apus dhcp reserve 192.168.1.8 id:01aabbccddeeff
              apus dhcp reserve fd00:1::7 duid:000300010200...
              apus dhcp reserve --remove 192.168.1.7
            """)

    @OptionGroup var options: ControlOptions

    @Flag(help: "Give the reservation up instead.")
    var remove = false

    @Argument(help: "The address.")
    var address: String

    @Argument(help: "The client: a hardware address, or `id:` or `duid:` and hexadecimal digits.")
    var client: String?

    func run() async throws {
        guard remove == (client == nil) else {
            throw Failure(.usage, remove ? "a reservation is given up by its address alone" : "say for whom")
        }
        guard !(address + (client ?? "")).contains(where: \.isWhitespace) else {
            throw Failure(.usage, "an argument has a blank in it")
        }
        try await options.call { service in
            if let client {
                let request = Apus_Dhcp_V1_ReserveRequest.with {
                    $0.address = address
                    $0.client = client
                }
                _ = try await service.reserve(request, options: ControlOptions.call)
            } else {
                _ = try await service.unreserve(.with { $0.address = address }, options: ControlOptions.call)
            }
        }
        let word = remove ? "unreserved" : "reserved"
        print(options.json ? "{\"\(word)\":\"\(address)\"}" : "\(address) \(word)")
    }
}
