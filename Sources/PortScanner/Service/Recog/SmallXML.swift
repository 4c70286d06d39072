/// Reads the XML that rules are written in: elements, attributes, text, comments and the five entities that need no declaration.
///
/// Declarations of a document type are refused, and with them every entity that could grow.
struct SmallXML {
    enum Event: Equatable {
        case start(String, [String: String])
        case end(String)
        case text(String, in: String)
    }

    static let maximumDepth = 32

    private let octets: [UInt8]
    private var offset = 0
    private var open: [String] = []
    private var pending: String?

    init(_ octets: [UInt8]) { self.octets = octets }

    /// The next event; nil at the document's end.
    mutating func next() throws(ReportError) -> Event? {
        if let name = pending {
            pending = nil
            return .end(name)
        }
        while offset < octets.count {
            guard octets[offset] == UInt8(ascii: "<") else {
                let start = offset
                while offset < octets.count, octets[offset] != UInt8(ascii: "<") { offset += 1 }
                guard let name = open.last else { continue }
                return .text(try decode(octets[start..<offset]), in: name)
            }
            if octets.starts("<?", at: offset) {
                try skip(past: "?>")
            } else if octets.starts("<!--", at: offset) {
                try skip(past: "-->")
            } else if octets.starts("<!", at: offset) {
                throw failure("declarations are not read")
            } else if octets.starts("</", at: offset) {
                offset += 2
                let name = name()
                guard name == open.popLast(), take(">") else { throw failure("an element ends that did not begin") }
                return .end(name)
            } else {
                return try start()
            }
        }
        guard open.isEmpty else { throw failure("the element '\(open.last ?? "")' does not end") }
        return nil
    }

    private mutating func start() throws(ReportError) -> Event {
        offset += 1
        let element = name()
        guard !element.isEmpty, open.count < Self.maximumDepth else { throw failure("not an element") }
        var attributes: [String: String] = [:]
        while true {
            skipSpace()
            if take("/>") {
                pending = element
                return .start(element, attributes)
            }
            if take(">") {
                open.append(element)
                return .start(element, attributes)
            }
            let attribute = name()
            skipSpace()
            guard !attribute.isEmpty, take("=") else { throw failure("an attribute has no value") }
            skipSpace()
            guard offset < octets.count, octets[offset] == 0x22 || octets[offset] == 0x27 else {
                throw failure("a value has no quotation marks")
            }
            let mark = octets[offset]
            offset += 1
            let first = offset
            while offset < octets.count, octets[offset] != mark { offset += 1 }
            guard offset < octets.count else { throw failure("a value does not end") }
            attributes[attribute] = try decode(octets[first..<offset])
            offset += 1
        }
    }

    private mutating func skip(past end: String) throws(ReportError) {
        guard let place = octets.find(end, from: offset) else { throw failure("'\(end)' is missing") }
        offset = place + end.utf8.count
    }

    private mutating func skipSpace() {
        while offset < octets.count, [0x20, 0x09, 0x0A, 0x0D].contains(octets[offset]) { offset += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        skipSpace()
        guard octets.starts(text, at: offset) else { return false }
        offset += text.utf8.count
        return true
    }

    private mutating func name() -> String {
        let start = offset
        while offset < octets.count, octets[offset] > 0x2C, !"/<=>?".utf8.contains(octets[offset]) { offset += 1 }
        return String(decoding: octets[start..<offset], as: UTF8.self)
    }

    private func decode(_ part: ArraySlice<UInt8>) throws(ReportError) -> String {
        var text = ""
        var rest = Substring(String(decoding: part, as: UTF8.self))
        while let mark = rest.firstIndex(of: "&") {
            text += rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            guard let end = rest.firstIndex(of: ";"), rest.distance(from: rest.startIndex, to: end) < 12 else {
                throw failure("an entity does not end")
            }
            let name = rest[..<end]
            switch name {
            case "amp": text += "&"
            case "lt": text += "<"
            case "gt": text += ">"
            case "quot": text += "\""
            case "apos": text += "'"
            default:
                let isHexadecimal = name.hasPrefix("#x")
                guard name.hasPrefix("#"),
                    let number = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
                    let scalar = Unicode.Scalar(number)
                else { throw failure("there is no entity '\(name)'") }
                text.unicodeScalars.append(scalar)
            }
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }

    private func failure(_ message: String) -> ReportError {
        let line = octets[..<min(offset, octets.count)].count { $0 == 0x0A } + 1
        return ReportError("line \(line): \(message)")
    }
}
