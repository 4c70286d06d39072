import Lab

extension Results.Machine {
    /// This one.
    static func here() -> Results.Machine {
        let lines = (Files.text("/proc/cpuinfo") ?? "").split(separator: "\n")
        func value(_ line: Substring) -> String {
            line.split(separator: ":", maxSplits: 1).last.map { String($0.drop { $0 == " " }) } ?? ""
        }
        return Results.Machine(
            kernel: (Files.text("/proc/sys/kernel/osrelease") ?? "").filter { !$0.isNewline },
            processor: lines.first { $0.hasPrefix("model name") }.map(value) ?? "unknown",
            cores: lines.count { $0.hasPrefix("processor") })
    }
}

extension Double {
    /// As a text with so many digits after the point.
    func rounded(_ digits: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((self.magnitude * scale).rounded())
        let sign = self < 0 && whole > 0 ? "-" : ""
        if digits == 0 { return "\(sign)\(whole)" }
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
    }
}
