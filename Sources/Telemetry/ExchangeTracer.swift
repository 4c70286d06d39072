package import Tracing

/// Tells a tracer of exchanges, each a span, once they are over (swift-distributed-tracing).
///
/// Where the program has no tracer there is none of these, so that whoever has one to ask compares it with nil, and that is all
/// that it costs.
package struct ExchangeTracer: Sendable {
    private let tracer: any Tracer

    /// Takes the program's tracer; nil if it has none.
    package init?() { self.init(InstrumentationSystem.tracer) }

    /// Takes a tracer; nil for one that does nothing.
    package init?(_ tracer: any Tracer) {
        guard !(tracer is NoOpTracer) else { return nil }
        self.tracer = tracer
    }

    /// Records an exchange that began and ended at such times, in nanoseconds since 1970; `failure` says why it came to nothing.
    package func record(
        _ name: String, from start: UInt64, to end: UInt64, failure: String? = nil,
        _ attributes: [(key: String, value: String)]
    ) {
        let span = tracer.startSpan(
            name, context: .topLevel, ofKind: .server,
            at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: start))
        span.updateAttributes { all in
            for attribute in attributes { all[attribute.key] = SpanAttribute.string(attribute.value) }
        }
        if let failure { span.setStatus(SpanStatus(code: .error, message: failure)) }
        span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: max(start, end)))
    }
}
