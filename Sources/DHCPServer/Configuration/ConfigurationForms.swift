import DHCP
import Linux
import Settings
import Wire

/// The forms of text that a DHCP server's file has.
enum ConfigurationForms {
    static let address = Schema<IPv4Address>.text(
        Form("an IPv4 address", examples: ["192.168.1.1"], pattern: "^[0-9.]+$"), write: { $0.description }
    ) { text throws(Refusal) in
        guard let address = IPv4Address(text) else {
            throw Refusal(text.contains("/") ? "leave out the prefix length" : nil)
        }
        return address
    }

    static let prefix = Schema<IPv4Prefix>.text(
        Form("a subnet", examples: ["192.168.1.0/24"], pattern: "^[0-9.]+/[0-9]{1,2}$")
    ) { text throws(Refusal) in
        if let prefix = IPv4Prefix(text) { return prefix }
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let address = IPv4Address(String(parts[0])), let length = Int(parts[1]),
            (0...32).contains(length)
        else { throw Refusal() }
        throw Refusal("did you mean '\(IPv4Prefix(containing: address, length: length))'?")
    }

    /// The first and the last address, or a prefix.
    static let range = Schema<ConfigurationDraft.AddressRange>.text(
        Form(
            "a range of addresses", examples: ["192.168.1.100-192.168.1.199", "10.0.4.0/22"],
            pattern: "^[0-9.]+ ?[-/] ?[0-9.]+$")
    ) { text throws(Refusal) in
        if let prefix = IPv4Prefix(text) {
            return ConfigurationDraft.AddressRange(first: prefix.address, last: prefix.last)
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            IPv4Address(String(part.drop { $0 == " " }.prefix { $0 != " " }))
        }
        guard ends.count == 2, let first = ends[0], let last = ends[1] else { throw Refusal() }
        guard first <= last else { throw Refusal("did you mean '\(last)-\(first)'?") }
        return ConfigurationDraft.AddressRange(first: first, last: last)
    }

    static let hardware = Schema<MACAddress>.text(
        Form(
            "a hardware address", examples: ["02:00:5e:10:00:01"],
            pattern: "^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$")
    ) { text throws(Refusal) in
        guard let address = MACAddress(text) else { throw Refusal() }
        guard !address.isMulticast else { throw Refusal("it is a group's, not a station's") }
        return address
    }

    /// Octets in hexadecimal, with or without colons.
    static let octets = Schema<[UInt8]>.text(
        Form(
            "octets in hexadecimal", examples: ["00:01:ab", "0001ab"],
            pattern: "^[0-9A-Fa-f]{1,2}([:-]?[0-9A-Fa-f]{1,2})*$", mayBeNumber: true)
    ) { text throws(Refusal) in
        guard let octets = hexadecimal(text), !octets.isEmpty else { throw Refusal() }
        guard octets.count <= 1024 else { throw Refusal("at most 1024 octets are allowed") }
        return octets
    }

    /// Octets as `0x` and hexadecimal digits, or as they stand.
    static let identifier = Schema<[UInt8]>.text(
        Form(
            "octets, as text or as hexadecimal behind 0x", examples: ["eth0/1", "0x0106"], pattern: "^.+$",
            mayBeNumber: true)
    ) { text throws(Refusal) in
        guard !text.isEmpty, text.utf8.count <= 512 else { throw Refusal() }
        guard text.hasPrefix("0x") else { return Array(text.utf8) }
        guard let octets = hexadecimal(String(text.dropFirst(2))), !octets.isEmpty, octets.count <= 255 else {
            throw Refusal()
        }
        return octets
    }

    static let duid = Schema<DUID>.text(
        Form(
            "a DUID in hexadecimal", examples: ["00:03:00:01:02:00:5e:10:00:01"],
            pattern: "^[0-9A-Fa-f]{1,2}([:-]?[0-9A-Fa-f]{1,2})*$", mayBeNumber: true)
    ) { text throws(Refusal) in
        guard let octets = hexadecimal(text), let duid = DUID(octets: octets) else {
            throw Refusal("it has 3 to 130 octets")
        }
        return duid
    }

    static let domain = Schema<DomainName>.text(
        Form("a domain", examples: ["lan.example"], pattern: "^[!-~]+$")
    ) { text throws(Refusal) in
        guard let name = DomainName(text), name != .root else { throw Refusal() }
        return name
    }

    /// A host's name: labels of letters, digits and hyphens.
    static let hostName = Schema<String>.text(
        Form("a host's name", examples: ["printer"], pattern: "^[A-Za-z0-9.-]+$"), write: { $0 }
    ) { text throws(Refusal) in
        guard !text.isEmpty, text.utf8.count <= 63, DHCPv4.hostName(Array(text.utf8).span.octets) == text.lowercased()
        else { throw Refusal() }
        return text.lowercased()
    }

    /// Text that goes out as it is.
    static func text(_ noun: String, _ example: String, limit: Int = 255) -> Schema<String> {
        Schema<String>.text(Form(noun, examples: [example], pattern: "^[ -~]+$", mayBeNumber: true), write: { $0 }) {
            text throws(Refusal) in
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw Refusal() }
            guard text.utf8.count <= limit else { throw Refusal("at most \(limit) characters are allowed") }
            return text
        }
    }

    static let interface = Schema<String>.text(
        Form("an interface", examples: ["eth0", "br-lan"], pattern: "^[^/ ]{1,15}$"), write: { $0 }
    ) { text throws(Refusal) in
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F }
        guard (1...15).contains(text.utf8.count), isPlain, text != ".", text != ".." else { throw Refusal() }
        return text
    }

    static let listening = Schema<SocketAddress>.text(
        Form(
            "an address", examples: ["127.0.0.1:9547", ":9547", "[::1]:9547"],
            pattern: #"^([0-9.]+|\[[0-9A-Fa-f:.]+\])?:[0-9]{1,5}$"#),
        write: { $0.description }
    ) { text throws(Refusal) in
        guard let address = SocketAddress(text) else { throw Refusal("give an address of this machine and a port") }
        return address
    }

    static let file = Schema<String>.text(
        Form("a file", examples: ["/var/lib/apus/dhcp.sqlite"], pattern: "^[^\\u0000]+$"), write: { $0 }
    ) { text throws(Refusal) in
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Refusal() }
        return text
    }

    static let className = Schema<String>.text(
        Form("a class's name", examples: [], pattern: Form.name.pattern)
    ) { text throws(Refusal) in text }.placed

    private static let architectures: [(String, UInt16)] = [
        ("bios", 0), ("uefi-x86", 6), ("uefi-x64", 7), ("uefi-bc", 9), ("uefi-arm32", 10), ("uefi-arm64", 11),
        ("uefi-x86-http", 15), ("uefi-x64-http", 16), ("uefi-arm32-http", 18), ("uefi-arm64-http", 19),
        ("uefi-riscv64", 27), ("uefi-riscv64-http", 28),
    ]

    /// What a client can boot, by name or by number.
    static let architecture = Schema<ProcessorArchitecture>.text(
        Form(
            "an architecture", examples: architectures.map(\.0) + ["7"],
            pattern: "^([a-z0-9-]+|[0-9]{1,5})$", mayBeNumber: true)
    ) { text throws(Refusal) in
        if let known = architectures.first(where: { $0.0 == text }) {
            return ProcessorArchitecture(rawValue: known.1)
        }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(text) else { throw Refusal() }
        return ProcessorArchitecture(rawValue: number)
    }

    /// The octets that pairs of hexadecimal digits stand for; of an octet between colons one digit suffices.
    static func hexadecimal(_ text: String) -> [UInt8]? {
        if text.contains(":") || text.contains("-") {
            var octets: [UInt8] = []
            for part in text.split(whereSeparator: { $0 == ":" || $0 == "-" }) {
                guard part.utf8.count <= 2, let octet = UInt8(part, radix: 16) else { return nil }
                octets.append(octet)
            }
            return octets
        }
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let octet = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            octets.append(octet)
        }
        return octets
    }
}
