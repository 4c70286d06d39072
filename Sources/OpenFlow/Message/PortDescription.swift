public import Wire

/// A port of a switch (`ofp_port`; OpenFlow 1.4, 7.2.1).
public struct PortDescription: Structure {
    /// The octets that a name takes, a zero at its end included.
    public static let nameSize = 16

    public var number: PortNumber
    public var address: MACAddress
    /// Up to 15 octets.
    public var name: String
    /// `OFPPC_`.
    public var configuration: UInt32
    /// `OFPPS_`: 1 link down, 2 blocked, 4 live.
    public var state: UInt32
    public var properties: [Property]

    /// Makes a description.
    public init(
        number: PortNumber, address: MACAddress, name: String, configuration: UInt32 = 0, state: UInt32 = 0,
        properties: [Property] = []
    ) {
        self.number = number
        self.address = address
        self.name = name
        self.configuration = configuration
        self.state = state
        self.properties = properties
    }

    /// Whether the link is up.
    public var isUp: Bool { state & 1 == 0 && configuration & 1 == 0 }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowPort)
        number = PortNumber(rawValue: head.uint32(at: 0))
        var rest = try octets.take(rest: head.uint16(at: 4), after: 8, for: .openFlowPort)
        let fixed = try rest.take(32, for: .openFlowPort)
        address = fixed.macAddress(at: 0)
        name = fixed.text(at: 8, size: Self.nameSize)
        configuration = fixed.uint32(at: 24)
        state = fixed.uint32(at: 28)
        properties = try [Property](readingAll: &rest)
    }

    public var size: Int { 40 + properties.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: number.rawValue)
        octets.append(uint16: UInt16(size))
        octets.append(uint16: 0)
        address.write(to: &octets)
        octets.append(uint16: 0)
        octets.append(text: name, size: Self.nameSize)
        octets.append(uint32: configuration)
        octets.append(uint32: state)
        properties.write(to: &octets)
    }
}

/// A port came, went or changed (`ofp_port_status`; OpenFlow 1.4, 7.4.3).
public struct PortStatus: Structure {
    /// Why it is told (`OFPPR_`).
    public enum Reason: UInt8, Sendable {
        case add = 0, delete, modify
    }

    public var reason: Reason
    public var port: PortDescription

    /// Makes a message.
    public init(reason: Reason, port: PortDescription) {
        self.reason = reason
        self.port = port
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMessage)
        guard let reason = Reason(rawValue: head.uint8(at: 0)) else {
            throw .malformed(.openFlowMessage, field: "reason")
        }
        self.reason = reason
        port = try PortDescription(reading: &octets)
    }

    public var size: Int { 8 + port.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(reason.rawValue)
        octets.append(zeros: 7)
        port.write(to: &octets)
    }
}

/// Changes how a port behaves (`ofp_port_mod`; OpenFlow 1.4, 7.3.4.3).
public struct PortMod: Structure {
    public var number: PortNumber
    /// The port's own, as a check.
    public var address: MACAddress
    /// `OFPPC_`.
    public var configuration: UInt32
    /// Which bits of the configuration change.
    public var mask: UInt32
    public var properties: [Property]

    /// Makes a message.
    public init(
        number: PortNumber, address: MACAddress, configuration: UInt32, mask: UInt32, properties: [Property] = []
    ) {
        self.number = number
        self.address = address
        self.configuration = configuration
        self.mask = mask
        self.properties = properties
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(24, for: .openFlowMessage)
        number = PortNumber(rawValue: head.uint32(at: 0))
        address = head.macAddress(at: 8)
        configuration = head.uint32(at: 16)
        mask = head.uint32(at: 20)
        properties = try [Property](readingAll: &octets)
    }

    public var size: Int { 24 + properties.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: number.rawValue)
        octets.append(zeros: 4)
        address.write(to: &octets)
        octets.append(zeros: 2)
        octets.append(uint32: configuration)
        octets.append(uint32: mask)
        properties.write(to: &octets)
    }
}

/// Changes how a table behaves (`ofp_table_mod`; OpenFlow 1.4, 7.3.3).
public struct TableMod: Structure {
    /// 255 for all.
    public var table: UInt8
    /// `OFPTC_`.
    public var configuration: UInt32
    public var properties: [Property]

    /// Makes a message.
    public init(table: UInt8, configuration: UInt32, properties: [Property] = []) {
        self.table = table
        self.configuration = configuration
        self.properties = properties
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMessage)
        table = head.uint8(at: 0)
        configuration = head.uint32(at: 4)
        properties = try [Property](readingAll: &octets)
    }

    public var size: Int { 8 + properties.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(table)
        octets.append(zeros: 3)
        octets.append(uint32: configuration)
        properties.write(to: &octets)
    }
}
