import Glibc
import Linux
package import Logging
import Synchronization

/// Writes a program's own log to standard error: a line of text or of JSON for each message.
///
/// It is written with one `write`, so that lines of several threads do not mix. Text is coloured when it goes to a
/// terminal, unless `NO_COLOR` is set. Controls that a message brings along are escaped.
package struct ConsoleLogHandler: LogHandler {
    /// How a line looks.
    package enum Style: Sendable { case json, text(isColoured: Bool) }

    package var logLevel = Logger.Level.info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let style: Style
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - label: The logger's name.
    ///   - style: How lines look; `automatic` by default.
    ///   - write: Where lines go, each with its newline; standard error by default.
    package init(
        label: String, style: Style = .automatic,
        write: @escaping @Sendable ([UInt8]) -> Void = ConsoleLogHandler.writeToStandardError
    ) {
        (self.label, self.style, self.write) = (label, style, write)
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        // Room for everything escaped: six octets for one, and what surrounds the values.
        let octets = all.reduce(event.message.description.utf8.count + label.utf8.count) { sum, pair in
            sum + pair.key.utf8.count + pair.value.description.utf8.count
        }
        var line = LineBuilder(capacity: 256 + 6 * octets + 16 * all.count)
        switch style {
        case .json: Self.append(event, label, all, asJSON: &line)
        case .text(let isColoured): Self.append(event, all, isColoured: isColoured, asText: &line)
        }
        line.append(0x0A)
        unsafe write(Array(line.octets))
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    private static func append(
        _ event: LogEvent, _ label: String, _ metadata: Logger.Metadata, asJSON line: inout LineBuilder
    ) {
        line.append("{\"time\":\"")
        line.append(timestamp: Int64(Clock.real))
        line.append("\",\"level\":\"")
        line.append(text: event.level.rawValue)
        line.append("\",\"logger\":")
        line.append(json: label, limit: .max)
        line.append(",\"message\":")
        line.append(json: event.message.description, limit: .max)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line.append(0x2C)
            // A field of the line itself is not overwritten by metadata of that name.
            line.append(json: ["time", "level", "logger", "message"].contains(key) ? key + "_" : key, limit: .max)
            line.append(0x3A)
            line.append(json: value.description, limit: .max)
        }
        line.append(0x7D)
    }

    private static func append(
        _ event: LogEvent, _ metadata: Logger.Metadata, isColoured: Bool, asText line: inout LineBuilder
    ) {
        if isColoured { line.append("\u{1B}[2m") }
        line.append(timestamp: Int64(Clock.real))
        if isColoured { line.append("\u{1B}[0m") }
        line.append(0x20)
        if isColoured { line.append(color(of: event.level)) }
        line.append(text: event.level.rawValue)
        if isColoured { line.append("\u{1B}[0m") }
        line.append(": ")
        line.append(visible: event.message.description)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line.append(0x20)
            if isColoured { line.append("\u{1B}[2m") }
            line.append(visible: key)
            line.append(0x3D)
            if isColoured { line.append("\u{1B}[0m") }
            let text = value.description
            if text.isEmpty || text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3D }) {
                line.append(json: text, limit: .max)
            } else {
                line.append(visible: text)
            }
        }
    }

    private static func color(of level: Logger.Level) -> StaticString {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info, .notice: "\u{1B}[32m"
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[1;31m"
        }
    }

    /// Writes a line to standard error with one call.
    package static func writeToStandardError(_ line: [UInt8]) {
        _ = unsafe Glibc.write(STDERR_FILENO, line, line.count)
    }
}

extension ConsoleLogHandler.Style {
    /// Text, coloured when standard error is a terminal and `NO_COLOR` is not set (no-color.org).
    package static var automatic: Self {
        let refusal = unsafe getenv("NO_COLOR")
        let isRefused = unsafe refusal != nil && refusal?.pointee != 0
        return .text(isColoured: isatty(STDERR_FILENO) == 1 && !isRefused)
    }
}

extension LineBuilder {
    /// Appends text with its controls escaped as `append(json:)` does, without quotes around it.
    mutating func append(visible text: String) {
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format:
                append(text: "\\u{\(String(scalar.value, radix: 16))}")
            default: append(text: String(scalar))
            }
        }
    }
}
