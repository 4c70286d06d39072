public import Wire

/// What a switch is and can do (`ofp_switch_features`; OpenFlow 1.4, 7.3.1).
public struct FeaturesReply: Structure {
    /// The switch's identifier; its low 48 bits are a MAC address.
    public var datapath: UInt64
    /// How many packets it can keep (`n_buffers`).
    public var buffers: UInt32
    /// How many tables it has (`n_tables`).
    public var tables: UInt8
    /// 0 for the main connection.
    public var auxiliary: UInt8
    /// `OFPC_`.
    public var capabilities: UInt32
    public var reserved: UInt32

    /// Makes a reply.
    public init(datapath: UInt64, buffers: UInt32 = 0, tables: UInt8 = 254, auxiliary: UInt8 = 0, capabilities: UInt32)
    {
        self.datapath = datapath
        self.buffers = buffers
        self.tables = tables
        self.auxiliary = auxiliary
        self.capabilities = capabilities
        reserved = 0
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(24, for: .openFlowMessage)
        datapath = body.uint64(at: 0)
        buffers = body.uint32(at: 8)
        tables = body.uint8(at: 12)
        auxiliary = body.uint8(at: 13)
        capabilities = body.uint32(at: 16)
        reserved = body.uint32(at: 20)
    }

    public var size: Int { 24 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint64: datapath)
        octets.append(uint32: buffers)
        octets.append(tables)
        octets.append(auxiliary)
        octets.append(uint16: 0)
        octets.append(uint32: capabilities)
        octets.append(uint32: reserved)
    }
}

/// How a switch treats fragments, and how much of a packet it sends (`ofp_switch_config`; OpenFlow 1.4, 7.3.2).
public struct SwitchConfig: Structure {
    /// `OFPC_FRAG_`.
    public var flags: UInt16
    /// How much of a packet that no flow matches goes to the controller (`miss_send_len`).
    public var missLength: UInt16

    /// Makes a configuration.
    public init(flags: UInt16 = 0, missLength: UInt16) {
        self.flags = flags
        self.missLength = missLength
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(4, for: .openFlowMessage)
        flags = body.uint16(at: 0)
        missLength = body.uint16(at: 2)
    }

    public var size: Int { 4 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: flags)
        octets.append(uint16: missLength)
    }
}
