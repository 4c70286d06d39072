/// What every ICMPv6 message begins with: type, code, checksum, and four octets that the type explains (RFC 4443).
public struct ICMPv6Header: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 8

    /// What a message says; others than the named pass through unharmed.
    public struct Kind: RawRepresentable, Equatable, Hashable, Sendable {
        public var rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static var destinationUnreachable: Kind { Kind(rawValue: 1) }
        public static var packetTooBig: Kind { Kind(rawValue: 2) }
        public static var timeExceeded: Kind { Kind(rawValue: 3) }
        public static var parameterProblem: Kind { Kind(rawValue: 4) }
        public static var echoRequest: Kind { Kind(rawValue: 128) }
        public static var echoReply: Kind { Kind(rawValue: 129) }
        /// RFC 2710.
        public static var multicastListenerQuery: Kind { Kind(rawValue: 130) }
        /// RFC 2710.
        public static var multicastListenerReport: Kind { Kind(rawValue: 131) }
        /// RFC 2710.
        public static var multicastListenerDone: Kind { Kind(rawValue: 132) }
        /// RFC 4861.
        public static var routerSolicitation: Kind { Kind(rawValue: 133) }
        /// RFC 4861.
        public static var routerAdvertisement: Kind { Kind(rawValue: 134) }
        /// RFC 4861.
        public static var neighborSolicitation: Kind { Kind(rawValue: 135) }
        /// RFC 4861.
        public static var neighborAdvertisement: Kind { Kind(rawValue: 136) }
        /// RFC 4861.
        public static var redirect: Kind { Kind(rawValue: 137) }
        /// RFC 3810.
        public static var multicastListenerReportVersion2: Kind { Kind(rawValue: 143) }

        /// Whether the start of the packet that caused the message follows its header (RFC 4443, 2.1).
        public var isError: Bool { rawValue < 128 }
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
        let header = try octets.take(Self.size, for: .icmpv6)
        type = Kind(rawValue: header.uint8(at: 0))
        code = header.uint8(at: 1)
        checksum = header.uint16(at: 2)
        parameter = header.uint32(at: 4)
    }

    /// An echo's identifier.
    public var identifier: UInt16 { UInt16(truncatingIfNeeded: parameter >> 16) }

    /// An echo's number in its sequence.
    public var sequenceNumber: UInt16 { UInt16(truncatingIfNeeded: parameter) }

    /// The next link's MTU, in a packet too big message.
    public var maximumTransmissionUnit: UInt32 { parameter }

    /// The octet that was wrong, in a parameter problem.
    public var pointer: UInt32 { parameter }

    /// Appends the header to `packet`, with `checksum` as it is.
    public func write(to packet: inout OutputSpan<UInt8>) {
        packet.append(type.rawValue)
        packet.append(code)
        packet.append(uint16: checksum)
        packet.append(uint32: parameter)
    }

    /// Sets the checksum for a message that carries `payload`, between two addresses.
    public mutating func updateChecksum(source: IPv6Address, destination: IPv6Address, payload: RawSpan) {
        checksum = sum(source, destination, payload, isReceived: false).value
    }

    /// Whether the checksum is right for `payload` between two addresses.
    public func isChecksumValid(source: IPv6Address, destination: IPv6Address, payload: RawSpan) -> Bool {
        sum(source, destination, payload, isReceived: true).isValid
    }

    private func sum(
        _ source: IPv6Address, _ destination: IPv6Address, _ payload: RawSpan, isReceived: Bool
    ) -> Checksum {
        var sum = Checksum(
            source: source, destination: destination, protocol: .icmpv6, length: Self.size + payload.byteCount)
        sum.add(uint16: UInt16(type.rawValue) << 8 | UInt16(code))
        if isReceived { sum.add(uint16: checksum) }
        sum.add(uint32: parameter)
        sum.add(payload)
        return sum
    }
}

extension Layer {
    /// RFC 4443.
    @inlinable public static var icmpv6: Layer { Layer("ICMPv6") }
}
