/// Writes one JSON document on one line (RFC 8259).
struct JSONText {
    private(set) var text = ""
    private var isFirst = true

    mutating func object(_ key: String? = nil, _ body: (inout JSONText) -> Void) { nest(key, "{", "}", body) }

    mutating func array(_ key: String? = nil, _ body: (inout JSONText) -> Void) { nest(key, "[", "]", body) }

    mutating func member(_ key: String, _ value: String?) {
        guard let value else { return }
        name(key)
        text += Self.quoted(value)
    }

    mutating func member(_ key: String, _ value: Int) {
        name(key)
        text += String(value)
    }

    /// A number with two places; not negative.
    mutating func member(_ key: String, hundredths value: Int) {
        name(key)
        text += "\(value / 100).\(value / 10 % 10)\(value % 10)"
    }

    mutating func member(_ key: String, _ value: Bool) {
        name(key)
        text += value ? "true" : "false"
    }

    mutating func element(_ value: String) {
        name(nil)
        text += Self.quoted(value)
    }

    private mutating func nest(_ key: String?, _ first: String, _ last: String, _ body: (inout JSONText) -> Void) {
        name(key)
        text += first
        isFirst = true
        body(&self)
        text += last
        isFirst = false
    }

    private mutating func name(_ key: String?) {
        if !isFirst { text += "," }
        isFirst = false
        if let key { text += Self.quoted(key) + ":" }
    }

    static func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
