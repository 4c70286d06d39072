/// The text of one second, `2026-11-23T09:30:00`, made anew only when the second changes.
struct TimestampCache {
    private(set) var text: [19 of UInt8] = .init(repeating: 0x30)
    private var seconds = Int64.min

    /// Makes `text` that of a second of Unix time, in the years 0 to 9999, which alone have a form.
    mutating func update(seconds: Int64) {
        guard seconds != self.seconds else { return }
        self.seconds = seconds
        let (days, second) = seconds.dividedFloor(by: 86_400)
        let (year, month, day) = Self.date(days: Int(days))
        write(year, digits: 4, at: 0)
        text[4] = 0x2D
        write(month, digits: 2, at: 5)
        text[7] = 0x2D
        write(day, digits: 2, at: 8)
        text[10] = 0x54
        write(Int(second) / 3600, digits: 2, at: 11)
        text[13] = 0x3A
        write(Int(second) / 60 % 60, digits: 2, at: 14)
        text[16] = 0x3A
        write(Int(second) % 60, digits: 2, at: 17)
    }

    private mutating func write(_ number: Int, digits: Int, at start: Int) {
        var rest = number
        for place in stride(from: start + digits - 1, through: start, by: -1) {
            text[place] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// The Gregorian date of a day counted from 1970-01-01.
    ///
    /// Years are counted from March, so that the leap day is the last of its year, and months from it have lengths that
    /// one linear formula gives.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        // 400 years have 146,097 days; day 0 is 0000-03-01, which keeps every number here positive from year 0 on.
        let day = days + 719_468 + 146_097
        let era = day / 146_097
        let dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + (era - 1) * 400 + (month >= 10 ? 1 : 0)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}
