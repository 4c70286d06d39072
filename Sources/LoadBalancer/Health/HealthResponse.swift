/// Reads the status out of a response to a health check, strictly and no further than needed (RFC 9112, 4).
package struct HealthResponse {
    package enum Progress: Equatable {
        case incomplete
        case status(Int)
        case malformed
    }

    /// Octets that a status line may have, and all interim responses together.
    package static let limit = 8 << 10

    private var octets: [UInt8] = []

    package init() {}

    /// Takes in octets as they come; interim responses (1xx) are passed over.
    package mutating func receive(_ more: some Sequence<UInt8>) -> Progress {
        octets += more
        while true {
            guard let end = octets.firstIndex(of: 0x0A) else {
                return octets.count <= Self.limit && Self.isPrefixPlausible(octets) ? .incomplete : .malformed
            }
            guard end <= Self.limit, let status = Self.status(ofLine: octets[...end]) else { return .malformed }
            guard status < 200, status != 101 else { return .status(status) }
            guard let next = Self.endOfHead(octets) else {
                return octets.count <= Self.limit ? .incomplete : .malformed
            }
            octets.removeFirst(next)
        }
    }

    /// Whether a line that has only begun may still become a status line.
    private static func isPrefixPlausible(_ octets: [UInt8]) -> Bool {
        zip(octets, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
    }

    /// The status of `HTTP/1.1 200 OK` and its CRLF; nil for anything else.
    private static func status(ofLine line: ArraySlice<UInt8>) -> Int? {
        let octets = Array(line)
        guard octets.count >= 15, octets.starts(with: "HTTP/1.".utf8), octets.suffix(2).elementsEqual([0x0D, 0x0A]),
            octets[7] == 0x30 || octets[7] == 0x31, octets[8] == 0x20, octets[12] == 0x20
        else { return nil }
        let digits = octets[9..<12]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), (0x31...0x35).contains(octets[9]) else { return nil }
        // A reason is visible characters, blanks and octets above ASCII.
        guard octets[13..<(octets.count - 2)].allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func endOfHead(_ octets: [UInt8]) -> Int? {
        guard octets.count >= 4 else { return nil }
        return (4...octets.count).first { octets[($0 - 4)..<$0].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) }
    }
}
