/// The value of a Date field, made anew once a second (RFC 9110, 5.6.7): `Mon, 23 Nov 2026 09:30:00 GMT`.
struct DateField: BitwiseCopyable {
    private var text: [29 of UInt8] = .init(repeating: 0x20)
    private var second = Int64.min

    /// Lends the text for an instant of real time in nanoseconds.
    mutating func withText<R>(at nanoseconds: Int64, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        let now = nanoseconds / 1_000_000_000
        if now != second { write(now) }
        return unsafe withUnsafeBytes(of: text) { unsafe body($0) }
    }

    private mutating func write(_ now: Int64) {
        second = now
        let days = Int(now / 86_400)
        let clock = Int(now % 86_400)
        // Days since 0000-03-01, in years that begin in March, so that the leap day is a year's last.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        put("ThuFriSatSunMonTueWed", from: days % 7 * 3, at: 0)
        put(", ", from: 0, count: 2, at: 3)
        number(day, digits: 2, at: 5)
        put("MarAprMayJunJulAugSepOctNovDecJanFeb", from: month * 3, at: 8)
        number(year, digits: 4, at: 12)
        number(clock / 3600, digits: 2, at: 17)
        text[19] = Octet.colon
        number(clock / 60 % 60, digits: 2, at: 20)
        text[22] = Octet.colon
        number(clock % 60, digits: 2, at: 23)
        put(" GMT", from: 0, count: 4, at: 25)
    }

    private mutating func put(_ words: StaticString, from start: Int, count: Int = 3, at place: Int) {
        precondition(start + count <= words.utf8CodeUnitCount, "the part lies in the words")
        // A StaticString's octets live as long as the program.
        for index in 0..<count { unsafe text[place + index] = words.utf8Start[start + index] }
    }

    private mutating func number(_ number: Int, digits: Int, at place: Int) {
        var rest = number
        for index in stride(from: place + digits - 1, through: place, by: -1) {
            text[index] = UInt8(rest % 10) + 0x30
            rest /= 10
        }
    }
}
