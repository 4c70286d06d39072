import Simulation

/// One request, and what its backend means to answer: all of it follows from a seed and a number.
struct Episode: Sendable {
    enum Framing: CaseIterable { case length, chunked, untilClose, none }

    /// What the backend does instead of answering in good order.
    enum Mishap: CaseIterable {
        case closeBefore, resetBefore, resetWithin, closeWithin, silence, answerEarly, closeAfter, garbage, badChunk
    }

    let number: Int
    let method: String
    let body: [UInt8]
    let isChunked: Bool
    let framing: Framing
    let mishap: Mishap?
    let hasInterim: Bool
    let answer: [UInt8]
    /// Nanoseconds that the backend thinks.
    let thought: UInt64
    /// What the backend sends behind its answer, at once: it belongs to nobody.
    let stray: [UInt8]
    private let cutAt: Int

    init(number: Int, isRough: Bool, using random: inout SeededGenerator) {
        self.number = number
        method = ["GET", "GET", "HEAD", "PUT", "POST", "POST"].randomElement(using: &random) ?? "GET"
        let hasBody = (method == "PUT" || method == "POST") && Bool.random(using: &random)
        body = hasBody ? Self.octets(Int.random(in: 0..<20_000, using: &random), number) : []
        isChunked = hasBody && Bool.random(using: &random)
        framing = Framing.allCases.randomElement(using: &random) ?? .length
        let isMishap = isRough && Int.random(in: 0..<3, using: &random) == 0
        mishap = isMishap ? Mishap.allCases.randomElement(using: &random) : nil
        hasInterim = Int.random(in: 0..<4, using: &random) == 0
        // Some so large that the proxy has them moved through a pipe.
        let count =
            Bool.random(using: &random)
            ? Int.random(in: 0..<100, using: &random)
            : Bool.random(using: &random) ? 30_000 : 90_000
        answer = framing == .none || method == "HEAD" ? [] : Self.octets(count, number + 7)
        thought = UInt64.random(in: 0..<200_000_000, using: &random)
        cutAt = Int.random(in: 1..<10_000, using: &random)
        stray = []
    }

    /// A request without a body, or with one that the test writes itself, and a short answer.
    init(number: Int, method: String) {
        (self.number, self.method, answer) = (number, method, Array("answer \(number)".utf8))
        (body, isChunked, framing, mishap, hasInterim, thought, cutAt) = ([], false, .length, nil, false, 0, 1)
        stray = []
    }

    /// A request with an answer of so many octets, which another may follow that nobody asked for.
    init(number: Int, octets count: Int, isStraying: Bool = false) {
        (self.number, method, answer) = (number, "GET", Self.octets(count, number))
        (body, isChunked, framing, mishap, hasInterim, thought, cutAt) = ([], false, .length, nil, false, 0, 1)
        let other = "HTTP/1.1 200 Stray\r\nX-Number: \(number)\r\nContent-Length: 5\r\n\r\nstray"
        stray = isStraying ? Array(other.utf8) : []
    }

    /// Octets that tell by each line whose they are.
    private static func octets(_ count: Int, _ number: Int) -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count { octets += Array("\(number)@\(octets.count)\n".utf8) }
        return Array(octets.prefix(count))
    }

    /// Whether the request may reach backends more than once (RFC 9110, 9.2.2).
    var isIdempotent: Bool { method != "POST" }

    /// What the client sends.
    var request: [UInt8] {
        var head = "\(method) /\(number) HTTP/1.1\r\nHost: site.test\r\n"
        if isChunked {
            head += "Transfer-Encoding: chunked\r\n\r\n"
            return Array(head.utf8) + Self.chunks(body)
        }
        if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    private static func chunks(_ body: [UInt8]) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + rest.count / 2)
            octets += Array("\(String(piece.count, radix: 16));x=y\r\n".utf8) + piece + [13, 10]
            rest = rest.dropFirst(piece.count)
        }
        return octets + Array("0\r\nTrailer: dropped\r\n\r\n".utf8)
    }

    /// What the backend sends when all goes well.
    var response: [UInt8] {
        var octets: [UInt8] = []
        if hasInterim { octets += Array("HTTP/1.1 103 Early Hints\r\nX-Number: \(number)\r\n\r\n".utf8) }
        octets += Array("HTTP/1.1 \(framing == .none ? 204 : 200) Yes\r\nX-Number: \(number)\r\n".utf8)
        switch framing {
        case .none: return octets + [13, 10]
        case .length: return octets + Array("Content-Length: \(answer.count)\r\n\r\n".utf8) + answer
        case .untilClose: return octets + Array("Connection: close\r\n\r\n".utf8) + answer
        case .chunked:
            octets += Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
            return method == "HEAD" ? octets : octets + Self.chunks(answer)
        }
    }

    /// A true beginning of the answer.
    var beginning: [UInt8] { Array(response.prefix(min(cutAt, response.count - 1))) }
}
