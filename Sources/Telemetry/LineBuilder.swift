/// Builds one log line in memory reserved at `init`: numbers, times and hostile octets, without allocating.
///
/// What does not fit is left out and `isTruncated` says so, so give it room: an escaped octet takes up to six. Text
/// that came from the network goes through `append(json:)` or `append(escaped:)`, each with a limit of its own.
@safe package struct LineBuilder: ~Copyable {
    /// How many octets a line may have.
    package let capacity: Int

    /// How many octets the line has so far.
    @usableFromInline package internal(set) var count = 0

    /// Whether something did not fit since the last `clear`.
    @usableFromInline package internal(set) var isTruncated = false

    @usableFromInline let memory: UnsafeMutableRawPointer
    private var clock = TimestampCache()

    package init(capacity: Int) {
        precondition(capacity > 0, "a line has room for an octet")
        self.capacity = capacity
        unsafe memory = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The line so far, valid until the next change.
    @unsafe package var octets: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory, count: count)
    }

    /// Queues the line, without clearing it; false if the ring had no room.
    @discardableResult
    package borrowing func send(to ring: LogRing) -> Bool {
        unsafe ring.append(octets)
    }

    /// Starts a new line.
    package mutating func clear() {
        count = 0
        isTruncated = false
    }

    /// Appends one octet.
    @inlinable
    package mutating func append(_ octet: UInt8) {
        guard count < capacity else {
            isTruncated = true
            return
        }
        unsafe memory.storeBytes(of: octet, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Appends text of the program's own, unescaped.
    @inlinable
    package mutating func append(_ text: StaticString) {
        unsafe append(raw: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends octets as they are, or none of them if they do not all fit.
    @inlinable
    package mutating func append(raw source: UnsafeRawBufferPointer) {
        guard let base = source.baseAddress, source.count <= capacity - count else {
            isTruncated = isTruncated || source.count > 0
            return
        }
        unsafe memory.advanced(by: count).copyMemory(from: base, byteCount: source.count)
        count &+= source.count
    }

    /// Appends a string's UTF-8, unescaped; a native string is not copied first.
    package mutating func append(text: borrowing String) {
        let span = text.utf8Span.span
        for index in span.indices { append(span[index]) }
    }

    /// Appends a number in decimal, or none of it if it does not fit.
    package mutating func append(decimal number: UInt64) {
        // From the last digit on: dividing by a constant is a multiplication.
        var digits: [20 of UInt8] = .init(repeating: 0)
        var rest = number
        var first = 20
        repeat {
            first &-= 1
            let next = rest / 10
            digits[first] = 0x30 &+ UInt8(truncatingIfNeeded: rest &- next &* 10)
            rest = next
        } while rest > 0
        unsafe withUnsafeBytes(of: digits) { unsafe append(raw: UnsafeRawBufferPointer(rebasing: $0[first...])) }
    }

    /// Appends a number as 16 hexadecimal digits.
    package mutating func append(hexadecimal number: UInt64) {
        let text = (
            Hexadecimal.digits(of: UInt32(number >> 32)), Hexadecimal.digits(of: UInt32(truncatingIfNeeded: number))
        )
        unsafe withUnsafeBytes(of: text) { unsafe append(raw: $0) }
    }

    /// Appends a number in decimal.
    package mutating func append(decimal number: Int) {
        if number < 0 { append(0x2D) }
        append(decimal: UInt64(number.magnitude))
    }

    /// Appends a duration as milliseconds with three decimals, cut off: 1234567 ns are `1.234`.
    package mutating func append(milliseconds nanoseconds: UInt64) {
        append(decimal: nanoseconds / 1_000_000)
        append(0x2E)
        append(thousandths: nanoseconds / 1_000 % 1_000)
    }

    /// Appends an instant of real time (`CLOCK_REALTIME`) as RFC 3339 in UTC with milliseconds: `2026-11-23T09:30:00.125Z`.
    package mutating func append(timestamp nanoseconds: Int64) {
        let (seconds, rest) = nanoseconds.dividedFloor(by: 1_000_000_000)
        clock.update(seconds: seconds)
        let text = clock.text
        unsafe withUnsafeBytes(of: text) { unsafe append(raw: $0) }
        append(0x2E)
        append(thousandths: UInt64(rest / 1_000_000))
        append(0x5A)
    }

    /// Three digits, of a number below 1000.
    private mutating func append(thousandths number: UInt64) {
        append(0x30 &+ UInt8(truncatingIfNeeded: number / 100))
        append(0x30 &+ UInt8(truncatingIfNeeded: number / 10 % 10))
        append(0x30 &+ UInt8(truncatingIfNeeded: number % 10))
    }
}

extension Int64 {
    /// The quotient rounded down, and what is left, which is never negative.
    func dividedFloor(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
