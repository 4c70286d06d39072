public import Wire

/// What was wrong with a message (`ofp_error_msg`; OpenFlow 1.4, 7.5.4).
public struct ErrorMessage: Structure {
    public var code: ErrorCode
    /// The octets that follow type and code: for an experimenter's, who it is and more; else the message, or its begin.
    public var data: [UInt8]

    /// Makes an error about a message, of which it copies up to `limit` octets.
    public init(_ code: ErrorCode, about message: [UInt8], limit: Int = 64) {
        self.code = code
        let prefix = code.experimenter == 0 ? [] : withBigEndian(code.experimenter)
        data = prefix + message.prefix(limit)
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowMessage)
        let (type, number) = (head.uint16(at: 0), head.uint16(at: 2))
        var experimenter: UInt32 = 0
        if type == ErrorCode.experimenterType {
            guard octets.byteCount >= 4 else {
                throw .truncated(.openFlowMessage, needed: 4, available: octets.byteCount)
            }
            experimenter = octets.uint32(at: 0)
        }
        code = ErrorCode(type: type, number: number, experimenter: experimenter)
        data = [UInt8](copying: try octets.take(octets.byteCount, for: .openFlowMessage))
    }

    public var size: Int { 4 + data.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: code.type)
        octets.append(uint16: code.number)
        octets.append(copying: data)
    }
}

/// Four octets in network order.
private func withBigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
}

/// What an error is about (`OFPET_`), and which it is.
public struct ErrorCode: Hashable, Sendable {
    public var type: UInt16
    /// Among those of the type (`code`), or the experimenter's own number.
    public var number: UInt16
    /// Who defined it; 0 for OpenFlow's own.
    public var experimenter: UInt32

    /// Makes a code; one of OpenFlow's own without an experimenter.
    public init(type: UInt16, number: UInt16, experimenter: UInt32 = 0) {
        self.type = type
        self.number = number
        self.experimenter = experimenter
    }

    /// The type that says an experimenter follows.
    static let experimenterType: UInt16 = 0xFFFF

    public static let helloIncompatible = ErrorCode(type: 0, number: 0)
    public static let badVersion = ErrorCode(type: 1, number: 0)
    public static let badOutGroup = ErrorCode(type: 2, number: 9)
    public static let overlap = ErrorCode(type: 5, number: 3)
    public static let tableFull = ErrorCode(type: 5, number: 1)
    public static let bundleFailed = ErrorCode(type: 17, number: 13)
}

extension ErrorCode: CustomStringConvertible {
    /// The name that ovs-ofctl prints behind `OFPERR_`, or the numbers.
    public var description: String {
        if experimenter == FieldIdentifier.nicira, let name = Self.niciraNames[number] { return name }
        if let names = Self.names[type], Int(number) < names.count, !names[Int(number)].isEmpty {
            return names[Int(number)]
        }
        return experimenter == 0 ? "type \(type), code \(number)" : "experimenter \(experimenter), type \(number)"
    }
}
