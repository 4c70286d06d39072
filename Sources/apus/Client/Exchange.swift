import Linux
import SystemPackage

/// One HTTP/1.1 request and its response, over a blocking connection (RFC 9112).
///
/// It reads what our own endpoint and servers send: a body with a length, in chunks, or up to the end of the stream.
struct Exchange {
    let status: Int
    let body: [UInt8]
    /// Whether the connection may carry another request.
    let isReusable: Bool

    /// The most octets that a response may have.
    static let limit = 16 << 20

    /// Why a response was refused.
    enum Refusal: Error {
        /// The connection broke: a failed call, or nil if the other side ended it in the middle.
        case broken(SystemError?)
        /// The other side does not speak HTTP/1.1, or sends more than `limit`.
        case malformed
    }

    /// Asks for `path`, and reads the response.
    init(get path: String, host: String, on connection: borrowing Connection) throws(Refusal) {
        var octets: [UInt8] = []
        do {
            try connection.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: apus\r\n\r\n".utf8)
        } catch {
            throw .broken(error)
        }
        var head: (status: Int, fields: [String: String], end: Int)?
        while head == nil {
            try Self.more(into: &octets, from: connection)
            head = try Self.head(of: octets)
        }
        guard let head else { throw .malformed }
        status = head.status
        isReusable = head.fields["connection"]?.lowercased() != "close"
        if let text = head.fields["content-length"] {
            guard let length = Int(text), (0...Self.limit).contains(length) else { throw .malformed }
            while octets.count < head.end + length { try Self.more(into: &octets, from: connection) }
            body = Array(octets[head.end..<head.end + length])
        } else if head.fields["transfer-encoding"]?.lowercased() == "chunked" {
            var chunks = Chunks(from: head.end)
            while try !chunks.take(octets) { try Self.more(into: &octets, from: connection) }
            body = chunks.body
        } else {
            do {
                while try connection.receive(into: &octets), octets.count <= Self.limit {}
            } catch {
                throw .broken(error)
            }
            body = Array(octets[head.end...])
        }
    }

    private static func more(into octets: inout [UInt8], from connection: borrowing Connection) throws(Refusal) {
        guard octets.count <= limit else { throw .malformed }
        let isOpen: Bool
        do { isOpen = try connection.receive(into: &octets) } catch { throw .broken(error) }
        if !isOpen { throw .broken(nil) }
    }

    /// The status line and the fields, by their names in lower case; nil until all of them are there.
    private static func head(of octets: [UInt8]) throws(Refusal) -> (Int, [String: String], Int)? {
        guard let end = octets.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        var lines = String(decoding: octets[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")[...]
        let words = lines.popFirst()?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw .malformed }
        var fields: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return (status, fields, end.upperBound)
    }
}

/// A body in chunks, read as it comes (RFC 9112, 7.1).
private struct Chunks {
    private(set) var body: [UInt8] = []
    private var position: Int

    init(from position: Int) { self.position = position }

    /// Takes the whole chunks in `octets`; true once the last has come and no trailer follows it.
    mutating func take(_ octets: [UInt8]) throws(Exchange.Refusal) -> Bool {
        while let line = octets[position...].firstRange(of: Array("\r\n".utf8)) {
            let text = String(decoding: octets[position..<line.lowerBound].prefix { $0 != 0x3B }, as: UTF8.self)
            guard let size = Int(text, radix: 16), (0...Exchange.limit).contains(size) else { throw .malformed }
            let next = line.upperBound + size + 2
            guard octets.count >= next else { return false }
            if size == 0 { return true }
            body += octets[line.upperBound..<line.upperBound + size]
            position = next
        }
        return false
    }
}
