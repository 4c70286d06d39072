/// Writes a capture file as octets to append to it: pcapng, or pcap for programs that read nothing else.
///
/// Numbers are little-endian, times nanoseconds. A pcap file has one interface.
public struct CaptureWriter: Sendable {
    /// The formats.
    public enum Format: Sendable {
        case pcap
        case pcapng
    }

    private let format: Format
    private var interfaces: [CaptureInterface]

    /// A writer for frames of these interfaces.
    public init(_ format: Format = .pcapng, interfaces: [CaptureInterface] = [CaptureInterface()]) {
        precondition(!interfaces.isEmpty, "frames come on an interface")
        precondition(format == .pcapng || interfaces.count == 1, "a pcap file has one interface")
        precondition(interfaces.count <= CaptureLimit.interfaces, "a section has a bounded number of interfaces")
        (self.format, self.interfaces) = (format, interfaces)
    }

    /// Appends what stands at the file's begin.
    public func begin(_ file: inout [UInt8]) {
        if format == .pcap {
            file.append(little: UInt32(0xA1B2_3C4D))
            file.append(little: UInt16(2))
            file.append(little: UInt16(4))
            file.append(little: UInt64(0))
            let snapLength = interfaces[0].snapLength
            file.append(little: UInt32(clamping: snapLength == 0 ? CaptureLimit.frameSize : snapLength))
            file.append(little: UInt32(interfaces[0].linkType.rawValue))
            return
        }
        Self.block(0x0A0D_0D0A, &file) { body in
            body.append(little: UInt32(0x1A2B_3C4D))
            body.append(little: UInt16(1))
            body.append(little: UInt16(0))
            // The section's length is not said.
            body.append(little: UInt64.max)
        }
        for interface in interfaces { Self.describe(interface, &file) }
    }

    /// Appends a further interface, for frames that follow, and gives its number; a pcap file has no place for one.
    public mutating func add(_ interface: CaptureInterface, to file: inout [UInt8]) -> Int {
        precondition(format == .pcapng, "a pcap file has one interface")
        precondition(interfaces.count < CaptureLimit.interfaces, "a section has a bounded number of interfaces")
        Self.describe(interface, &file)
        interfaces.append(interface)
        return interfaces.count - 1
    }

    private static func describe(_ interface: CaptureInterface, _ file: inout [UInt8]) {
        block(1, &file) { body in
            body.append(little: interface.linkType.rawValue)
            body.append(little: UInt16(0))
            body.append(little: UInt32(clamping: interface.snapLength))
            if let name = interface.name { option(2, Array(name.utf8.prefix(255)), &body) }
            // Nanoseconds: ten to the power of minus nine.
            option(9, [9], &body)
            body.append(little: UInt32(0))
        }
    }

    /// Appends a frame.
    public func append(_ frame: CapturedFrame, to file: inout [UInt8]) {
        precondition(interfaces.indices.contains(frame.interface), "a frame comes on one of the interfaces")
        precondition(frame.octets.count <= CaptureLimit.frameSize, "a frame is not longer than readers take")
        if format == .pcap {
            let (seconds, rest) = frame.timestamp.quotientAndRemainder(dividingBy: 1_000_000_000)
            file.append(little: UInt32(clamping: seconds))
            file.append(little: UInt32(rest))
            file.append(little: UInt32(frame.octets.count))
            file.append(little: UInt32(clamping: frame.originalLength))
            file += frame.octets
            return
        }
        Self.block(6, &file) { body in
            body.append(little: UInt32(frame.interface))
            body.append(little: UInt32(frame.timestamp >> 32))
            body.append(little: UInt32(truncatingIfNeeded: frame.timestamp))
            body.append(little: UInt32(frame.octets.count))
            body.append(little: UInt32(clamping: frame.originalLength))
            body += frame.octets
        }
    }

    /// Appends how many frames an interface received and lost up to `timestamp`; pcap has no place for it.
    public func appendStatistics(
        of interface: Int, received: UInt64, dropped: UInt64, at timestamp: UInt64, to file: inout [UInt8]
    ) {
        precondition(interfaces.indices.contains(interface), "statistics are of one of the interfaces")
        guard format == .pcapng else { return }
        Self.block(5, &file) { body in
            body.append(little: UInt32(interface))
            body.append(little: UInt32(timestamp >> 32))
            body.append(little: UInt32(truncatingIfNeeded: timestamp))
            for (code, count) in [(UInt16(4), received), (5, dropped)] {
                var value: [UInt8] = []
                value.append(little: count)
                Self.option(code, value, &body)
            }
            body.append(little: UInt32(0))
        }
    }

    /// Appends a block: type, length, body, padding, and the length again.
    private static func block(_ type: UInt32, _ file: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        var body: [UInt8] = []
        write(&body)
        body += Array(repeating: 0, count: -body.count & 3)
        file.append(little: type)
        file.append(little: UInt32(body.count + 12))
        file += body
        file.append(little: UInt32(body.count + 12))
    }

    private static func option(_ code: UInt16, _ value: [UInt8], _ body: inout [UInt8]) {
        body.append(little: code)
        body.append(little: UInt16(value.count))
        body += value + Array(repeating: 0, count: -value.count & 3)
    }
}

extension [UInt8] {
    fileprivate mutating func append(little value: some FixedWidthInteger & UnsignedInteger) {
        for shift in 0..<(value.bitWidth / 8) { append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }
}
