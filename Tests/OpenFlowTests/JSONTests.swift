import Foundation
import OpenFlow
import Testing

@Suite("JSON")
struct JSONTests {
    private func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `values stand one behind another, and come octet by octet`() throws {
        var stream = JSONStream()
        var values: [JSON] = []
        for octet in octets(#"{"a":[1,-2,3.5e1,true,null]}["}]{\"","\u00e4\ud83d\ude00"] {}"#) {
            stream.append([octet])
            while let value = try stream.next() { values.append(value) }
        }
        #expect(
            values == [
                .object(["a": .array([.integer(1), .integer(-2), .number(35), .bool(true), .null])]),
                .array([.string("}]{\""), .string("ä😀")]), .object([:]),
            ])
    }

    @Test(arguments: [
        "[1,]", "[01]", "[1.]", "[.5]", "[+1]", "[1e]", "[tru]", "[\"\u{1}\"]", #"["\x"]"#, #"["\u12"]"#,
        #"["\ud800"]"#,
        #"["\udc00"]"#, #"["\ud800\u0041"]"#, #"{"a":1,"a":2}"#, #"{"a"}"#, #"{a:1}"#, "[1 2]", "[}", "[1e999]", "[]]",
        "x",
        "[NaN]", "[-]",
    ])
    func `what is no JSON is refused`(text: String) {
        var stream = JSONStream()
        stream.append(octets(text))
        #expect(throws: JSONError.self) { while try stream.next() != nil {} }
    }

    @Test func `octets that are no UTF-8 are refused`() {
        #expect(throws: JSONError.self) { try JSON([0x5B, 0x22, 0xFF, 0x22, 0x5D]) }
    }

    @Test func `depth and size are bounded`() throws {
        #expect(throws: JSONError.tooDeep) { try JSON(octets(String(repeating: "[", count: 65))) }
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try JSON(octets(deep)).octets == octets(deep))
        var stream = JSONStream(sizeLimit: 10)
        stream.append(octets("[1234567]["))
        #expect(try stream.next() == .array([.integer(1_234_567)]))
        stream.append(octets("123456789012"))
        #expect(throws: JSONError.tooLong) { try stream.next() }
        var other = JSONStream(depthLimit: 3)
        other.append(octets("[[[["))
        #expect(throws: JSONError.tooDeep) { try other.next() }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `Foundation reads what we write, and we what Foundation writes`(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        let value = JSON.array((0..<10).map { _ in Self.value(&generator, depth: 0) })
        #expect(try JSON(value.octets) == value)
        let theirs = try JSONSerialization.jsonObject(with: Data(value.octets))
        let again = try JSON(Array(try JSONSerialization.data(withJSONObject: theirs)))
        // Their numbers lose what tells 2.0 from 2; without fractions they are the same.
        #expect(again == value)
    }

    private static func value(_ generator: inout Generator, depth: Int) -> JSON {
        switch generator.number(0...(depth < 4 ? 6 : 4)) {
        case 0: .null
        case 1: .bool(generator.chance(50))
        case 2: .integer(generator.number(-1 << 50...1 << 50))
        case 3: .string(String(decoding: generator.octets(generator.number(0...9)), as: UTF8.self))
        case 4: .string(generator.choose(["\u{0}\n\t\"\\/", "ä😀\u{2028}", ""]))
        case 5: .array((0..<generator.number(0...4)).map { _ in value(&generator, depth: depth + 1) })
        default:
            .object(
                Dictionary(
                    (0..<generator.number(0...4)).map { ("k\($0)é", value(&generator, depth: depth + 1)) }
                ) { $1 })
        }
    }
}
