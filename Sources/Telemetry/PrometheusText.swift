/// Metrics in Prometheus's text format, version 0.0.4, as its documentation "Exposition formats" describes it.
///
/// Every metric is begun once, with its samples right behind it; that a name or a label keeps to the format's letters
/// is the program's business and is checked.
package struct PrometheusText {
    /// What a response that carries `text` says of itself.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// Everything written so far.
    package private(set) var text = ""

    private var name = ""
    private var begun: Set<String> = []

    package init() {}

    /// Begins a metric; its samples follow.
    package mutating func begin(_ name: String, _ kind: Kind, help: String) {
        precondition(Self.isName(name), "a metric's name has only letters, digits, _ and :")
        precondition(begun.insert(name).inserted, "a metric is begun once: \(name)")
        self.name = name
        text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Appends a sample of the metric begun last.
    package mutating func sample(_ value: UInt64, _ labels: KeyValuePairs<String, String> = [:]) {
        append("", labels, "\(value)")
    }

    /// Appends a sample of the metric begun last.
    package mutating func sample(real value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        append("", labels, Self.format(value))
    }

    /// Appends a histogram of durations, in seconds, as a sample of the metric begun last.
    ///
    /// It has a bucket for each power of two of nanoseconds from 2^16 (66 µs) to 2^36 (69 s). The buckets' ends are odd numbers of seconds, but the counts are exact.
    package mutating func sample(_ histogram: HistogramSnapshot, _ labels: KeyValuePairs<String, String> = [:]) {
        for exponent in 16...36 {
            let end = UInt64(1) << UInt64(exponent)
            let bound = ("le", Self.format(Double(end) / 1e9))
            append("_bucket", labels, "\(histogram.count(upTo: end))", and: bound)
        }
        append("_bucket", labels, "\(histogram.count)", and: ("le", "+Inf"))
        append("_sum", labels, Self.format(Double(histogram.sum) / 1e9))
        append("_count", labels, "\(histogram.count)")
    }

    private mutating func append(
        _ suffix: String, _ labels: KeyValuePairs<String, String>, _ value: String, and last: (String, String)? = nil
    ) {
        precondition(!name.isEmpty, "a sample belongs to a metric that was begun")
        var pairs = labels.map { label, value in
            precondition(Self.isName(label) && !label.contains(":"), "a label's name has only letters, digits and _")
            return "\(label)=\"\(Self.escape(value, quotes: true))\""
        }
        if let last { pairs.append("\(last.0)=\"\(last.1)\"") }
        text += name + suffix + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
            default: false
            }
        }
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    /// As Go's `ParseFloat` reads it.
    private static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : value.description
    }
}
