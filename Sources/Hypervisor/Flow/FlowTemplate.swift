import OpenFlow

/// A flow's text in which ports may have names, as it was asked for.
///
/// The names stand where ovs-ofctl takes them: `in_port=`, `output:`, `output(port=…)`, `enqueue:` and `resubmit:`, bare or in
/// quotes. Everything else is ovs-ofctl's own, and is read once the names are numbers.
struct FlowTemplate: Hashable, Sendable {
    /// A piece of the text.
    private enum Part: Hashable, Sendable { case text(String), port(String) }

    private let parts: [Part]
    /// The ports' names, each once, in the order of the text.
    let names: [String]
    /// The name of the port that packets come in at, if it has one.
    let inPort: String?

    /// The most octets of a text.
    static let limit = 32_768

    /// Finds the names in a flow's text.
    init(_ text: String) { self.init(text, isMatch: true) }

    /// Finds the names in a list of actions, or in a group's bucket.
    init(actions text: String) { self.init(text, isMatch: false) }

    private init(_ text: String, isMatch: Bool) {
        var scanner = PortNameScanner(text)
        scanner.scan(isMatch)
        var parts: [Part] = []
        var names: [String] = []
        var end = 0
        for found in scanner.found {
            if found.range.lowerBound > end { parts.append(.text(scanner.string(end..<found.range.lowerBound))) }
            parts.append(.port(found.name))
            if !names.contains(found.name) { names.append(found.name) }
            end = found.range.upperBound
        }
        parts.append(.text(scanner.string(end..<scanner.count)))
        (self.parts, self.names) = (parts, names)
        inPort = scanner.found.first { $0.isMatch }?.name
    }

    /// The text with numbers for names.
    func text(_ number: (String) -> PortNumber) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .port(let name): text += number(name).description
            }
        }
        return text
    }
}

/// Finds the names of ports in a flow's text.
private struct PortNameScanner {
    struct Found {
        /// The octets that the number replaces, quotes included.
        var range: Range<Int>
        var name: String
        /// Whether it is what packets are matched by.
        var isMatch: Bool
    }

    private let octets: [UInt8]
    private(set) var found: [Found] = []

    init(_ text: String) { octets = Array(text.utf8) }

    var count: Int { octets.count }

    func string(_ range: Range<Int>) -> String { String(decoding: octets[range], as: UTF8.self) }

    mutating func scan(_ beginsWithMatch: Bool) {
        var index = 0
        var isMatch = beginsWithMatch
        // Where the parentheses of `output(…)` end, in which `port=` may stand.
        var outputEnd = 0
        while index < octets.count {
            guard Self.isWord(octets[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < octets.count, Self.isWord(octets[index]) { index += 1 }
            guard index < octets.count else { return }
            let (word, next) = (string(start..<index), octets[index])
            let isValue = next == UInt8(ascii: "=") || next == UInt8(ascii: ":")
            if isMatch {
                if word == "actions" || word == "action" {
                    isMatch = false
                } else if word == "in_port", isValue {
                    index = take(from: index + 1, isMatch: true)
                }
                continue
            }
            let opens = next == UInt8(ascii: "(")
            switch word {
            case "output" where opens: outputEnd = end(of: index)
            case "output" where isValue, "watch_port" where isValue, "enqueue" where isValue || opens,
                "resubmit" where isValue || opens:
                index = take(from: index + 1, isMatch: false)
            case "port" where next == UInt8(ascii: "=") && index < outputEnd:
                index = take(from: index + 1, isMatch: false)
            default: break
            }
        }
    }

    /// Takes a value if it is a name; returns where it ends.
    private mutating func take(from start: Int, isMatch: Bool) -> Int {
        var end = start
        if start < octets.count, octets[start] == UInt8(ascii: "\"") {
            end += 1
            while end < octets.count, octets[end] != UInt8(ascii: "\"") { end += 1 }
            guard end < octets.count else { return end }
            found.append(Found(range: start..<end + 1, name: string(start + 1..<end), isMatch: isMatch))
            return end + 1
        }
        let ends = Set(",:() \t".utf8)
        while end < octets.count, !ends.contains(octets[end]) { end += 1 }
        let name = string(start..<end)
        guard Self.isName(name) else { return end }
        found.append(Found(range: start..<end, name: name, isMatch: isMatch))
        return end
    }

    /// Where the parentheses end that begin at an index.
    private func end(of index: Int) -> Int {
        var depth = 0
        for place in index..<octets.count {
            if octets[place] == UInt8(ascii: "(") { depth += 1 }
            if octets[place] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return place }
        }
        return octets.count
    }

    private static let reserved: Set<String> = [
        "in_port", "table", "normal", "flood", "all", "controller", "local", "any", "none",
    ]

    /// Whether a value is a port's name: no number, no word of OpenFlow, no field.
    private static func isName(_ value: String) -> Bool {
        guard let first = value.utf8.first, !reserved.contains(value.lowercased()) else { return false }
        if first &- 0x30 < 10, UInt64(value) != nil || value.hasPrefix("0x") { return false }
        if first == UInt8(ascii: "-") || first == UInt8(ascii: "*") || value.contains("[") { return false }
        return Field(name: value) == nil
    }

    private static func isWord(_ octet: UInt8) -> Bool {
        octet &- 0x30 < 10 || (octet | 0x20) &- 0x61 < 26 || octet == UInt8(ascii: "_")
    }
}
