public import Wire

/// A version of the protocol, by its number on the wire.
public struct Version: RawRepresentable, Hashable, Comparable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// OpenFlow 1.4, the one that is spoken here.
    public static let openFlow14 = Version(rawValue: 5)

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a message is (`OFPT_`; OpenFlow 1.4, 7.1).
public struct MessageType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let hello = MessageType(rawValue: 0)
    public static let error = MessageType(rawValue: 1)
    public static let echoRequest = MessageType(rawValue: 2)
    public static let echoReply = MessageType(rawValue: 3)
    public static let experimenter = MessageType(rawValue: 4)
    public static let featuresRequest = MessageType(rawValue: 5)
    public static let featuresReply = MessageType(rawValue: 6)
    public static let getConfigRequest = MessageType(rawValue: 7)
    public static let getConfigReply = MessageType(rawValue: 8)
    public static let setConfig = MessageType(rawValue: 9)
    public static let packetIn = MessageType(rawValue: 10)
    public static let flowRemoved = MessageType(rawValue: 11)
    public static let portStatus = MessageType(rawValue: 12)
    public static let packetOut = MessageType(rawValue: 13)
    public static let flowMod = MessageType(rawValue: 14)
    public static let groupMod = MessageType(rawValue: 15)
    public static let portMod = MessageType(rawValue: 16)
    public static let tableMod = MessageType(rawValue: 17)
    public static let multipartRequest = MessageType(rawValue: 18)
    public static let multipartReply = MessageType(rawValue: 19)
    public static let barrierRequest = MessageType(rawValue: 20)
    public static let barrierReply = MessageType(rawValue: 21)
    public static let roleRequest = MessageType(rawValue: 24)
    public static let roleReply = MessageType(rawValue: 25)
    public static let getAsyncRequest = MessageType(rawValue: 26)
    public static let getAsyncReply = MessageType(rawValue: 27)
    public static let setAsync = MessageType(rawValue: 28)
    public static let meterMod = MessageType(rawValue: 29)
    public static let roleStatus = MessageType(rawValue: 30)
    public static let tableStatus = MessageType(rawValue: 31)
    public static let requestForward = MessageType(rawValue: 32)
    public static let bundleControl = MessageType(rawValue: 33)
    public static let bundleAdd = MessageType(rawValue: 34)
}

/// The eight octets that begin every message (OpenFlow 1.4, 7.1.1).
public struct Header: Hashable, Sendable {
    /// The octets it takes.
    public static let size = 8

    public var version: Version
    public var type: MessageType
    /// The octets of the whole message: 8 at least.
    public var length: UInt16
    /// Pairs replies with their requests (`xid`).
    public var transaction: UInt32

    /// Makes a header.
    public init(version: Version = .openFlow14, type: MessageType, length: UInt16, transaction: UInt32) {
        self.version = version
        self.type = type
        self.length = length
        self.transaction = transaction
    }

    /// Reads a header off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(Self.size, for: .openFlowHeader)
        version = Version(rawValue: head.uint8(at: 0))
        type = MessageType(rawValue: head.uint8(at: 1))
        length = head.uint16(at: 2)
        transaction = head.uint32(at: 4)
        guard length >= Self.size else { throw .malformed(.openFlowHeader, field: "length") }
    }

    /// Appends the header.
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(version.rawValue)
        octets.append(type.rawValue)
        octets.append(uint16: length)
        octets.append(uint32: transaction)
    }
}
