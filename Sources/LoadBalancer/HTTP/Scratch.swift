import Reactor
import Telemetry

/// Memory of one loop that is used anew for every event, to receive into and to write heads into.
@safe
struct Scratch: ~Copyable {
    let capacity: Int
    private(set) var count = 0
    private let memory: UnsafeMutableRawPointer

    init(capacity: Int) {
        self.capacity = capacity
        unsafe memory = .allocate(byteCount: capacity, alignment: 4096)
    }

    deinit { unsafe memory.deallocate() }

    /// The whole memory, to receive into.
    var storage: UnsafeMutableRawBufferPointer { unsafe UnsafeMutableRawBufferPointer(start: memory, count: capacity) }

    /// What was appended since `clear`.
    var written: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: memory, count: count) }

    /// A range of the memory.
    func octets(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: storage[range])
    }

    mutating func clear() { count = 0 }

    @inline(__always)
    mutating func append(_ octet: UInt8) {
        precondition(count < capacity, "what is written fits, as the limits on heads see to")
        unsafe memory.storeBytes(of: octet, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        // A StaticString's octets live as long as the program.
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ octets: UnsafeRawBufferPointer) {
        guard let base = octets.baseAddress else { return }
        precondition(octets.count <= capacity - count, "what is written fits, as the limits on heads see to")
        unsafe (memory + count).copyMemory(from: base, byteCount: octets.count)
        count &+= octets.count
    }

    /// Appends a range of a span.
    @inline(__always)
    mutating func append(_ octets: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let part = octets.extracting(range)
        unsafe part.withUnsafeBytes { unsafe append($0) }
    }

    @inline(__always)
    mutating func append(_ octets: Span<UInt8>, _ run: OctetRange) { append(octets, run.range) }

    /// Appends a number in decimal.
    mutating func append(decimal number: Int) {
        precondition(number >= 0, "lengths and statuses are not negative")
        var digits: [20 of UInt8] = .init(repeating: 0)
        var rest = number
        var first = 20
        repeat {
            first -= 1
            digits[first] = UInt8(rest % 10) + 0x30
            rest /= 10
        } while rest > 0
        while first < 20 {
            append(digits[first])
            first += 1
        }
    }

    /// Appends a number in hexadecimal, without leading zeros unless `digits` asks for them.
    mutating func append(hexadecimal number: UInt64, digits: Int = 1) {
        if digits == 16 {
            let text = (
                Hexadecimal.digits(of: UInt32(number >> 32)), Hexadecimal.digits(of: UInt32(truncatingIfNeeded: number))
            )
            return unsafe withUnsafeBytes(of: text) { unsafe append($0) }
        }
        var shift = max((63 - number.leadingZeroBitCount) / 4, digits - 1) * 4
        if number == 0 { shift = (digits - 1) * 4 }
        while shift >= 0 {
            let digit = UInt8(number >> UInt64(shift) & 15)
            append(digit < 10 ? digit + 0x30 : digit + 0x57)
            shift -= 4
        }
    }
}
