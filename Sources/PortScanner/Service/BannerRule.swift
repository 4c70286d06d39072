/// A rule that finds a product in a line of text: literals, `*` for anything, `{v}` for a version, `{x}` for extra words.
///
/// A version is of letters, digits and `._-+~`; it ends where the next literal begins. Matching is a walk without
/// alternatives but the place where each literal is found first, so that hostile text costs its length.
struct BannerRule: Sendable {
    fileprivate enum Part: Sendable { case literal([UInt8]), any, version, extra }

    private let parts: [Part]
    let product: String
    /// `vendor:product` of the CPE.
    let platform: String?
    let operatingSystem: String?

    init(_ pattern: String, _ product: String, _ platform: String? = nil, system: String? = nil) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        func flush() {
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = []
        }
        while let octet = rest.first {
            if octet == UInt8(ascii: "*") {
                flush()
                parts.append(.any)
                rest = rest.dropFirst()
            } else if rest.starts(with: "{v}".utf8) || rest.starts(with: "{x}".utf8) {
                flush()
                parts.append(rest.starts(with: "{v}".utf8) ? .version : .extra)
                rest = rest.dropFirst(3)
            } else {
                literal.append(octet)
                rest = rest.dropFirst()
            }
        }
        flush()
        (self.parts, self.product, self.platform, operatingSystem) = (parts, product, platform, system)
    }

    /// The version and extra words that `text` has where the rule has places for them; nil if it does not match.
    func match(_ text: String) -> (version: String?, extra: String?)? {
        let octets = Array(text.utf8)
        var place = 0
        var (version, extra): (String?, String?) = (nil, nil)
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let wanted):
                let mayMove = index > 0 && parts[index - 1].isAny
                guard let found = Self.find(wanted, in: octets, from: place, mayMove: mayMove) else { return nil }
                place = found + wanted.count
            case .any: break
            case .version:
                let start = place
                var end: [UInt8]?
                if index + 1 < parts.count, case .literal(let next) = parts[index + 1] { end = next }
                while place < octets.count, Self.isVersion(octets[place]) {
                    if let end, octets[place...].starts(with: end) { break }
                    place += 1
                }
                guard place > start else { return nil }
                version = String(decoding: octets[start..<place], as: UTF8.self)
            case .extra:
                let start = place
                if index + 1 < parts.count, case .literal(let next) = parts[index + 1] {
                    guard let found = Self.find(next, in: octets, from: place, mayMove: true) else { return nil }
                    place = found
                } else {
                    place = octets.count
                }
                extra = String(decoding: octets[start..<place], as: UTF8.self)
            }
        }
        guard place == octets.count || parts.last?.isOpen == true else { return nil }
        return (version, extra)
    }

    private static func isVersion(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "._-+~".utf8.contains(octet)
        }
    }

    private static func find(_ wanted: [UInt8], in octets: [UInt8], from start: Int, mayMove: Bool) -> Int? {
        var place = start
        while place + wanted.count <= octets.count {
            if octets[place...].starts(with: wanted) { return place }
            guard mayMove else { return nil }
            place += 1
        }
        return nil
    }
}

extension BannerRule.Part {
    fileprivate var isAny: Bool { if case .any = self { true } else { false } }
    fileprivate var isOpen: Bool { if case .literal = self { false } else { true } }
}

extension ServiceIdentity {
    /// Takes the product of the first rule that matches `text`.
    mutating func apply(_ rules: [BannerRule], to text: String) {
        for rule in rules {
            guard let (version, extra) = rule.match(text) else { continue }
            product = rule.product
            self.version = version
            if let extra, !extra.isEmpty { extraInformation = extra }
            operatingSystem = rule.operatingSystem ?? operatingSystem
            if let platform = rule.platform { platforms.append(Self.platform(platform, version)) }
            return
        }
    }

    /// A CPE name of an application in URI form; what the form does not allow is quoted (NISTIR 7695, 6.1).
    static func platform(_ vendorAndProduct: String, _ version: String?, part: String = "a") -> String {
        let name = "cpe:/\(part):\(vendorAndProduct)"
        guard let version, !version.isEmpty else { return name }
        var quoted = ""
        for octet in version.lowercased().utf8 {
            switch octet {
            case 0x30...0x39, 0x61...0x7A, 0x2E, 0x2D, 0x5F: quoted.unicodeScalars.append(Unicode.Scalar(octet))
            default: quoted += "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
            }
        }
        return name + ":" + quoted
    }

    /// Says that it is Debian's, or another distribution's, if its words do.
    mutating func readDistribution(_ text: String) {
        for (word, system) in [
            ("Debian", "Linux"), ("Ubuntu", "Linux"), ("Red Hat", "Linux"), ("CentOS", "Linux"), ("Fedora", "Linux"),
            ("FreeBSD", "FreeBSD"), ("NetBSD", "NetBSD"), ("OpenBSD", "OpenBSD"), ("Windows", "Windows"),
            ("Win32", "Windows"),
            ("Win64", "Windows"),
        ] where text.contains(word) {
            operatingSystem = system
            return
        }
    }
}
