extension Explanation {
    /// What we refuse and another parser takes: strictness that the RFCs allow or demand of an intermediary.
    static let refusals: [Explanation] = [
        // The request line.
        refusal(
            "target", "RFC 9112, 3.2", ["h11", "node"],
            "a target in no form, or with octets to be encoded, is passed to whoever routes it"),
        refusal("method", "RFC 9112, 2.2", ["node"], "more than one empty line before a request is passed over"),
        refusal("method", "RFC 9112, 3", ["h11"], "a method has no bound; ours is 64 octets"),
        refusal(
            "connect-method", "RFC 9110, 9.3.6", ["h11", "node"], "a parser leaves it to its user to make no tunnel"),
        refusal(
            "version", "RFC 9112, 3", ["node"], "a line without a version is one of HTTP/0.9, which we do not speak"),
        refusal(
            "version-unsupported", "RFC 9110, 2.5", ["h11", "node"], "another major version is read as if it were 1"),
        // Lines.
        refusal("bare-line-feed", "RFC 9112, 2.2", ["h11"], "a recipient may take a line feed alone for a line's end"),
        refusal("folded-field", "RFC 9112, 5.2", ["h11"], "a server may join folded lines, or refuse them"),
        refusal("control-in-field", "RFC 9110, 5.5", ["h11"], "controls other than CR, LF and NUL may be kept"),
        refusal("too-many-fields", "RFC 9110, 5.4", ["h11", "node"], "the limit on field lines is ours"),
        // Host.
        refusal("host", "RFC 9112, 3.2", ["h11", "node"], "a parser does not look into Host; who routes by it must"),
        refusal("host-missing", "RFC 9112, 3.2", ["node"], "Node asks for Host in its server, behind the parser"),
        refusal(
            "host-missing", "RFC 9110, 2.5", ["h11"], "it asks 1.1 for Host, and not 1.2 to 1.9, which are read as 1.1"
        ) { $0.hasHigherMinor },
        refusal("host-repeated", "RFC 9112, 3.2", ["node"], "Node leaves repeated fields to its server"),
        // Framing.
        refusal(
            "length-and-coding", "RFC 9112, 6.1", ["h11"], "a server may let Transfer-Encoding win, or refuse both"),
        refusal("content-length", "RFC 9110, 8.6", ["h11"], "a list of equal lengths may be taken for one of them"),
        refusal("content-length-repeated", "RFC 9110, 8.6", ["h11"], "equal lengths may be taken for one"),
        refusal("transfer-coding-unknown", "RFC 9112, 6.1", ["node"], "it leaves codings before chunked to its user"),
        refusal(
            "transfer-coding", "RFC 9112, 6.3", ["node"],
            "an empty Transfer-Encoding is taken for none, and of several lines only the last is asked to be chunked"),
        refusal("transfer-coding-in-http10", "RFC 9112, 6.1", ["h11", "node"], "faulty framing that may be processed"),
        refusal("chunk-size", "RFC 9112, 7.1.1", ["h11"], "blanks behind a chunk's size may be passed over"),
        refusal(
            "chunk-extension", "RFC 9112, 7.1.1", ["h11", "node"], "controls in extensions, and extensions of any size"),
        refusal("trailer", "RFC 9112, 2.2", ["h11"], "a recipient may take a line feed alone for a trailer line's end"),
        // What is asked of the proxy itself.
        refusal("connection-option", "RFC 9110, 7.6.1", ["h11", "node"], "only intermediaries act on these options"),
        refusal(
            "expectation", "RFC 9110, 10.1.1", ["h11", "node"], "an unknown expectation may be refused by the server"),
        refusal("max-forwards", "RFC 9110, 7.6.2", ["h11", "node"], "only intermediaries count hops"),
        // Responses.
        refusal(
            "response-line", "RFC 9112, 4", ["h11", "node"],
            "another major version, a line feed alone, a status of any class"),
        refusal("response-field", "RFC 9112, 5", ["h11"], "the same freedoms with lines as in requests"),
        refusal(
            "response-framing", "RFC 9112, 6.1", ["h11", "node"],
            "codings in HTTP/1.0, lengths beside codings, odd options: an intermediary need not guess"),
    ]

    private static func refusal(
        _ code: String, _ source: String, _ peers: Set<String>, _ text: String,
        where condition: @escaping @Sendable (Disagreement) -> Bool = { _ in true }
    ) -> Explanation {
        Explanation(
            name: "\(code) (\(peers.sorted().joined(separator: ", ")))", source: source, peers: peers, text: text
        ) {
            $0.kind == .takenByOther(ours: code) && condition($0)
        }
    }
}
