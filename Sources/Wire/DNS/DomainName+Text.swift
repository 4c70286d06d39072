extension DomainName: LosslessStringConvertible {
    /// Reads labels with dots between them, and perhaps one at the end; `.` is the root.
    ///
    /// A backslash makes the next character part of a label, or the three digits behind it an octet (RFC 1035, 5.1).
    public init?(_ text: String) {
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { return nil }
        if rest == [0x2E] { rest = [] }
        while let octet = rest.popFirst() {
            if octet == 0x2E {
                guard !label.isEmpty else { return nil }
                labels.append(label)
                label = []
                continue
            }
            guard octet == 0x5C else {
                label.append(octet)
                continue
            }
            guard let next = rest.popFirst() else { return nil }
            guard next &- 0x30 < 10 else {
                label.append(next)
                continue
            }
            guard let tens = rest.popFirst(), let ones = rest.popFirst(), tens &- 0x30 < 10, ones &- 0x30 < 10,
                let value = UInt8(exactly: 100 * Int(next - 0x30) + 10 * Int(tens - 0x30) + Int(ones - 0x30))
            else { return nil }
            label.append(value)
        }
        if !label.isEmpty { labels.append(label) }
        self.init(labels: labels)
    }

    /// The labels with dots between them, none at the end; the root is `.`.
    ///
    /// Whatever is no printing character of ASCII, dots and backslashes are escaped.
    public var description: String {
        var text = ""
        for label in labels {
            if !text.isEmpty { text += "." }
            for octet in label {
                switch octet {
                case 0x2E, 0x5C: text += "\\" + String(UnicodeScalar(octet))
                case 0x21...0x7E: text += String(UnicodeScalar(octet))
                default:
                    text += "\\" + String(repeating: "0", count: octet < 10 ? 2 : octet < 100 ? 1 : 0) + String(octet)
                }
            }
        }
        return text.isEmpty ? "." : text
    }
}
