/// What a BPF device asks of its system, so that its conduct can be tested anywhere.
///
/// A call gives what it counts, or the negative errno, whose numbers are the BSDs' and macOS's.
public protocol BSDSystem {
    /// How records lie in a device's buffer.
    var layout: BSDRecords.Layout { get }
    /// Whether a filter can be locked (BIOCLOCK), which macOS has not.
    var canLock: Bool { get }

    /// Opens a device to read and write without waiting.
    mutating func open(_ path: String) -> Int32
    /// Makes a request with an argument, which the system may change.
    mutating func control(_ descriptor: Int32, _ request: BSDRequest, _ argument: inout [UInt8]) -> Int32
    /// Attaches a filter.
    mutating func attach(_ descriptor: Int32, _ filter: FilterProgram) -> Int32
    /// Reads records, as long as the buffer is the device's.
    mutating func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int
    /// Writes a frame.
    mutating func write(_ descriptor: Int32, _ frame: RawSpan) -> Int
    /// Waits until the device can be read (or written), at most so many nanoseconds if there are any; false if the time is over.
    mutating func wait(
        _ descriptor: Int32, toWrite: Bool, until deadline: Deadline, slice: Int?
    ) throws(LinkError) -> Bool
    /// Closes a device.
    mutating func close(_ descriptor: Int32)
}

/// The errno that the conduct of a device looks at (`intro(2)` of FreeBSD and macOS, where they are the same).
enum BSDCode {
    static let (interrupted, noDevice, busy, missing) = (Int32(4), Int32(6), Int32(16), Int32(2))
    static let (again, networkDown, noBuffers) = (Int32(35), Int32(50), Int32(55))
}
