extension Explanation {
    /// What Debian 12's Node took before its parser became strict (llhttp 6.1; 9 refuses all of it).
    static let freedomsOfNode18: [Explanation] = [
        older("bare-carriage-return", "RFC 9112, 2.2", "it does not look at what follows a CR at the end of the head"),
        older("bare-line-feed", "RFC 9112, 2.2", "a recipient may take a line feed alone for a line's end"),
        older("blank-before-colon", "RFC 9112, 5.1", "it takes blanks for part of a name, which a server must refuse"),
        older("field-name", "RFC 9112, 5.1", "a name of no octets is a token of it"),
        older("folded-field", "RFC 9112, 5.2", "it passes over blanks before the first field line"),
        older("chunk-size", "RFC 9112, 7.1", "it does not look at what follows a CR behind a chunk's size"),
        older("chunk-end", "RFC 9112, 7.1", "it passes over two octets behind a chunk's data, whatever they are"),
        older("trailer", "RFC 9112, 7.1.2", "the same freedoms with lines as in the head"),
        older("response-field", "RFC 9112, 5", "the same freedoms with lines as in requests"),
        Explanation(
            name: "a body where there is none (node-18)", source: "RFC 9112, 6.3", peers: ["node-18"],
            text: "it waits for the body that framing fields announce in 1xx, 204 and 304, which have none, or takes it"
        ) { found in
            guard let status = found.ours.status, status == 204 || status == 304 || (100...199).contains(status) else {
                return false
            }
            switch found.kind {
            case .takenByUs: return true
            case .different(let part): return part == "body"
            case .takenByOther: return false
            }
        },
        Explanation(
            name: "Content-Length in a trailer (node-18)", source: "RFC 9112, 7.1.2", peers: ["node-18"],
            text: "it checks lengths in trailers as if they framed the message; we check their form and drop them"
        ) { found in
            guard case .takenByUs(let words) = found.kind else { return false }
            let fields = found.ours.fields ?? []
            return (words.hasPrefix("HPE_UNEXPECTED_CONTENT_LENGTH") || words.hasPrefix("HPE_INVALID_CONTENT_LENGTH"))
                && fields.contains { $0.first == Sample.hexadecimal(Array("transfer-encoding".utf8)) }
                && !fields.contains { $0.first == Sample.hexadecimal(Array("content-length".utf8)) }
        },
    ]

    private static func older(_ code: String, _ source: String, _ text: String) -> Explanation {
        Explanation(name: "\(code) (node-18)", source: source, peers: ["node-18"], text: text) {
            $0.kind == .takenByOther(ours: code)
        }
    }
}
