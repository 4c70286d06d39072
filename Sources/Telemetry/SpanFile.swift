import Linux
package import Tracing

/// A tracer that appends each span to a file when it ends: a line of OTLP/JSON, as OpenTelemetry's collector reads them from files.
///
/// Lines are written by who ends a span, one call each; of a disk that takes no more nothing is kept. A file that was renamed
/// is written on: rotate it by copying and cutting.
package final class SpanFile: Tracer {
    private let descriptor: Int32
    private let service: String

    /// Opens the file, or makes it.
    package init(path: String, service: String) throws(LogError) {
        let opened = File.openForAppending(path)
        if let code = opened.failure { throw LogError(path: path, code: code) }
        descriptor = Int32(opened.raw)
        self.service = service
    }

    deinit { Socket.close(descriptor) }

    /// Makes such a tracer the program's; once.
    package static func bootstrap(path: String, service: String) throws(LogError) {
        InstrumentationSystem.bootstrap(try SpanFile(path: path, service: service))
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> FileSpan {
        FileSpan(self, operationName, context(), kind, start: instant().nanosecondsSinceEpoch)
    }

    package func activeSpan(identifiedBy context: InstrumentationContext) -> FileSpan? { nil }

    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}

    fileprivate func write(_ span: String) {
        let line =
            #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"#
            + FileSpan.quoted(service) + #"}}]},"scopeSpans":[{"scope":{"name":"apus"},"spans":["# + span + "]}]}]}\n"
        let octets = Array(line.utf8)
        // The octets stay while the call reads them.
        unsafe octets.withUnsafeBytes { octets in
            _ = unsafe File.append(octets, UnsafeRawBufferPointer(start: nil, count: 0), to: descriptor)
        }
    }
}

/// A span of a `SpanFile`.
package final class FileSpan: Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var status: SpanStatus?
        var isOver = false
    }

    package let context: InstrumentationContext
    private let file: SpanFile
    private let kind: SpanKind
    private let start: UInt64
    private let state: Guarded<State>

    fileprivate init(
        _ file: SpanFile, _ name: String, _ context: InstrumentationContext, _ kind: SpanKind, start: UInt64
    ) {
        (self.file, self.context, self.kind, self.start) = (file, context, kind, start)
        state = Guarded(State(name: name))
    }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package var isRecording: Bool { state.withLock { !$0.isOver } }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }

    package func addEvent(_ event: SpanEvent) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.status = SpanStatus(code: .error, message: "\(error)") }
    }

    package func addLink(_ link: SpanLink) {}

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let last = state.withLock { state -> State? in
            guard !state.isOver else { return nil }
            state.isOver = true
            return state
        }
        guard let last else { return }
        var attributes: [String] = []
        last.attributes.forEach { key, value in
            attributes.append(#"{"key":\#(Self.quoted(key)),"value":\#(Self.value(value))}"#)
        }
        let status: String =
            switch last.status?.code {
            case .ok?: #"{"code":1}"#
            case .error?: #"{"code":2,"message":\#(Self.quoted(last.status?.message ?? ""))}"#
            case nil: "{}"
            }
        var random = SystemRandomNumberGenerator()
        func digits() -> String {
            let text = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        file.write(
            #"{"traceId":"\#(digits())\#(digits())","spanId":"\#(digits())","name":\#(Self.quoted(last.name)),"#
                + #""kind":\#(Self.number(kind)),"startTimeUnixNano":"\#(start)","endTimeUnixNano":"\#(end)","#
                + #""attributes":[\#(attributes.sorted().joined(separator: ","))],"status":\#(status)}"#)
    }

    /// OTLP's numbers (`opentelemetry/proto/trace/v1/trace.proto`).
    private static func number(_ kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func value(_ value: SpanAttribute) -> String {
        switch value {
        case .bool(let value): #"{"boolValue":\#(value)}"#
        case .int32(let value): #"{"intValue":"\#(value)"}"#
        case .int64(let value): #"{"intValue":"\#(value)"}"#
        case .string(let value): #"{"stringValue":\#(quoted(value))}"#
        default: #"{"stringValue":\#(quoted("\(value)"))}"#
        }
    }

    /// A string of JSON (RFC 8259, 7).
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
