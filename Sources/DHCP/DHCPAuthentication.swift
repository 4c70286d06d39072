public import Wire

/// Proof of who sent a message: what the option carries in both versions (RFC 3118, 2; RFC 8415, 21.11).
public struct DHCPAuthentication: Equatable, Hashable, Sendable {
    /// The octets before the information.
    public static let fixedSize = 11

    /// How the message is authenticated; 3 is by a key for reconfiguration.
    public var protocolNumber: UInt8

    /// By which algorithm; 1 is HMAC-MD5.
    public var algorithm: UInt8

    /// How replays are told (RDM); 0 is by a counter that only grows.
    public var replayDetectionMethod: UInt8

    /// What replays are told by.
    public var replayDetection: UInt64

    /// What the protocol and the algorithm ask for.
    public var information: [UInt8]

    /// Makes the fields.
    public init(
        protocolNumber: UInt8, algorithm: UInt8, replayDetectionMethod: UInt8 = 0, replayDetection: UInt64,
        information: [UInt8]
    ) {
        self.protocolNumber = protocolNumber
        self.algorithm = algorithm
        self.replayDetectionMethod = replayDetectionMethod
        self.replayDetection = replayDetection
        self.information = information
    }

    /// Reads the fields, which are all of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let fixed = try octets.take(Self.fixedSize, for: .dhcpAuthentication)
        protocolNumber = fixed.uint8(at: 0)
        algorithm = fixed.uint8(at: 1)
        replayDetectionMethod = fixed.uint8(at: 2)
        replayDetection = fixed.uint64(at: 3)
        information = [UInt8](copying: try octets.take(octets.byteCount, for: .dhcpAuthentication))
    }

    /// How many octets they take.
    public var size: Int { Self.fixedSize + information.count }

    /// Appends the fields.
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(protocolNumber)
        octets.append(algorithm)
        octets.append(replayDetectionMethod)
        octets.append(uint64: replayDetection)
        octets.append(copying: information)
    }
}

extension Layer {
    /// The authentication option of either version.
    public static var dhcpAuthentication: Layer { Layer("DHCP authentication") }
}
