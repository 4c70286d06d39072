/// Sizes in octets as settings write them.
enum Size {
    private static let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

    /// The shortest exact form: `16KiB`, `512`.
    static func text(_ octets: Int) -> String {
        for (name, size) in units where octets != 0 && octets % size == 0 { return "\(octets / size)\(name)" }
        return String(octets)
    }

    static func parse(_ text: String) throws(Refusal) -> Int {
        let (count, unit) = try Quantity.split(text)
        guard !unit.isEmpty else { return count }
        guard let size = units.first(where: { $0.0 == unit })?.1 else {
            // K, KB, kb, kib and the like: which was meant is clear but for thousands, which nobody means.
            let letter = unit.prefix(1).uppercased()
            let isKnown = ["K", "M", "G"].contains(letter) && ["", "b", "ib"].contains(unit.dropFirst().lowercased())
            if isKnown { throw Refusal("did you mean '\(count)\(letter)iB'?") }
            throw Refusal(["b", "B"].contains(unit) ? "octets need no unit: '\(count)'" : "units are KiB, MiB and GiB")
        }
        let (octets, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow else { throw Refusal("the number is too large") }
        return octets
    }
}

extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// The shortest exact form: `1h`, `90s`, `500ms`.
    ///
    /// Traps if it is not whole milliseconds.
    var settingsText: String {
        let (seconds, attoseconds) = components
        precondition(attoseconds % 1_000_000_000_000_000 == 0, "durations in settings are whole milliseconds")
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        for (name, size) in Self.units where milliseconds != 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(name)"
        }
        return "0s"
    }

    init(settingsText text: String) throws(Refusal) {
        let (count, unit) = try Quantity.split(text)
        guard let size = Self.units.first(where: { $0.name == unit })?.milliseconds else {
            switch unit.lowercased() {
            case "": throw Refusal("give a unit, such as '\(count)s'")
            case "sec", "secs", "second", "seconds", "s": throw Refusal("did you mean '\(count)s'?")
            case "min", "mins", "minute", "minutes": throw Refusal("did you mean '\(count)m'?")
            case "hr", "hrs", "hour", "hours", "h": throw Refusal("did you mean '\(count)h'?")
            case "msec", "millis", "milliseconds", "ms": throw Refusal("did you mean '\(count)ms'?")
            case "d", "day", "days":
                let (hours, overflow) = count.multipliedReportingOverflow(by: 24)
                throw overflow ? Refusal("the number is too large") : Refusal("did you mean '\(hours)h'?")
            default: throw Refusal("units are ms, s, m and h, one of them")
            }
        }
        let (milliseconds, overflow) = Int64(count).multipliedReportingOverflow(by: size)
        guard !overflow else { throw Refusal("the number is too large") }
        self = .milliseconds(milliseconds)
    }
}

private enum Quantity {
    /// A whole number and what follows it.
    static func split(_ text: String) throws(Refusal) -> (count: Int, unit: Substring) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...]
        guard !digits.isEmpty else { throw Refusal() }
        guard let count = Int(digits) else { throw Refusal("the number is too large") }
        guard unit.first != "." else { throw Refusal("write a whole number and a smaller unit") }
        guard unit.first != " " else { throw Refusal("write the unit right after the number") }
        return (count, unit)
    }
}
