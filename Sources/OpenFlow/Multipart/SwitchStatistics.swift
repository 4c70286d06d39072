public import Wire

/// Who made a switch (`ofp_desc`; OpenFlow 1.4, 7.3.5.1).
public struct SwitchDescription: Structure {
    public var manufacturer: String
    public var hardware: String
    public var software: String
    public var serial: String
    public var datapath: String

    /// Makes a description; texts are cut to 255 octets, the serial number to 31.
    public init(manufacturer: String, hardware: String, software: String, serial: String, datapath: String) {
        self.manufacturer = manufacturer
        self.hardware = hardware
        self.software = software
        self.serial = serial
        self.datapath = datapath
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(1056, for: .openFlowMultipart)
        manufacturer = body.text(at: 0, size: 256)
        hardware = body.text(at: 256, size: 256)
        software = body.text(at: 512, size: 256)
        serial = body.text(at: 768, size: 32)
        datapath = body.text(at: 800, size: 256)
    }

    public var size: Int { 1056 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(text: manufacturer, size: 256)
        octets.append(text: hardware, size: 256)
        octets.append(text: software, size: 256)
        octets.append(text: serial, size: 32)
        octets.append(text: datapath, size: 256)
    }
}

/// What flows together have counted (`ofp_aggregate_stats_reply`; OpenFlow 1.4, 7.3.5.3).
public struct AggregateStatistics: Structure {
    public var packets: UInt64
    public var octetsCounted: UInt64
    public var flows: UInt32

    /// Makes statistics.
    public init(packets: UInt64, octetsCounted: UInt64, flows: UInt32) {
        self.packets = packets
        self.octetsCounted = octetsCounted
        self.flows = flows
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(24, for: .openFlowMultipart)
        packets = body.uint64(at: 0)
        octetsCounted = body.uint64(at: 8)
        flows = body.uint32(at: 16)
    }

    public var size: Int { 24 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint64: packets)
        octets.append(uint64: octetsCounted)
        octets.append(uint32: flows)
        octets.append(uint32: 0)
    }
}

/// What a table has counted (`ofp_table_stats`; OpenFlow 1.4, 7.3.5.4).
public struct TableStatistics: Structure {
    public var table: UInt8
    /// How many flows it has (`active_count`).
    public var flows: UInt32
    public var lookups: UInt64
    public var matches: UInt64

    /// Makes statistics.
    public init(table: UInt8, flows: UInt32, lookups: UInt64, matches: UInt64) {
        self.table = table
        self.flows = flows
        self.lookups = lookups
        self.matches = matches
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(24, for: .openFlowMultipart)
        table = body.uint8(at: 0)
        flows = body.uint32(at: 4)
        lookups = body.uint64(at: 8)
        matches = body.uint64(at: 16)
    }

    public var size: Int { 24 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(table)
        octets.append(zeros: 3)
        octets.append(uint32: flows)
        octets.append(uint64: lookups)
        octets.append(uint64: matches)
    }
}

/// What a port has counted (`ofp_port_stats`; OpenFlow 1.4, 7.3.5.6).
public struct PortStatistics: Structure {
    public var number: PortNumber
    public var seconds: UInt32 = 0
    public var nanoseconds: UInt32 = 0
    public var receivedPackets: UInt64 = 0
    public var sentPackets: UInt64 = 0
    public var receivedOctets: UInt64 = 0
    public var sentOctets: UInt64 = 0
    public var receivedDropped: UInt64 = 0
    public var sentDropped: UInt64 = 0
    public var receivedErrors: UInt64 = 0
    public var sentErrors: UInt64 = 0
    public var properties: [Property] = []

    /// Makes statistics of a port that has counted nothing.
    public init(number: PortNumber) {
        self.number = number
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let length = try octets.take(2, for: .openFlowMultipart).uint16(at: 0)
        var rest = try octets.take(rest: length, after: 2, for: .openFlowMultipart)
        let body = try rest.take(78, for: .openFlowMultipart)
        number = PortNumber(rawValue: body.uint32(at: 2))
        seconds = body.uint32(at: 6)
        nanoseconds = body.uint32(at: 10)
        receivedPackets = body.uint64(at: 14)
        sentPackets = body.uint64(at: 22)
        receivedOctets = body.uint64(at: 30)
        sentOctets = body.uint64(at: 38)
        receivedDropped = body.uint64(at: 46)
        sentDropped = body.uint64(at: 54)
        receivedErrors = body.uint64(at: 62)
        sentErrors = body.uint64(at: 70)
        properties = try [Property](readingAll: &rest)
    }

    public var size: Int { 80 + properties.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        octets.append(uint16: 0)
        octets.append(uint32: number.rawValue)
        octets.append(uint32: seconds)
        octets.append(uint32: nanoseconds)
        for count in [
            receivedPackets, sentPackets, receivedOctets, sentOctets, receivedDropped, sentDropped, receivedErrors,
            sentErrors,
        ] {
            octets.append(uint64: count)
        }
        properties.write(to: &octets)
    }
}
