extension Explanation {
    static let all = refusals + freedomsOfNode18 + refusalsByOthers + differences

    /// What we take and another parser refuses: the dangerous side, so each class says exactly what it covers.
    static let refusalsByOthers: [Explanation] = [
        other("a method that Node does not list", "RFC 9110, 9.1", ["node"], "methods are open; its list is closed") {
            !["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"].contains($0.ours.method)
                && $1.hasPrefix("HPE_INVALID_METHOD")
        },
        other("a higher minor version", "RFC 9110, 2.5", ["node"], "it is read as the highest that we speak, 1.1") {
            $0.hasHigherMinor && $1.hasPrefix("HPE_INVALID_VERSION")
        },
        other(
            "a trailer that would frame", "RFC 9112, 7.1.2", ["h11", "node"],
            "they read trailers as fields; we drop them, so none can frame anything"
        ) {
            $0.value("transfer-encoding")?.lowercased() == "chunked" && $0.value("content-length") == nil
                && $0.hasTrailer
                && ($1.hasPrefix("HPE_INVALID_TRANSFER_ENCODING: Invalid")
                    || $1.hasPrefix("HPE_INVALID_CONTENT_LENGTH: Content-Length can't")
                    || $1.hasPrefix("Only Transfer-Encoding") || $1.hasPrefix("bad Content-Length")
                    || $1.hasPrefix("conflicting Content-Length"))
        },
        other("a tab behind a length or a coding", "RFC 9110, 5.5", ["node"], "tabs around a value are no part of it") {
            $0.sample.octets.contains(0x09)
                && ($0.value("transfer-encoding")?.lowercased() == "chunked"
                    && $1.hasPrefix("HPE_INVALID_TRANSFER_ENCODING: Request")
                    || $0.value("content-length").map {
                        !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    }
                        == true && $1.hasPrefix("HPE_INVALID_CONTENT_LENGTH: Invalid character"))
        },
        other("an extension's grammar", "RFC 9112, 7.1.1", ["node-20"], "we drop extensions, and do not parse them") {
            $0.sample.octets.contains(0x3B) && $1.hasPrefix("HPE_STRICT: Invalid character in chunk extensions")
        },
        other("equal lengths in a response", "RFC 9110, 8.6", ["node"], "equal lengths are one, and we write one") {
            !$0.sample.isRequest && $1.hasPrefix("HPE_UNEXPECTED_CONTENT_LENGTH")
        },
        other("an empty line before a request", "RFC 9112, 2.2", ["h11"], "a server should pass over one; h11 does not")
        {
            $0.sample.octets.starts(with: [0x0D, 0x0A]) && $1.hasPrefix("no request line")
        },
        other("101 that was not asked for", "RFC 9110, 15.2.2", ["h11"], "h11 knows its request; the worker knows ours")
        {
            $0.ours.status == 101 && $1.contains("SWITCH_UPGRADE")
        },
    ]

    /// What both take, and show otherwise.
    static let differences: [Explanation] = [
        Explanation(
            name: "framing fields in h11's own form", source: "RFC 9112, 6", peers: ["h11"],
            text: "it lowers chunked's case and keeps one of equal lengths; method, body and end agree"
        ) { found in
            guard found.kind == .different("fields"), found.ours.body == found.other.body,
                found.ours.left == found.other.left
            else { return false }
            return found.ours.canonicalFields == found.other.canonicalFields
        }
    ]

    private static func other(
        _ name: String, _ source: String, _ peers: Set<String>, _ text: String,
        where condition: @escaping @Sendable (Disagreement, String) -> Bool
    ) -> Explanation {
        Explanation(name: name, source: source, peers: peers, text: text) {
            guard case .takenByUs(let words) = $0.kind else { return false }
            return condition($0, words)
        }
    }
}

extension Disagreement {
    /// The value of a field of the head that stands alone, as either parser has it.
    func value(_ name: String) -> String? {
        let fields = (ours.fields ?? other.fields ?? []).filter { $0[0] == Sample.hexadecimal(name.utf8) }
        return fields.count == 1 ? Sample.text(fields[0][1]) : nil
    }

    /// Whether the first line names one of the versions 1.2 to 1.9.
    var hasHigherMinor: Bool {
        let octets = sample.octets.drop { $0 == 0x0D || $0 == 0x0A }
        let line = String(decoding: octets.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        return (2...9).contains { line.contains("HTTP/1.\($0)") }
    }

    /// Whether a chunked body's end has more than the empty line.
    var hasTrailer: Bool {
        let text = String(decoding: sample.octets, as: Unicode.ASCII.self)
        return !text.contains("\r\n0\r\n\r\n") || text.contains("0\r\nT") || text.contains("0\r\nC")
    }
}

extension Verdict {
    /// Fields with the case of codings and the repetition of equal lengths taken away.
    fileprivate var canonicalFields: [[String]] {
        let length = Sample.hexadecimal("content-length".utf8)
        let coding = Sample.hexadecimal("transfer-encoding".utf8)
        var canonical: [[String]] = []
        for field in fields ?? [] {
            if field[0] == length, canonical.contains(field) { continue }
            canonical.append(field[0] == coding ? [field[0], Sample.text(field[1]).lowercased()] : field)
        }
        return canonical
    }
}
