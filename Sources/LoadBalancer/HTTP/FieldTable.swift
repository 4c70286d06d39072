/// A field line of a head: where its name and value lie.
struct FieldLine: BitwiseCopyable, Sendable {
    var name = OctetRange()
    /// Without the blanks around it.
    var value = OctetRange()
    var known = FieldName.other
    /// Whether the line is `name: value` with exactly one blank, so that its octets are what we would write.
    var isCanonical = false
    /// Whether the connection field names it as an option, so that it ends here (RFC 9110, 7.6.1).
    var isNominated = false
}

/// The field lines of the head at hand, in storage that is reserved once.
@safe
struct FieldTable: ~Copyable {
    let capacity: Int
    private(set) var count = 0
    private let lines: UnsafeMutablePointer<FieldLine>

    init(capacity: Int) {
        self.capacity = capacity
        unsafe lines = .allocate(capacity: capacity)
        unsafe lines.initialize(repeating: FieldLine(), count: capacity)
    }

    deinit { unsafe lines.deallocate() }

    mutating func removeAll() { count = 0 }

    /// Adds a line; false when there is no room.
    @inline(__always)
    mutating func append(_ line: FieldLine) -> Bool {
        guard count < capacity else { return false }
        unsafe lines[count] = line
        count += 1
        return true
    }

    subscript(index: Int) -> FieldLine {
        @inline(__always)
        unsafeAddress {
            precondition(index >= 0 && index < count, "a line of the head at hand")
            return unsafe UnsafePointer(lines + index)
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(index >= 0 && index < count, "a line of the head at hand")
            return unsafe lines + index
        }
    }
}
