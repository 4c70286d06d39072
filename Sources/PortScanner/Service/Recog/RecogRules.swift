/// Rules of a file in recog's XML, which the user names: patterns for one kind of text, and what they tell.
public struct RecogRules: Sendable {
    /// A pattern with what its groups, or it as a whole, stand for.
    // A compiled pattern is never changed, and `Regex` is a value whose parts are immutable: it may be used anywhere.
    struct Fingerprint: @unchecked Sendable {
        let pattern: Regex<AnyRegexOutput>
        let description: String
        /// The name of each parameter with a group's number, or a text if that is 0.
        let parameters: [(name: String, group: Int, value: String)]
    }

    /// What the patterns are for, such as `ssh.banner` or `http_header.server`.
    public let matches: String

    let fingerprints: [Fingerprint]

    /// How many patterns could not be compiled: recog is written for another engine.
    public let skipped: Int

    /// The most patterns of a file, and the most octets of text that are matched: a pattern's cost may grow fast with it.
    static let maximumFingerprints = 4096
    static let maximumText = 256

    /// Reads a file; throws `ReportError` if it is none.
    public init(_ octets: [UInt8]) throws(ReportError) {
        var reader = SmallXML(octets)
        var (matches, found, skipped): (String?, [Fingerprint], Int) = (nil, [], 0)
        var current: (pattern: Regex<AnyRegexOutput>?, description: String, parameters: [(String, Int, String)])?
        while let event = try reader.next() {
            switch event {
            case .start("fingerprints", let attributes): matches = attributes["matches"]
            case .start("fingerprint", let attributes):
                guard found.count < Self.maximumFingerprints else {
                    throw ReportError("a file has at most 4,096 fingerprints")
                }
                let flags = attributes["flags"] ?? ""
                let pattern = attributes["pattern"].flatMap { try? Regex($0) }
                current = (flags.contains("REG_ICASE") ? pattern?.ignoresCase() : pattern, "", [])
            case .start("param", let attributes):
                guard let name = attributes["name"] else { continue }
                current?.parameters.append((name, Int(attributes["pos"] ?? "") ?? 0, attributes["value"] ?? ""))
            case .end("fingerprint"):
                guard let entry = current else { continue }
                if let pattern = entry.pattern {
                    found.append(
                        Fingerprint(
                            pattern: pattern, description: entry.description,
                            parameters: entry.parameters.map { (name: $0.0, group: $0.1, value: $0.2) }))
                } else {
                    skipped += 1
                }
                current = nil
            case .text(let text, in: "description"): current?.description += text
            default: continue
            }
        }
        guard let matches else { throw ReportError("it has no 'fingerprints' that say what they match") }
        (self.matches, fingerprints, self.skipped) = (matches, found, skipped)
    }

    /// What the first pattern that matches tells, by recog's names, such as `service.product` or `os.family`.
    public func look(_ text: String) -> [String: String]? {
        let text = String(text.prefix(Self.maximumText))
        for fingerprint in fingerprints {
            guard let match = try? fingerprint.pattern.firstMatch(in: text) else { continue }
            var told: [String: String] = [:]
            for parameter in fingerprint.parameters {
                guard parameter.group > 0 else {
                    told[parameter.name] = parameter.value
                    continue
                }
                guard parameter.group < match.output.count, let part = match.output[parameter.group].substring else {
                    continue
                }
                told[parameter.name] = String(part)
            }
            // A value may name others: `cpe:/a:vendor:product:{service.version}`.
            for (name, value) in told where value.contains("{") {
                var filled = value
                for (other, text) in told where !text.contains("{") {
                    while let range = filled.range(of: "{\(other)}") { filled.replaceSubrange(range, with: text) }
                }
                told[name] = filled.contains("{") ? nil : filled
            }
            return told
        }
        return nil
    }
}

extension ServiceIdentity {
    /// Takes what a file's rules tell of the text that the service said, if our own know no product.
    public mutating func apply(_ rules: RecogRules) {
        guard product == nil || version == nil, let said = banner, rules.matches == Self.kinds[name],
            let told = rules.look(said)
        else {
            return
        }
        func text(_ name: String) -> String? { told[name].map { Sanitizer.text(Array($0.utf8)) } }
        product = text("service.product") ?? product
        version = text("service.version") ?? version
        operatingSystem = operatingSystem ?? text("os.family") ?? text("os.product")
        hostName = hostName ?? text("host.name")
        for name in ["service.cpe23", "os.cpe23"] {
            if let platform = text(name), platform.hasPrefix("cpe:/"), !platforms.contains(platform) {
                platforms.append(platform)
            }
        }
    }

    private static let kinds = [
        "ssh": "ssh.banner", "ftp": "ftp.banner", "smtp": "smtp.banner", "pop3": "pop3.banner", "imap": "imap4.banner",
        "http": "http_header.server", "mysql": "mysql.banner", "telnet": "telnet.banner", "nntp": "nntp.banner",
    ]
}
