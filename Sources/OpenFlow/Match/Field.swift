/// A field of packets or of their metadata, which matches compare and actions change.
///
/// A field may have two names on the wire, Nicira's and OpenFlow's: both are the same field here.
public struct Field: Hashable, Sendable {
    /// The field's place in the registry.
    let index: Int

    init(index: Int) {
        self.index = index
    }

    /// Finds the field of a name as ovs-ofctl writes it (`nw_src`, `reg0`), or as the wire's (`NXM_NX_REG0`); nil if none.
    public init?(name: String) {
        guard let index = FieldRegistry.names[name] else { return nil }
        self.index = index
    }

    /// Finds the field of an identifier; nil if it is unknown.
    public init?(_ identifier: FieldIdentifier) {
        guard let index = FieldRegistry.identifiers[identifier] else { return nil }
        self.index = index
    }

    /// What is known of the field.
    public var information: FieldInformation { FieldRegistry.fields[index] }

    /// As ovs-ofctl writes it.
    public var name: String { information.name }

    /// How many bits a value has.
    public var bits: Int { information.bits }

    /// How many octets a value takes.
    public var octets: Int { information.octets }

    /// All bits of a value; a VLAN's identifier has one more, for "there is a tag", which actions do not count.
    public var fullMask: UInt128 {
        if self == .vlanIdentifier { return 0x1FFF }
        return bits == 128 ? .max : (1 << UInt128(bits)) - 1
    }
}

extension Field: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

extension Field: CustomStringConvertible {
    public var description: String { name }
}

/// What is known of a field.
public struct FieldInformation: Sendable {
    /// How text shows values.
    public enum Format: Sendable {
        case decimal, hexadecimal, ethernet, ipv4, ipv6, port, fragment, tcpFlags, connectionState, tunnelFlags
        case packetType
    }

    /// As ovs-ofctl writes it.
    public let name: String
    /// Other names that ovs-ofctl reads.
    public let aliases: [String]
    /// How many bits a value has.
    public let bits: Int
    /// How many octets a value takes on the wire.
    public let octets: Int
    /// How text shows values.
    public let format: Format
    /// Whether matches may compare some bits only.
    public let isMaskable: Bool
    /// Whether actions may change it.
    public let isWritable: Bool
    /// Nicira's identifier and its name.
    public let nicira: (identifier: FieldIdentifier, name: String)?
    /// OpenFlow's identifier and its name.
    public let openFlow: (identifier: FieldIdentifier, name: String)?

    /// What matches and Set-Field actions call it.
    var matchIdentifier: FieldIdentifier? { openFlow?.identifier ?? nicira?.identifier }

    /// What Nicira's actions call it.
    var actionIdentifier: FieldIdentifier? { nicira?.identifier ?? openFlow?.identifier }

    /// What subfields are written with.
    public var subfieldName: String { nicira?.name ?? openFlow?.name ?? name }
}
