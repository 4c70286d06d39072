import Foundation
import Telemetry
import Testing

@Suite("Prometheus text")
struct PrometheusTextTests {
    private static let promtool = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test func `a metric has its help, its type and its samples, in the documentation's form`() {
        var metrics = PrometheusText()
        metrics.begin("apus_requests_total", .counter, help: "Requests\nwith a \\ and \"quotes\".")
        metrics.sample(UInt64.max, ["listener": "web", "class": "2xx"])
        metrics.sample(0, ["listener": "a\"b\\c\nd", "class": "5xx"])
        metrics.begin("apus_up", .gauge, help: "Whether.")
        metrics.sample(1)
        metrics.sample(real: 0.25, ["x": "ü"])
        metrics.sample(real: .infinity, ["x": ""])
        #expect(
            metrics.text == #"""
                # HELP apus_requests_total Requests\nwith a \\ and "quotes".
                # TYPE apus_requests_total counter
                apus_requests_total{listener="web",class="2xx"} 18446744073709551615
                apus_requests_total{listener="a\"b\\c\nd",class="5xx"} 0
                # HELP apus_up Whether.
                # TYPE apus_up gauge
                apus_up 1
                apus_up{x="ü"} 0.25
                apus_up{x=""} +Inf

                """#)
    }

    @Test func `a histogram's buckets add up, in seconds`() throws {
        let histogram = Histogram()
        for duration in [10, 65_536, 65_537, 1 << 30, (1 << 30) + 1, 100_000_000_000] as [UInt64] {
            histogram.record(nanoseconds: duration)
        }
        var metrics = PrometheusText()
        metrics.begin("t_seconds", .histogram, help: "Durations.")
        metrics.sample(histogram.snapshot(), ["l": "web"])
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines[2] == #"t_seconds_bucket{l="web",le="6.5536e-05"} 2"#)
        #expect(lines[3] == #"t_seconds_bucket{l="web",le="0.000131072"} 3"#)
        #expect(lines.contains(#"t_seconds_bucket{l="web",le="1.073741824"} 4"#))
        #expect(lines.contains(#"t_seconds_bucket{l="web",le="2.147483648"} 5"#))
        #expect(lines.contains(#"t_seconds_bucket{l="web",le="68.719476736"} 5"#))
        #expect(
            lines.suffix(3) == [
                #"t_seconds_bucket{l="web",le="+Inf"} 6"#, #"t_seconds_sum{l="web"} 102.147614732"#,
                #"t_seconds_count{l="web"} 6"#,
            ])
    }

    @Test(.enabled(if: promtool != nil, "promtool (Debian's prometheus) is not installed"))
    func `Prometheus's own checker accepts it, and refuses a damaged one`() throws {
        let histogram = Histogram()
        for duration in 0..<5_000 as Range<UInt64> { histogram.record(nanoseconds: duration * duration * 1_000) }
        var metrics = PrometheusText()
        metrics.begin("apus_errors_total", .counter, help: "Errors \\ of\nall kinds.")
        for label in ["plain", "q\"uote", "back\\slash", "new\nline", "ü", ""] { metrics.sample(7, ["reason": label]) }
        metrics.begin("apus_duration_seconds", .histogram, help: "Durations.")
        metrics.sample(histogram.snapshot(), ["listener": "web"])
        #expect(try Self.check(metrics.text) == "")
        let damaged = metrics.text.replacingOccurrences(of: #"q\"uote"#, with: #"q"uote"#)
        #expect(try Self.check(damaged) != "")
    }

    /// What `promtool check metrics` complains of.
    private static func check(_ text: String) throws -> String {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: promtool ?? "")
        process.arguments = ["check", "metrics"]
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let complaint = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let report = String(decoding: complaint, as: UTF8.self)
        return process.terminationStatus == 0 ? report : "refused: \(report)"
    }
}
