import GRPCCore
import OpenFlow
import SwiftProtobuf

/// The region's REST face, without the sockets: a request in, an answer out.
///
/// Bodies are strict JSON: a key that is not known, a value of another kind and a key given twice are refused with the field's name.
package struct RestFace: Sendable {
    /// The most octets of a body.
    package static let bodyLimit = 256 << 10

    package struct Answer: Sendable {
        package var status: Int
        package var body: [UInt8]
        /// The methods that the path has, if this one it has not.
        package var allow: String?
    }

    let routes: [RestRoute]
    private let description: [UInt8]

    package init(_ region: Region, service: RegionService) {
        routes = Self.routes(region, service)
        description = Self.openAPI(routes).octets
    }

    /// Answers a request; `target` is the path with its query, as it came.
    package func answer(
        method: String, target: String, contentType: String?, body: [UInt8]
    ) async -> Answer {
        do throws(RegionError) {
            let (path, query) = try Self.split(target)
            if path == ["openapi.json"], method == "GET" { return Answer(status: 200, body: description) }
            var allowed = path == ["openapi.json"] ? ["GET"] : [String]()
            for route in routes {
                guard let name = route.match(path) else { continue }
                guard route.method == method else {
                    allowed.append(route.method)
                    continue
                }
                let request = try Self.request(route, name, query, contentType, body)
                let answer = try await route.run(request)
                return Answer(status: route.status, body: try Self.octets(of: answer))
            }
            guard allowed.isEmpty else {
                var answer = Self.answer(RegionError(.unimplemented, nil, "this path has no \(method)"), status: 405)
                answer.allow = Set(allowed).sorted().joined(separator: ", ")
                return answer
            }
            throw RegionError(.notFound, nil, "there is no such path; see /openapi.json")
        } catch {
            return Self.answer(error, status: Self.status(of: error.code))
        }
    }

    /// What is answered to a body that is too long to be read.
    package static var tooLong: Answer {
        answer(.invalid("body", "it has more than \(bodyLimit >> 10) KiB"), status: 413)
    }

    private static func request(
        _ route: RestRoute, _ name: String?, _ query: [(String, String)], _ contentType: String?, _ body: [UInt8]
    ) throws(RegionError) -> RestRequest {
        var request = RestRequest()
        if let name {
            request.name = name
            // What else a name must be the region knows better.
            guard let shape = route.parameter else { throw RegionError(.notFound, nil, "there is no such path") }
            let field = route.path.contains("{id}") ? "id" : "name"
            try shape.check(.string(name), at: field)
        }
        for (name, value) in query {
            guard let member = route.query.first(where: { $0.name == name }) else {
                let known = route.query.map(\.name).joined(separator: ", ")
                throw .invalid(
                    String(name.prefix(64)),
                    known.isEmpty ? "there is no query here" : "there is no such key; keys are: \(known)")
            }
            guard request.query.updateValue(value, forKey: name) == nil else {
                throw .invalid(name, "it is given twice")
            }
            switch member.shape {
            case .integer:
                guard let number = Int64(value), "\(number)" == value else {
                    throw .invalid(name, "it must be a whole number")
                }
                try member.shape.check(.integer(number), at: name)
            case .boolean:
                guard value == "true" || value == "false" else { throw .invalid(name, "it must be true or false") }
            default: try member.shape.check(.string(value), at: name)
            }
        }
        guard let shape = route.body else {
            guard body.isEmpty else { throw .invalid("body", "there is none to this") }
            return request
        }
        guard let type = contentType?.split(separator: ";").first?.trimmedOfBlanks.lowercased(),
            type == "application/json"
        else {
            throw .invalid("body", "it must be of type application/json")
        }
        let value: JSON
        do throws(JSONError) {
            value = try JSON(body, depthLimit: 16)
        } catch {
            throw .invalid("body", "it is no JSON: \(error)")
        }
        try shape.check(value)
        request.body = value
        return request
    }

    private static func octets(of message: any SwiftProtobuf.Message) throws(RegionError) -> [UInt8] {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.alwaysPrintInt64sAsNumbers = true
        options.useDeterministicOrdering = true
        do { return try message.jsonUTF8Bytes(options: options) } catch {
            throw RegionError(.internalError, nil, "\(error)")
        }
    }

    private static func answer(_ error: RegionError, status: Int) -> Answer {
        var members: [String: JSON] = ["code": .string(error.code.restName), "message": .string(error.reason)]
        if let field = error.field { members["field"] = .string(field) }
        return Answer(status: status, body: JSON.object(["error": .object(members)]).octets)
    }

    private static func status(of code: RPCError.Code) -> Int {
        switch code {
        case .invalidArgument, .outOfRange: 400
        case .notFound: 404
        // None of them will be better when it is simply tried again.
        case .alreadyExists, .failedPrecondition, .aborted, .resourceExhausted: 409
        case .unavailable, .deadlineExceeded: 503
        default: 500
        }
    }

    /// The path's parts and the query's, both decoded.
    private static func split(_ target: String) throws(RegionError) -> ([String], [(String, String)]) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in halves[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            path.append(try decoded(part))
        }
        var query: [(String, String)] = []
        guard halves.count == 2, !halves[1].isEmpty else { return (path, query) }
        for pair in halves[1].split(separator: "&", omittingEmptySubsequences: true) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append((try decoded(sides[0], plus: true), try decoded(sides.count > 1 ? sides[1] : "", plus: true)))
        }
        return (path, query)
    }

    private static func decoded(_ text: Substring, plus: Bool = false) throws(RegionError) -> String {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            if octet == UInt8(ascii: "%") {
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else {
                    throw .invalid("path", "a '%' is followed by two hexadecimal digits")
                }
                rest = rest.dropFirst(2)
                octets.append(value)
            } else {
                octets.append(plus && octet == UInt8(ascii: "+") ? 0x20 : octet)
            }
        }
        guard let string = String(validating: octets, as: UTF8.self) else { throw .invalid("path", "it is not UTF-8") }
        return string
    }
}

extension Substring {
    fileprivate var trimmedOfBlanks: String {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

extension RPCError.Code {
    /// INVALID_ARGUMENT, as gRPC's documents write it.
    fileprivate var restName: String {
        switch self {
        case .invalidArgument: "INVALID_ARGUMENT"
        case .outOfRange: "OUT_OF_RANGE"
        case .notFound: "NOT_FOUND"
        case .alreadyExists: "ALREADY_EXISTS"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .aborted: "ABORTED"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .unavailable: "UNAVAILABLE"
        case .unimplemented: "UNIMPLEMENTED"
        default: "INTERNAL"
        }
    }
}
