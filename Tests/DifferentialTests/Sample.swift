import Hostile
import Simulation

/// Octets that parsers are asked about.
struct Sample: Sendable {
    let isRequest: Bool
    let octets: [UInt8]

    var text: String { String(decoding: octets, as: UTF8.self).debugDescription }

    /// A line of the file that the other parsers read.
    var line: String { "\(isRequest ? "q" : "s") \(Self.hexadecimal(octets))\n" }

    static func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The text that hexadecimal digits stand for; what is no digit stands for nothing.
    static func text(_ digits: String) -> String {
        let values = digits.compactMap { $0.hexDigitValue }.map { UInt8($0) }
        let octets = stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
        return String(decoding: octets, as: UTF8.self)
    }

    /// What stands in the corpus, and changed copies of it up to `count`.
    static func make(from cases: [Case], count: Int, using random: inout SeededGenerator) -> [Sample] {
        var bases: [Sample] = []
        // Half of the changed copies are of what is in order: elsewhere most changes change nothing.
        var good: [Sample] = []
        for item in cases {
            bases.append(Sample(isRequest: true, octets: item.sent))
            let answer = (item.backend ?? []).flatMap { step -> [UInt8] in
                if case .octets(let octets) = step { octets } else { [] }
            }
            if item.outcome == .forwarded { good.append(bases[bases.count - 1]) }
            guard !answer.isEmpty else { continue }
            bases.append(Sample(isRequest: false, octets: answer))
            if item.outcome == .forwarded { good.append(bases[bases.count - 1]) }
        }
        // Limits are each parser's own, and not what this is about.
        bases = bases.filter { $0.octets.count < 1500 }
        good = good.filter { $0.octets.count < 1500 }
        var samples = bases
        while samples.count < count {
            let source = Bool.random(using: &random) ? bases : good
            guard let base = source.randomElement(using: &random) else { break }
            var octets = base.octets
            for _ in 0..<Int.random(in: 1...3, using: &random) { change(&octets, using: &random) }
            samples.append(Sample(isRequest: base.isRequest, octets: octets))
        }
        return samples
    }

    /// What is put where it does not belong.
    private static let pieces: [String] = [
        "\r\n", "\n", "\r", " ", "\t", "\0", ",", ";", ":", "\"", "\u{7F}", "\u{E4}", "0", "5", "f", "/", "?",
        "\r\n\r\n",
        "\r\n ", "chunked", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n",
        "Connection: close\r\n",
        "HTTP/1.0", "X: y\r\n", "0\r\n\r\n", "Upgrade: x\r\n", "Expect: 100-continue\r\n", "http://b",
    ]

    private static func change(_ octets: inout [UInt8], using random: inout SeededGenerator) {
        guard !octets.isEmpty else { return }
        let place = Int.random(in: 0..<octets.count, using: &random)
        let length = min(Int.random(in: 1...8, using: &random), octets.count - place)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: octets[place] = UInt8.random(in: 0...255, using: &random)
        case 1: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: octets.removeSubrange(place..<place + length)
        case 3: octets.insert(contentsOf: octets[place..<place + length], at: place)
        case 4: octets.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
        default:
            // A piece at the beginning of a line, where fields are.
            let starts = octets.indices.dropFirst().filter { octets[$0 - 1] == 0x0A }
            let start = starts.randomElement(using: &random) ?? place
            octets.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: start)
        }
    }
}
