import Settings
import Testing

@Suite("Reading settings")
struct ReadingTests {
    struct Root: Sendable {
        var text: String?
        var size = 1024
    }

    static let schema = Schema<Root>.record(
        "root", "A record.", initial: Root(),
        [
            Key(
                "text", \.text, .text(Form("a text", examples: [], pattern: "")) { text throws(Refusal) in text },
                "A text."),
            Key("size", \.size, .size(1...1 << 20), "A size."),
        ])

    static func read(_ octets: [UInt8]) -> (Root?, [Diagnostic]) {
        let (root, reader) = schema.read(Source(name: "f", octets: octets))
        return (root, reader.finish())
    }

    @Test(arguments: ["on", "no", "08:30", "1e3", "0x10", "2026-01-01", "yes", "'null'", "\"~\""])
    func `a scalar is the text it looks like`(text: String) {
        let (root, diagnostics) = Self.read(Array("text: \(text)".utf8))
        #expect(diagnostics.isEmpty && root?.text == text.trimming("'\""))
    }

    @Test func `Windows line ends and a byte order mark are accepted`() {
        let (root, diagnostics) = Self.read([0xEF, 0xBB, 0xBF] + Array("text: a\r\nsize: 2KiB\r\n".utf8))
        #expect(diagnostics.isEmpty && root?.text == "a" && root?.size == 2048)
    }

    @Test func `the caret stands below wide and combining characters`() {
        let wide = Self.read(Array("{ text: 日本e\u{301}é, sice: 1 }".utf8)).1
        #expect(
            wide.text() == """
                f:1:16: error: unknown key 'sice' at the top; did you mean 'size'?
                  1 | { text: 日本e\u{301}é, sice: 1 }
                    |                 ^~~~
                """)
    }

    @Test func `a file that is not UTF-8 text is refused with the place`() {
        #expect(
            Self.read(Array("text: a\nsize: ".utf8) + [0xE9, 0x0A]).1.text().hasPrefix(
                "f:2:7: error: the file is not UTF-8: octet 0xE9 cannot stand here; save it as UTF-8\n"))
        #expect(
            Self.read([0xFF, 0xFE, 0x61, 0]).1.text().hasPrefix("f:1:1: error: the file is UTF-16; save it as UTF-8\n"))
        #expect(Self.read([0x61, 0]).1.text().hasPrefix("f:1:2: error: a NUL character"))
        #expect(
            Self.read(Array(repeating: 0x20, count: Source.maximumSize + 1)).1.text()
                == "f: error: the file has 1048577 octets; at most 1MiB are read")
    }

    @Test func `nothing of the file can steer a terminal`() {
        let text = Self.read(Array("\"\\e[31mx\": 1\nsize: \u{1B}[2J".utf8)).1.text()
        #expect(!text.contains("\u{1B}") && text.contains("␛[2J"))
        let message = Self.read(Array("\"\\e[31mx\": 1".utf8)).1.text()
        #expect(message.hasPrefix("f:1:1: error: unknown key '␛[31mx' at the top;"))
        // Fuzzing found hints that repeat a text.
        let source = Source(name: "f", text: "")
        #expect(Diagnostic(.syntax, "a\u{1B}[2J\nb", at: nil, in: source).text() == "f: error: a␛[2J␊b")
    }

    @Test func `colour is there only if it is asked for`() {
        let found = Self.read(Array("size: 1K".utf8)).1
        #expect(found.text(isColoured: true).contains("\u{1B}[1;31merror:\u{1B}[0m"))
        #expect(!found.text().contains("\u{1B}"))
    }

    @Test func `of a long line only the part around the caret is shown`() {
        let text = Self.read(Array("{ text: \(String(repeating: "x", count: 5000)), sice: 1 }".utf8)).1.text()
        let lines = text.split(separator: "\n").map(Array.init)
        #expect(lines[1].count < 140)
        let caret = lines[2].firstIndex(of: "^") ?? 0
        #expect(String(lines[1][caret..<(caret + 4)]) == "sice")
    }

    @Test func `a character behind many tabs is shown, found by fuzzing`() {
        let text = Self.read(Array("a\(String(repeating: "\t", count: 32))\u{19}".utf8)).1.text()
        let lines = text.split(separator: "\n").map(Array.init)
        #expect(lines.count == 3 && lines[1].count < 140)
        #expect(lines[2].firstIndex(of: "^") == lines[1].firstIndex(of: "\u{2419}"))
    }

    @Test(arguments: ["size: 1\n? text", "size: 1\n? text\n", "size: 1\n? text\n\n\n"])
    func `a value missing at the file's end has a place in it, found by fuzzing`(text: String) {
        #expect(
            Self.read(Array(text.utf8)).1.text() == """
                f:2:7: error: text has no value; give one, or leave the key out
                  2 | ? text
                    |       ^
                """)
    }

    @Test func `aliases that would grow without end cost nothing`() {
        var text = "a: &a [x, x]\n"
        for (name, last) in zip("bcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxy") {
            text += "\(name): &\(name) [\(Array(repeating: "*\(last)", count: 9).joined(separator: ","))]\n"
        }
        let clock = ContinuousClock()
        var found: [Diagnostic] = []
        let time = clock.measure { found = Self.read(Array((text + "? *z\n: 1").utf8)).1 }
        #expect(found.contains { $0.message.hasPrefix("aliases (*) are not supported") } && time < .seconds(5))
    }

    @Test func `a flood of mistakes is kept short`() {
        let text = (0..<50_000).map { "key\($0): 1\n" }.joined()
        let found = Self.read(Array(text.utf8)).1
        #expect(found.count == 101 && found.last?.message == "49900 more errors")
        #expect(found.text(limit: 3).hasSuffix("\n… and 98 more"))
    }

    @Test func `a duplicate key shows both places`() {
        #expect(
            Self.read(Array("size: 1\nsize: 2".utf8)).1.text() == """
                f:2:1: error: duplicate key 'size' at the top
                  2 | size: 2
                    | ^~~~
                f:1:1: note: it was given here before
                  1 | size: 1
                    | ^~~~
                """)
    }

    @Test func `programs get the same as JSON`() {
        #expect(
            Self.read(Array("size: 1K".utf8)).1.json.text(isIndented: false) == """
                [{"severity":"error","code":"invalid-value","message":"size must be a size such as 512, 16KiB, 10MiB or \
                1GiB, not '1K'; did you mean '1KiB'?","file":"f","line":1,"column":7,"lastLine":1,"lastColumn":9}]
                """)
    }
}

extension String {
    fileprivate func trimming(_ characters: String) -> String {
        String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
    }
}
