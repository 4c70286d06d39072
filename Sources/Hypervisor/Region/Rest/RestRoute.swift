import OpenFlow
import ServiceAPI
import SwiftProtobuf

/// One thing that REST can be asked: its method and path, what it takes and gives, and how it is done.
struct RestRoute: Sendable {
    let method: String
    /// Where it is found, such as `/v1/droplets/{id}`.
    let path: String
    let summary: String
    var query: [RestShape.Member] = []
    var body: RestShape?
    var parameter: RestShape?
    let answer: RestShape
    var status = 200
    /// Beside 400, which all give.
    var failures: [Int] = []
    let run: @Sendable (RestRequest) async throws(RegionError) -> any SwiftProtobuf.Message

    /// The path's parts.
    var parts: [Substring] { path.split(separator: "/") }

    /// The value that stands for the path's name in braces; nil if the path is another.
    func match(_ parts: [String]) -> String?? {
        let own = self.parts
        guard own.count == parts.count else { return nil }
        var value: String?
        for (pattern, part) in zip(own, parts) {
            if pattern.hasPrefix("{") { value = part } else if pattern != part { return nil }
        }
        return .some(value)
    }
}

/// What was asked, after it was found to have the right shape.
struct RestRequest: Sendable {
    /// What stands for the path's name in braces.
    var name = ""
    var query: [String: String] = [:]
    var body: JSON?

    /// The body as a message of the same fields.
    func message<Body: SwiftProtobuf.Message>(_ type: Body.Type, adding members: [String: JSON] = [:])
        throws(RegionError) -> Body
    {
        let whole = JSON.object((body?.object ?? [:]).merging(members) { $1 })
        do {
            return try Body(jsonUTF8Bytes: whole.octets)
        } catch {
            throw .invalid("body", "it cannot be read: \(error)")
        }
    }

    /// A whole number of the query; 0 if it is absent.
    func number(_ name: String) throws(RegionError) -> UInt32 {
        guard let text = query[name] else { return 0 }
        guard let value = UInt32(text), !text.hasPrefix("+") else { throw .invalid(name, "it must be a whole number") }
        return value
    }
}
