import Wire

/// What one word of a target list stands for: addresses, or a name that has to be looked up.
public struct TargetSpecification: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case pattern(OctetPattern)
        case run(ClosedRange<TargetAddress>)
        case name(String, prefixLength: Int?)
    }

    /// The text that it was read from.
    public let text: String
    let content: Content

    /// Reads nmap's syntax: a name, `192.0.2.1`, `192.0.2.0/24`, `10.0.0-255.1,3,7-254`, `2001:db8::/120`, `fe80::1%eth0`; also
    /// `first-last` of two whole addresses.
    ///
    /// `zone` gives the index of an interface that an IPv6 address names.
    public init(
        _ text: String, zone: (String) -> UInt32? = { UInt32($0) }
    ) throws(SpecificationError) {
        self.text = text
        guard !text.isEmpty else { throw SpecificationError("a target is missing", in: text, at: 0) }
        guard text.utf8.count <= 1024 else { throw SpecificationError("a target is too long", in: text, at: 1024) }
        if text.utf8.contains(0x3A) {
            content = try Self.version6(text, zone)
        } else if let run = Self.wholeRange(text) {
            guard run.0 <= run.1 else {
                throw SpecificationError("the range ends before it begins", in: text, at: run.at)
            }
            content = .run(.ipv4(run.0)...(.ipv4(run.1)))
        } else if Self.looksNumeric(text) {
            content = .pattern(try OctetPattern(text))
        } else {
            content = try Self.name(text)
        }
    }

    /// The name to look up; nil if addresses were given.
    public var name: String? {
        if case .name(let name, _) = content { name } else { nil }
    }

    /// Adds what it stands for; `addresses` are those that its name has, if it is a name.
    public func include(in builder: inout TargetSetBuilder, addresses: [TargetAddress] = []) {
        switch content {
        case .pattern(let pattern): builder.include(pattern)
        case .run(let run): builder.include(run)
        case .name(_, let length):
            for address in addresses { builder.include(Self.network(of: address, length)) }
        }
    }

    /// Keeps what it stands for out.
    public func exclude(from builder: inout TargetSetBuilder, addresses: [TargetAddress] = []) {
        switch content {
        case .pattern(let pattern): builder.exclude(pattern)
        case .run(let run): builder.exclude(run)
        case .name(_, let length):
            for address in addresses { builder.exclude(Self.network(of: address, length)) }
        }
    }

    private static func network(of address: TargetAddress, _ length: Int?) -> ClosedRange<TargetAddress> {
        guard let length else { return address...address }
        switch address {
        case .ipv4(let address):
            let prefix = IPv4Prefix(containing: address, length: min(length, 32))
            return .ipv4(prefix.address)...(.ipv4(prefix.last))
        case .ipv6(let address, let zone):
            let prefix = IPv6Prefix(containing: address, length: length)
            return .ipv6(prefix.address, zone: zone)...(.ipv6(prefix.last, zone: zone))
        }
    }

    /// Whether the text is made of what octets are written with: a name has a letter.
    private static func looksNumeric(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || ".-*,/".utf8.contains($0) }
    }

    private static func wholeRange(_ text: String) -> (IPv4Address, IPv4Address, at: Int)? {
        guard let dash = text.firstIndex(of: "-"), let first = IPv4Address(String(text[..<dash])),
            let last = IPv4Address(String(text[text.index(after: dash)...]))
        else { return nil }
        return (first, last, text.utf8.distance(from: text.startIndex, to: dash) + 1)
    }

    private static func name(_ text: String) throws(SpecificationError) -> Content {
        var name = text[...]
        var length: Int?
        if let slash = text.firstIndex(of: "/") {
            name = text[..<slash]
            let offset = text.utf8.distance(from: text.startIndex, to: slash) + 1
            length = try prefixLength(text[text.index(after: slash)...], most: 128, in: text, at: offset)
        }
        for (offset, octet) in name.utf8.enumerated() {
            let isLetter = (0x61...0x7A).contains(octet | 0x20) || octet > 0x7F
            guard isLetter || (0x30...0x39).contains(octet) || ".-_".utf8.contains(octet) else {
                throw SpecificationError("neither an address nor a name", in: text, at: offset)
            }
        }
        guard let first = name.utf8.first, !"-.".utf8.contains(first), name.utf8.count <= 253 else {
            throw SpecificationError("neither an address nor a name", in: text, at: 0)
        }
        return .name(String(name), prefixLength: length)
    }

    static func prefixLength(
        _ digits: Substring, most: Int, in text: String, at offset: Int
    ) throws(SpecificationError) -> Int {
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(digits), length <= most
        else { throw SpecificationError("a prefix has 0 to \(most) bits", in: text, at: offset) }
        return length
    }
}

extension TargetSpecification {
    private static func version6(
        _ text: String, _ zone: (String) -> UInt32?
    ) throws(SpecificationError) -> Content {
        var rest = text[...]
        var length: Int?
        func offset(_ index: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: index) }
        if let slash = rest.lastIndex(of: "/") {
            let start = text.index(after: slash)
            length = try prefixLength(text[start...], most: 128, in: text, at: offset(start))
            rest = rest[..<slash]
        }
        if length == nil, let dash = rest.firstIndex(of: "-"), rest[rest.index(after: dash)...].utf8.contains(0x3A) {
            let (first, index) = try address(rest[..<dash], text, zone)
            let (last, other) = try address(rest[rest.index(after: dash)...], text, zone)
            guard first <= last, index == other || other == 0 else {
                throw SpecificationError("the range ends before it begins", in: text, at: offset(dash) + 1)
            }
            return .run(.ipv6(first, zone: index)...(.ipv6(last, zone: index)))
        }
        let (found, index) = try address(rest, text, zone)
        let prefix = IPv6Prefix(containing: found, length: length ?? 128)
        guard prefix.length >= 128 - 48 else {
            throw SpecificationError(
                "a /\(prefix.length) has more addresses than can be scanned; the shortest is /80", in: text,
                at: offset(rest.endIndex))
        }
        return .run(.ipv6(prefix.address, zone: index)...(.ipv6(prefix.last, zone: index)))
    }

    private static func address(
        _ part: Substring, _ text: String, _ zone: (String) -> UInt32?
    ) throws(SpecificationError) -> (IPv6Address, UInt32) {
        var digits = part
        var index: UInt32 = 0
        let start = text.utf8.distance(from: text.startIndex, to: part.startIndex)
        if let percent = part.firstIndex(of: "%") {
            let name = part[part.index(after: percent)...]
            guard !name.isEmpty, let found = zone(String(name)), found > 0 else {
                throw SpecificationError(
                    "there is no interface of this name", in: text,
                    at: start + part.utf8.distance(from: part.startIndex, to: percent) + 1)
            }
            index = found
            digits = part[..<percent]
        }
        guard let address = IPv6Address(String(digits)) else {
            throw SpecificationError("not an IPv6 address", in: text, at: start)
        }
        return (address, index)
    }
}
