import Foundation
import Testing

import Telemetry

@Suite("Log line")
struct LineBuilderTests {
    private func line(capacity: Int = 4096, _ build: (inout LineBuilder) -> Void) -> [UInt8] {
        var builder = LineBuilder(capacity: capacity)
        build(&builder)
        return Array(builder.octets)
    }

    private func text(_ build: (inout LineBuilder) -> Void) -> String {
        String(decoding: line(build), as: UTF8.self)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 12345, .max / 10, .max - 1, .max] as [UInt64])
    func `numbers are decimal`(_ number: UInt64) {
        #expect(text { $0.append(decimal: number) } == String(number))
        let signed = Int(truncatingIfNeeded: number)
        #expect(text { $0.append(decimal: signed) } == String(signed))
    }

    @Test func `the smallest number is written, too`() {
        #expect(text { $0.append(decimal: Int.min) } == "-9223372036854775808")
    }

    @Test(arguments: [
        (0, "0.000"), (999, "0.000"), (1_000, "0.001"), (1_234_567, "1.234"), (60_000_000_000, "60000.000"),
    ])
    func `durations are milliseconds with three decimals`(_ nanoseconds: UInt64, _ expected: String) {
        #expect(text { $0.append(milliseconds: nanoseconds) } == expected)
    }

    @Test func `timestamps are what Foundation writes, over leap years and before 1970`() {
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime]
        var random = SystemRandomNumberGenerator()
        var seconds: [Int64] = [0, -1, 951_782_399, 951_782_400, 951_868_800, 4_107_542_399, 9_223_372_035]
        for _ in 0..<3_000 { seconds.append(.random(in: -9_223_372_036...9_223_372_035, using: &random)) }
        // One builder for all: its cache must notice each new second.
        var builder = LineBuilder(capacity: 64)
        for second in seconds {
            for milliseconds in [0, 7, 999] as [Int64] {
                builder.clear()
                builder.append(timestamp: second * 1_000_000_000 + milliseconds * 1_000_000 + 999)
                let expected = format.string(from: Date(timeIntervalSince1970: Double(second))).dropLast()
                let digits = String(1000 + milliseconds).dropFirst()
                #expect(String(decoding: Array(builder.octets), as: UTF8.self) == "\(expected).\(digits)Z")
            }
        }
    }

    @Test func `any octets become a JSON string that reads back as Unicode repairs them`() throws {
        var random = SystemRandomNumberGenerator()
        // Octets at the edges of UTF-8's ranges, so that nearly-characters are common.
        let edges: [UInt8] = [
            0x00, 0x0A, 0x1F, 0x22, 0x2F, 0x5C, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xA8, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0,
            0xE2,
            0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
        ]
        for _ in 0..<5_000 {
            let octets = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                edges.randomElement(using: &random) ?? 0
            }
            let json = octets.withUnsafeBytes { octets in line { $0.append(json: octets) } }
            #expect(json.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            let decoded = try JSONDecoder().decode([String].self, from: Data([0x5B] + json + [0x5D]))
            #expect(
                Array(decoded[0].unicodeScalars) == Array(String(decoding: octets, as: UTF8.self).unicodeScalars),
                "\(octets)")
        }
    }

    @Test func `every character up to U+FFFF survives, and no control reaches a terminal`() throws {
        for value in 0...0xFFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let json = line { $0.append(json: String(scalar)) }
            let written = String(decoding: json, as: UTF8.self).unicodeScalars
            #expect(
                !written.contains { $0.properties.generalCategory == .control || (0x2028...0x2029).contains($0.value) })
            guard value % 7 == 0 || value < 0x3000 else { continue }
            #expect(try JSONDecoder().decode([String].self, from: Data([0x5B] + json + [0x5D])) == [String(scalar)])
        }
    }

    @Test func `text from the network can be read back exactly`() {
        let octets = (0...255).map { UInt8($0) }
        let escaped = octets.withUnsafeBytes { octets in text { $0.append(escaped: octets) } }
        #expect(escaped.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(escaped.hasPrefix("\\x00\\x01"))
        var back: [UInt8] = []
        var rest = Array(escaped.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == 0x5C, let next = rest.popFirst() else {
                #expect(octet != 0x22, "a bare quote ends the text")
                back.append(octet)
                continue
            }
            if next == UInt8(ascii: "x") {
                back.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                back.append(next)
            }
        }
        #expect(back == octets)
    }

    @Test func `long text is cut at its limit, between characters, visibly`() {
        let word = "äöü"
        #expect(text { $0.append(json: word, limit: 5) } == "\"äö\u{2026}\"")
        #expect(text { $0.append(json: word, limit: 6) } == "\"äöü\"")
        #expect(
            "abcd".utf8CString.withUnsafeBytes { octets in text { $0.append(escaped: octets, limit: 3) } } == "abc...")
    }

    @Test func `a line that is too long stays in its memory and says that it is cut`() {
        var builder = LineBuilder(capacity: 10)
        builder.append("12345")
        expect(builder, count: 5, isTruncated: false)
        builder.append(json: "abcdefgh")
        builder.append("more")
        // A number that were cut would be another number.
        builder.append(decimal: 12)
        expect(builder, count: 9, isTruncated: true)
        builder.clear()
        expect(builder, count: 0, isTruncated: false)
        builder.append("12345678901")
        expect(builder, count: 0, isTruncated: true)
    }

    @Test(arguments: [0, 1, 9, 10, 0xABCD_EF98_7654_3210, .max, 0x0F00_0000_0000_00F0] as [UInt64])
    func `a number in hexadecimal has sixteen digits`(_ number: UInt64) {
        var builder = LineBuilder(capacity: 16)
        builder.append(hexadecimal: number)
        let digits = String(number, radix: 16)
        let expected = String(repeating: "0", count: 16 - digits.count) + digits
        #expect(String(decoding: Array(builder.octets), as: UTF8.self) == expected)
    }

    @Test func `every octet comes out of a JSON string as it was, or as the escape that names it`() {
        for octet in UInt8(0)...0x7F {
            var builder = LineBuilder(capacity: 64)
            let source: [UInt8] = Array("before".utf8) + [octet] + Array("behind".utf8)
            source.withUnsafeBytes { builder.append(json: $0) }
            let text = String(decoding: Array(builder.octets), as: UTF8.self)
            let isPlain = octet >= 0x20 && octet != 0x22 && octet != 0x5C && octet != 0x7F
            #expect(text.hasPrefix("\"before") && text.hasSuffix("behind\""))
            #expect(text.utf8.count == (isPlain ? 15 : text.utf8.count) && text.contains("\\") != isPlain, "\(octet)")
        }
    }

    private func expect(_ builder: borrowing LineBuilder, count: Int, isTruncated: Bool) {
        let found = (builder.count, builder.isTruncated)
        #expect(found == (count, isTruncated))
    }
}
