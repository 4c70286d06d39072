import ArgumentParser
import Linux

/// Lists the leases of a running server, or what becomes of them.
struct DHCPLeases: ParsableCommand {
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

    func run() throws {
        let connection = ControlConnection(path: options.control)
        if watch || options.json {
            try connection.ask(watch ? "watch" : "leases") { line in
                if options.json { return Stream.standardOutput.write(line + "\n") }
                let lease = try LeaseDocument(line)
                let client = lease.hardware ?? lease.client ?? ""
                Stream.standardOutput.write(
                    "\(lease.event ?? "?") \(lease.address ?? "") \(client) \(lease.hostName ?? "")\n")
            }
            return
        }
        var rows: [[String]] = []
        let now = Int64(Clock.real / 1_000_000_000)
        try connection.ask("leases") { line in rows.append(Self.row(try LeaseDocument(line), at: now)) }
        for line in Self.table.lines(rows, Style(of: .standardOutput)) { print(line) }
    }

    static let table = Table(["ADDRESS", "STATE", "LEFT", "HARDWARE", "NAME", "CLIENT"], numbersFrom: 6)

    static func row(_ lease: LeaseDocument, at now: Int64) -> [String] {
        [
            lease.address ?? "", lease.state ?? "", lease.left(at: now), lease.hardware ?? "-", lease.hostName ?? "-",
            lease.client ?? "",
        ]
    }
}

/// Shows what is known of an address or a client.
struct DHCPShow: ParsableCommand {
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

    func run() throws {
        guard !what.contains(where: \.isWhitespace) else { throw Failure(.usage, "'\(what)' has a blank in it") }
        var rows: [[String]] = []
        let now = Int64(Clock.real / 1_000_000_000)
        try ControlConnection(path: options.control).ask("show \(what)") { line in
            if options.json { return Stream.standardOutput.write(line + "\n") }
            rows.append(DHCPLeases.row(try LeaseDocument(line), at: now))
        }
        guard !options.json else { return }
        for line in DHCPLeases.table.lines(rows, Style(of: .standardOutput)) { print(line) }
    }
}

/// Ends a lease.
struct DHCPRelease: ParsableCommand {
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

    func run() throws {
        guard !address.contains(where: \.isWhitespace) else { throw Failure(.usage, "'\(address)' is no address") }
        try ControlConnection(path: options.control).ask("release \(address)") { _ in }
        print(options.json ? "{\"released\":\"\(address)\"}" : "\(address) released")
    }
}

/// Keeps an address for a client.
struct DHCPReserve: ParsableCommand {
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

    func run() throws {
        guard remove == (client == nil) else {
            throw Failure(.usage, remove ? "a reservation is given up by its address alone" : "say for whom")
        }
        guard !(address + (client ?? "")).contains(where: \.isWhitespace) else {
            throw Failure(.usage, "an argument has a blank in it")
        }
        let request = client.map { "reserve \(address) \($0)" } ?? "unreserve \(address)"
        try ControlConnection(path: options.control).ask(request) { _ in }
        let word = remove ? "unreserved" : "reserved"
        print(options.json ? "{\"\(word)\":\"\(address)\"}" : "\(address) \(word)")
    }
}
