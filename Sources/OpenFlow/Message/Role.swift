public import Wire

/// What a controller is to a switch (`ofp_role_request`; OpenFlow 1.4, 7.3.8).
public struct Role: Structure {
    /// `OFPCR_ROLE_`: 0 no change, 1 equal, 2 master, 3 slave.
    public var role: UInt32
    public var generation: UInt64

    /// Makes a message.
    public init(role: UInt32, generation: UInt64 = 0) {
        self.role = role
        self.generation = generation
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(16, for: .openFlowMessage)
        role = body.uint32(at: 0)
        generation = body.uint64(at: 8)
    }

    public var size: Int { 16 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: role)
        octets.append(uint32: 0)
        octets.append(uint64: generation)
    }
}

/// Which messages a switch sends by itself (`ofp_async_config`; OpenFlow 1.4, 7.3.10).
public struct AsyncConfig: Structure {
    /// Types and masks, those of kinds that have no name here too.
    public var properties: [Property]

    /// What a switch may tell a controller that is equal or master (`OFPACPT_`).
    public enum Kind: UInt16, Sendable {
        case packetIn = 1, portStatus = 3, flowRemoved = 5
    }

    /// Makes a configuration of masks; bit N of each stands for the message's reason N.
    public init(_ masks: [Kind: UInt32]) {
        properties = masks.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, mask in
            Property(
                type: kind.rawValue, value: (0..<4).map { UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32($0))) })
        }
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        properties = try [Property](readingAll: &octets)
    }

    /// The mask of a kind; nil if it is not there.
    public subscript(kind: Kind) -> UInt32? {
        guard let value = properties.first(where: { $0.type == kind.rawValue })?.value, value.count == 4 else {
            return nil
        }
        return value.span.octets.uint32(at: 0)
    }

    public var size: Int { properties.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) { properties.write(to: &octets) }
}
