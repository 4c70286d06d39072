import Glibc

/// Moments as reports write them.
enum Timestamp {
    /// Such as `Thu Nov 26 06:30:27 2026`, in the machine's time zone (`ctime(3)`, without its line end).
    static func text(_ seconds: Double) -> String {
        var time = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&time, &parts) != nil else { return "\(Int(seconds))" }
        var octets = [CChar](repeating: 0, count: 64)
        let count = unsafe strftime(&octets, octets.count, "%a %b %e %H:%M:%S %Y", &parts)
        return String(decoding: octets[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Such as `2026-11-26T06:30:27Z`.
    static func iso(_ seconds: Double) -> String {
        var time = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&time, &parts) != nil else { return "\(Int(seconds))" }
        var octets = [CChar](repeating: 0, count: 64)
        let count = unsafe strftime(&octets, octets.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: octets[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Seconds with two digits behind the point.
    static func seconds(_ duration: Duration) -> String {
        let (whole, rest) = duration.components
        let hundredths = rest / 10_000_000_000_000_000
        return "\(whole)." + (hundredths < 10 ? "0" : "") + "\(hundredths)"
    }

    /// Whole microseconds.
    static func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    }
}
