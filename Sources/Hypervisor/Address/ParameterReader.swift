import Link
import Wire

/// Reads parameters that are text, each with the name that errors call it by.
enum ParameterReader {
    static func limit(_ count: Int, _ field: String) throws(ParameterError) {
        guard count <= DropletParameters.listLimit else {
            throw ParameterError(field, "there are \(count), and \(DropletParameters.listLimit) at most")
        }
    }

    /// A droplet's identifier, which is part of log lines and of page tokens.
    static func identifier(_ text: String, _ field: String) throws(ParameterError) -> String {
        guard (1...128).contains(text.utf8.count),
            text.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: ":") })
        else { throw ParameterError(field, "it is 1 to 128 of letters, digits, '.', '_', ':' and '-'") }
        return text
    }

    /// A port's name goes into the text of flows, so nothing but words.
    static func port(_ text: String, _ field: String) throws(ParameterError) -> String {
        let reserved: Set = [
            "local", "normal", "flood", "all", "controller", "in_port", "any", "none", "drop", "table",
        ]
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy(isWord), let first = text.utf8.first,
            isLetter(first), !reserved.contains(text.lowercased())
        else {
            throw ParameterError(
                field, "it is an interface's name such as tap17: a letter, then up to 14 letters, digits, '.', '_', '-'"
            )
        }
        return text
    }

    static func hardwareAddress(_ text: String, _ field: String) throws(ParameterError) -> MACAddress {
        guard let address = MACAddress(text), !address.isMulticast, address != .zero else {
            throw ParameterError(field, "it is the address of one interface such as 02:00:00:00:01:01")
        }
        return address
    }

    static func ipv4(_ text: String, _ field: String) throws(ParameterError) -> IPv4Address {
        guard let address = IPv4Address(text), isUsable(address) else {
            throw ParameterError(field, "it is one host's IPv4 address such as 192.0.2.1")
        }
        return address
    }

    static func ipv4WithPrefix(_ text: String, _ field: String) throws(ParameterError) -> (IPv4Address, IPv4Prefix) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(String(parts[0])), isUsable(address),
            let length = number(parts[1], in: 8...32)
        else { throw ParameterError(field, "it is an address with the length of its prefix such as 192.0.2.10/24") }
        let prefix = IPv4Prefix(containing: address, length: length)
        guard length >= 31 || (address != prefix.address && address != prefix.last) else {
            throw ParameterError(field, "\(address) is the network's own address, or its broadcast address")
        }
        return (address, prefix)
    }

    static func ipv6WithPrefix(_ text: String, _ field: String) throws(ParameterError) -> (IPv6Address, IPv6Prefix) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv6Address(String(parts[0])), isUsable(address),
            let length = number(parts[1], in: 16...128)
        else { throw ParameterError(field, "it is an address with the length of its prefix such as 2001:db8::11/64") }
        let prefix = IPv6Prefix(containing: address, length: length)
        guard length >= 127 || address != prefix.address else {
            throw ParameterError(field, "\(address) stands for all routers of its prefix")
        }
        return (address, prefix)
    }

    static func server(_ text: String, _ field: String) throws(ParameterError) -> InternetAddress {
        if let address = IPv4Address(text), isUsable(address) { return .ipv4(address) }
        if let address = IPv6Address(text), isUsable(address) { return .ipv6(address) }
        throw ParameterError(field, "it is a server's address such as 192.0.2.53 or 2001:db8::53")
    }

    static func domain(_ text: String, _ field: String) throws(ParameterError) -> DomainName {
        guard isName(text), let name = DomainName(text), name != .root else {
            throw ParameterError(field, "it is a domain such as example.org")
        }
        return name
    }

    static func hostName(_ text: String, _ field: String) throws(ParameterError) -> String {
        guard isName(text), DomainName(text) != nil, !text.hasSuffix(".") else {
            throw ParameterError(field, "it is a name such as web-1: letters, digits and '-', with dots between labels")
        }
        return text
    }

    static func text(_ text: String, _ field: String, limit: Int) throws(ParameterError) -> String {
        guard text.utf8.count <= limit, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ParameterError(field, "it is up to \(limit) printing characters of ASCII")
        }
        return text
    }

    static func isUsable(_ address: IPv4Address) -> Bool {
        !address.isUnspecified && !address.isMulticast && !address.isLoopback && address.rawValue >> 28 != 0xF
            && address.rawValue >> 24 != 0
    }

    static func isUsable(_ address: IPv6Address) -> Bool {
        !address.isUnspecified && !address.isMulticast && !address.isLoopback && !address.isLinkLocal
            && address.mappedIPv4 == nil
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let number = Int(text) else {
            return nil
        }
        return range.contains(number) ? number : nil
    }

    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.hasPrefix("-") && !label.hasSuffix("-")
            } && text.utf8.allSatisfy { isWord($0) }
    }

    private static func isLetter(_ octet: UInt8) -> Bool { (0x41...0x5A).contains(octet & 0xDF) }
    private static func isDigit(_ octet: UInt8) -> Bool { (0x30...0x39).contains(octet) }
    private static func isWord(_ octet: UInt8) -> Bool {
        isLetter(octet) || isDigit(octet) || octet == UInt8(ascii: ".") || octet == UInt8(ascii: "_")
            || octet == UInt8(ascii: "-")
    }
}
