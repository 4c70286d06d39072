public import Wire

/// A property: a type, a length and octets, padded to whole words (OpenFlow 1.4, 7.2).
public struct Property: Structure {
    /// What it is; the meaning depends on the message.
    public var type: UInt16

    /// Its value, without type, length and padding: up to 65,531 octets.
    public var value: [UInt8]

    /// Makes a property; traps for a value over 65,531 octets.
    public init(type: UInt16, value: [UInt8]) {
        precondition(value.count <= 65_531, "a property has up to 65,535 octets")
        self.type = type
        self.value = value
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowProperty)
        let length = head.uint16(at: 2)
        type = head.uint16(at: 0)
        value = [UInt8](copying: try octets.take(rest: length, after: 4, for: .openFlowProperty))
        _ = try octets.take(min(padded(Int(length)) - Int(length), octets.byteCount), for: .openFlowProperty)
    }

    public var size: Int { padded(4 + value.count) }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: type)
        octets.append(uint16: UInt16(4 + value.count))
        octets.append(copying: value)
        octets.append(zeros: size - 4 - value.count)
    }
}
