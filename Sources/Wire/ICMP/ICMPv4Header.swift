/// What every ICMPv4 message begins with: type, code, checksum, and four octets that the type explains (RFC 792).
public struct ICMPv4Header: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 8

    /// What a message says; others than the named pass through unharmed.
    public struct Kind: RawRepresentable, Equatable, Hashable, Sendable {
        public var rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static var echoReply: Kind { Kind(rawValue: 0) }
        public static var destinationUnreachable: Kind { Kind(rawValue: 3) }
        public static var redirect: Kind { Kind(rawValue: 5) }
        public static var echoRequest: Kind { Kind(rawValue: 8) }
        /// RFC 1256.
        public static var routerAdvertisement: Kind { Kind(rawValue: 9) }
        /// RFC 1256.
        public static var routerSolicitation: Kind { Kind(rawValue: 10) }
        public static var timeExceeded: Kind { Kind(rawValue: 11) }
        public static var parameterProblem: Kind { Kind(rawValue: 12) }
        public static var timestampRequest: Kind { Kind(rawValue: 13) }
        public static var timestampReply: Kind { Kind(rawValue: 14) }

        /// Whether the start of the packet that caused the message follows its header.
        public var isError: Bool {
            switch self {
            case .destinationUnreachable, .redirect, .timeExceeded, .parameterProblem: true
            default: false
            }
        }
    }

    public var type: Kind

    /// What exactly it says, by type.
    public var code: UInt8

    /// As read, or as to be written.
    public var checksum: UInt16

    /// The four octets behind the checksum, whose meaning is the type's.
    public var parameter: UInt32

    /// Makes a header of its fields.
    public init(type: Kind, code: UInt8 = 0, checksum: UInt16 = 0, parameter: UInt32 = 0) {
        self.type = type
        self.code = code
        self.checksum = checksum
        self.parameter = parameter
    }

    /// Makes the header of an echo request or reply.
    public init(type: Kind, identifier: UInt16, sequenceNumber: UInt16) {
        self.init(type: type, parameter: UInt32(identifier) << 16 | UInt32(sequenceNumber))
    }

    /// Reads a header off the front of `octets`; what the message carries stays.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(Self.size, for: .icmpv4)
        type = Kind(rawValue: header.uint8(at: 0))
        code = header.uint8(at: 1)
        checksum = header.uint16(at: 2)
        parameter = header.uint32(at: 4)
    }

    /// An echo's identifier.
    public var identifier: UInt16 { UInt16(truncatingIfNeeded: parameter >> 16) }

    /// An echo's number in its sequence.
    public var sequenceNumber: UInt16 { UInt16(truncatingIfNeeded: parameter) }

    /// The next link's MTU, in a destination unreachable message with code 4 (RFC 1191).
    public var nextHopMTU: UInt16 { UInt16(truncatingIfNeeded: parameter) }

    /// The better router, in a redirect.
    public var gatewayAddress: IPv4Address { IPv4Address(rawValue: parameter) }

    /// The octet that was wrong, in a parameter problem.
    public var pointer: UInt8 { UInt8(truncatingIfNeeded: parameter >> 24) }

    /// Appends the header to `packet`, with `checksum` as it is.
    public func write(to packet: inout OutputSpan<UInt8>) {
        packet.append(type.rawValue)
        packet.append(code)
        packet.append(uint16: checksum)
        packet.append(uint32: parameter)
    }

    /// Sets the checksum for a message that carries `payload`.
    public mutating func updateChecksum(payload: RawSpan) {
        checksum = sum(payload, isReceived: false).value
    }

    /// Whether the checksum is right for `payload`.
    public func isChecksumValid(payload: RawSpan) -> Bool { sum(payload, isReceived: true).isValid }

    private func sum(_ payload: RawSpan, isReceived: Bool) -> Checksum {
        var sum = Checksum()
        sum.add(uint16: UInt16(type.rawValue) << 8 | UInt16(code))
        if isReceived { sum.add(uint16: checksum) }
        sum.add(uint32: parameter)
        sum.add(payload)
        return sum
    }
}

extension Layer {
    /// RFC 792.
    @inlinable public static var icmpv4: Layer { Layer("ICMPv4") }
}
