import Foundation
import InMemoryTracing
import Telemetry
import Testing
import Tracing

@Suite("Exchange tracer")
struct ExchangeTracerTests {
    @Test func `where the program has no tracer there is nothing to ask`() {
        #expect(ExchangeTracer() == nil)
        #expect(ExchangeTracer(NoOpTracer()) == nil)
    }

    @Test func `an exchange is a span with its times, what is known of it, and why it came to nothing`() throws {
        let memory = InMemoryTracer()
        let tracer = try #require(ExchangeTracer(memory))
        tracer.record("DHCP REQUEST", from: 1_000, to: 3_000, failure: "in-use", [("dhcp.address", "192.0.2.7")])
        tracer.record("DHCP DISCOVER", from: 5_000, to: 4_000, [])
        let spans = memory.finishedSpans
        #expect(spans.map(\.operationName) == ["DHCP REQUEST", "DHCP DISCOVER"])
        #expect(spans.map(\.startInstant.nanosecondsSinceEpoch) == [1_000, 5_000])
        // Clocks may be set between: no span ends before it began.
        #expect(spans.map(\.endInstant.nanosecondsSinceEpoch) == [3_000, 5_000])
        #expect(spans.map { $0.status?.message } == ["in-use", nil])
        #expect(spans[0].attributes["dhcp.address"]?.toSpanAttribute() == .string("192.0.2.7"))
        #expect(spans.allSatisfy { $0.kind == .server })
    }

    @Test func `a file of spans has a line of JSON for each, whatever is in its texts`() throws {
        let path = "/tmp/apus-spans-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let tracer = try #require(ExchangeTracer(try SpanFile(path: path, service: "apus-dhcp")))
        let hostile = "a\"b\\c\u{1}\n\u{2028}é"
        tracer.record("DHCP REQUEST", from: 1_000, to: 3_000, failure: hostile, [("dhcp.client", hostile)])
        tracer.record("DHCP DISCOVER", from: 5_000, to: 6_000, [])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        let spans = try lines.map { line -> [String: Any] in
            let whole = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let resources = whole?["resourceSpans"] as? [[String: Any]]
            let scopes = resources?.first?["scopeSpans"] as? [[String: Any]]
            return try #require((scopes?.first?["spans"] as? [[String: Any]])?.first)
        }
        #expect(spans.map { $0["name"] as? String } == ["DHCP REQUEST", "DHCP DISCOVER"])
        #expect(spans.map { $0["startTimeUnixNano"] as? String } == ["1000", "5000"])
        #expect((spans[0]["status"] as? [String: Any])?["message"] as? String == hostile)
        #expect((spans[0]["traceId"] as? String)?.count == 32 && (spans[0]["spanId"] as? String)?.count == 16)
        let attribute = (spans[0]["attributes"] as? [[String: Any]])?.first
        #expect((attribute?["value"] as? [String: Any])?["stringValue"] as? String == hostile)
    }
}
