package import Lab

/// A fault of a peer that is known; a corpus that does not see it is deficient.
package struct Finding: Sendable {
    package let contender: Contender
    package let text: String
    /// Cases in each of which something must deviate.
    package let cases: [String]

    init(_ contender: Contender, _ text: String, _ cases: String...) {
        (self.contender, self.text, self.cases) = (contender, text, cases)
    }

    /// Whether a contender's column shows it.
    package func isSeen(in column: HostileReport.Column) -> Bool {
        cases.allSatisfy { !column.found(in: $0).isEmpty }
    }

    /// The findings for the versions that `scripts/bootstrap bench` installs.
    package static let all: [Finding] =
        [
            Finding(.haproxy, "forwards a request without Host", "No Host at all"),
            Finding(.haproxy, "passes absolute targets on as they are", "An absolute target with a path"),
            Finding(.haproxy, "passes fields on that Connection names", "Connection names a field"),
            Finding(
                .haproxy, "gives chunks and interim answers to HTTP/1.0", "Chunks are not for HTTP/1.0",
                "An interim answer is not for HTTP/1.0"),
            Finding(.haproxy, "forwards CONNECT", "CONNECT with an authority"),
            Finding(
                .haproxy, "passes trailers named Content-Length, Host and Authorization",
                "The trailer Content-Length does not become a field", "The trailer Host does not become a field",
                "The trailer Authorization does not become a field"),
            Finding(.nginx, "takes a bare LF in chunk framing", "A chunk size that ends with LF"),
            Finding(.nginx, "takes a bare LF in chunk extensions", "A chunk extension with LF alone at its end"),
            Finding(.nginx, "drops invalid field lines and goes on", "A field name with an octet of 28"),
            Finding(
                .nginx, "passes # and raw octets in targets", "A target that holds a number sign",
                "A target that holds raw UTF-8"),
            Finding(.nginx, "forwards HTTP/0.9", "A request of HTTP/0.9"),
            Finding(.nginx, "makes no 502 of a bad length", "A length of letters in an answer"),
            Finding(.envoy, "takes octets behind chunk data", "Chunk data that end later than their size says"),
            Finding(.envoy, "takes CR CR LF", "CR CR LF behind the version"),
            Finding(.envoy, "takes a bare CR at a value's end", "A bare CR at a value's end"),
            Finding(.envoy, "takes two Host lines", "Two Host fields that differ"),
            Finding(.envoy, "takes user information in Host", "A Host with user information"),
            Finding(.envoy, "relays an unsolicited 101", "An unsolicited 101"),
            Finding(.caddy, "keeps the connection after both lengths", "Content-Length before Transfer-Encoding"),
            Finding(.traefik, "keeps the connection after both lengths", "Content-Length before Transfer-Encoding"),
        ]
        + [Contender.haproxy, .nginx, .envoy, .caddy, .traefik].map {
            Finding($0, "takes a Host whose port is no number", "A Host with a port of letters")
        }
}
