import Foundation
import Logging
import Synchronization
import Telemetry
import Testing

@Suite("Console log")
struct ConsoleLogHandlerTests {
    private struct Refusal: Error {}

    private func line(
        _ style: ConsoleLogHandler.Style, _ body: (Logger) -> Void
    ) throws -> String {
        let lines = Lines()
        var logger = Logger(label: "apus.lb") { label in
            ConsoleLogHandler(label: label, style: style) { line in lines.all.withLock { $0.append(line) } }
        }
        logger[metadataKey: "pool"] = "web"
        body(logger)
        let all = lines.all.withLock(\.self)
        #expect(all.count == 1)
        return String(decoding: try #require(all.first), as: UTF8.self)
    }

    private final class Lines: Sendable { let all = Mutex<[[UInt8]]>([]) }

    private static var time: Regex<Substring> { #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/# }

    @Test func `text is one line with the time, level, message and metadata in order`() throws {
        let found = try line(.text(isColoured: false)) {
            $0.warning("went\ndown \u{1B}[31m", metadata: ["server": "10.0.0.1:80", "why": "no answer", "x": ""])
        }
        #expect(
            found.replacing(Self.time, with: "T")
                == #"T warning: went\u{a}down \u{1b}[31m pool=web server=10.0.0.1:80 why="no answer" x="" "#.dropLast()
                + "\n")
    }

    @Test func `colour comes with the coloured style alone`() throws {
        let found = try line(.text(isColoured: true)) { $0.error("broken") }
        #expect(found.contains("\u{1B}[1;31merror\u{1B}[0m: broken"))
    }

    @Test func `JSON is one object on one line, whatever the message holds`() throws {
        let found = try line(.json) {
            $0.error("a \"b\"\n\u{2028}ü", metadata: ["message": "shadow", "n": "1", "list": ["a", "b"]])
        }
        #expect(found.last == "\n" && found.utf8.filter { $0 == 0x0A }.count == 1)
        var object = try #require(try JSONSerialization.jsonObject(with: Data(found.utf8)) as? [String: String])
        let time = object.removeValue(forKey: "time")
        #expect(time?.wholeMatch(of: Self.time) != nil)
        #expect(
            object == [
                "level": "error", "logger": "apus.lb", "message": "a \"b\"\n\u{2028}ü", "message_": "shadow", "n": "1",
                "list": #"["a", "b"]"#, "pool": "web",
            ])
    }

    @Test func `an error that is logged is named`() throws {
        let found = try line(.text(isColoured: false)) { $0.error("failed", error: Refusal()) }
        #expect(found.contains("error=\"Refusal()\"") || found.contains("error=Refusal()"))
    }

    @Test func `a long message is not cut`() throws {
        let message = String(repeating: "\u{1}ü", count: 5_000)
        let found = try line(.json) { $0.info("\(message)") }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(found.utf8)) as? [String: String])
        #expect(object["message"] == message)
    }
}
