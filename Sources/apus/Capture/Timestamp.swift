/// Times as ISO 8601 writes them.
enum Timestamp {
    /// Date and time in UTC, with nanoseconds; `nanoseconds` are since 1970.
    static func text(_ nanoseconds: UInt64) -> String {
        let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let (days, rest) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = date(days)
        return "\(digits(year, 4))-\(digits(month))-\(digits(day))T"
            + "\(digits(rest / 3600)):\(digits(rest / 60 % 60)):\(digits(rest % 60)).\(digits(Int(fraction), 9))Z"
    }

    /// The date so many days behind 1970-01-01, in years that begin in March so that a leap day is the last.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        // From 0000-03-01 on; 400 years have 146,097 days.
        let (era, inEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let month = (5 * inYear + 2) / 153
        let day = inYear - (153 * month + 2) / 5 + 1
        return (era * 400 + year + (month > 9 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    private static func digits(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
