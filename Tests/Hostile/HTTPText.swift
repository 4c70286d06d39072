/// The grammar's odds and ends, written anew: what judges the proxy shares no code with it.
enum HTTPText {
    static func isToken(_ octets: some Collection<UInt8>) -> Bool {
        !octets.isEmpty
            && octets.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
                }
            }
    }

    static func text(_ octets: some Sequence<UInt8>) -> String { Escapes.show(octets, limit: .max) }

    static func isNumber(_ octets: some Collection<UInt8>, digits: Int = 18) -> Bool {
        (1...digits).contains(octets.count) && octets.allSatisfy { (0x30...0x39).contains($0) }
    }

    static func number(_ octets: some Collection<UInt8>) -> Int? {
        isNumber(octets) ? octets.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
    }

    /// `host[:port]` with nothing about it that two readers could take differently.
    static func isAuthority(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inside = rest[rest.index(after: rest.startIndex)..<end]
            guard inside.count >= 2, inside.contains(UInt8(ascii: ":")),
                inside.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) })
            else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let allowed = "!$&'()*+-.;=_~%".utf8
            for octet in rest[..<end] {
                switch octet {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue
                default: if !allowed.contains(octet) { return false }
                }
            }
            guard end > rest.startIndex else { return false }
            rest = rest[end...]
        }
        guard let colon = rest.popFirst() else { return true }
        guard colon == UInt8(ascii: ":") else { return false }
        if rest.isEmpty { return true }
        guard rest.count <= 5, let port = number(rest) else { return false }
        return port <= 65535
    }

    /// The members of a list, in lower case.
    static func members(_ value: String) -> [String] {
        value.split(separator: ",").map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()).lowercased()
        }
        .filter { !$0.isEmpty }
    }
}

/// A head or trailer section, read strictly.
struct FieldLines {
    var lines: [(name: String, value: String)] = []
    /// Behind the empty line.
    var end = 0

    enum Result {
        case whole(FieldLines)
        case incomplete
        case fault(String)
    }

    static func read(_ octets: [UInt8], from start: Int) -> Result {
        var fields = FieldLines()
        var position = start
        while true {
            guard let feed = octets[position...].firstIndex(of: 0x0A) else { return .incomplete }
            guard feed > position, octets[feed - 1] == 0x0D else { return .fault("a bare line feed") }
            let line = octets[position..<feed - 1]
            position = feed + 1
            if line.isEmpty {
                fields.end = position
                return .whole(fields)
            }
            if line.contains(0x0D) { return .fault("a bare carriage return") }
            if line.first == 0x20 || line.first == 0x09 { return .fault("a folded line") }
            if line.contains(where: { $0 < 0x20 && $0 != 9 || $0 == 0x7F }) { return .fault("a control character") }
            guard let colon = line.firstIndex(of: 0x3A) else { return .fault("a line without a colon") }
            guard HTTPText.isToken(line[..<colon]) else { return .fault("a field name that is no token") }
            var value = line[(colon + 1)...]
            while value.first == 0x20 || value.first == 9 { value = value.dropFirst() }
            while value.last == 0x20 || value.last == 9 { value = value.dropLast() }
            fields.lines.append((HTTPText.text(line[..<colon]).lowercased(), HTTPText.text(value)))
        }
    }

    func values(_ name: String) -> [String] { lines.filter { $0.name == name }.map(\.value) }

    /// Whether a line `Name: value`, or of the name alone, is there.
    func has(_ line: String) -> Bool {
        guard let colon = line.firstRange(of: ": ") else { return !values(line.lowercased()).isEmpty }
        return values(line[..<colon.lowerBound].lowercased()).contains(String(line[colon.upperBound...]))
    }
}

/// A chunked body, read strictly.
enum ChunkedBody {
    enum Result {
        case whole([UInt8], trailers: [String], end: Int)
        case incomplete
        case fault(String)
    }

    static func read(_ octets: [UInt8], from start: Int) -> Result {
        var body: [UInt8] = []
        var position = start
        while true {
            guard let feed = octets[position...].firstIndex(of: 0x0A) else { return .incomplete }
            guard feed > position, octets[feed - 1] == 0x0D else { return .fault("a bare line feed in chunks") }
            let line = octets[position..<feed - 1]
            let digits = line.prefix { $0 != UInt8(ascii: ";") }
            guard (1...15).contains(digits.count),
                digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }),
                let size = Int(HTTPText.text(digits), radix: 16)
            else { return .fault("a chunk size that is none") }
            if line.contains(where: { $0 < 0x20 && $0 != 9 || $0 == 0x7F }) {
                return .fault("a control in a chunk's line")
            }
            position = feed + 1
            if size == 0 {
                switch FieldLines.read(octets, from: position) {
                case .whole(let fields): return .whole(body, trailers: fields.lines.map(\.name), end: fields.end)
                case .incomplete: return .incomplete
                case .fault(let fault): return .fault(fault + " in trailers")
                }
            }
            guard octets.count - position >= size + 2 else { return .incomplete }
            body += octets[position..<position + size]
            position += size
            guard octets[position] == 0x0D, octets[position + 1] == 0x0A else {
                return .fault("chunk data without an end")
            }
            position += 2
        }
    }
}
