import Wire

/// Looks the packet up again, in another table or as if from another port (`NXAST_RESUBMIT`, `_TABLE`, `_TABLE_CT`).
public struct Resubmit: ActionBody {
    /// The port it came from, for the look-up; `inPort` for the one it has.
    public var port: PortNumber
    /// The table; 255 for the one that it is in.
    public var table: UInt8
    /// Whether the addresses of the connection's first packet are looked up.
    public var usesConnection: Bool
    /// Whether it is written with a table although that is 255.
    var hasTable: Bool

    /// Makes an action; traps for a port that does not fit into 16 bits.
    public init(port: PortNumber = .inPort, table: UInt8 = 255, usesConnection: Bool = false) {
        precondition(port.narrow != nil, "the port has 16 bits")
        self.port = port
        self.table = table
        self.usesConnection = usesConnection
        hasTable = table != 255 || usesConnection
    }

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        let body = try body.take(6, for: .openFlowAction)
        port = PortNumber(narrow: body.uint16(at: 0))
        hasTable = kind != .nicira(1)
        table = hasTable ? body.uint8(at: 2) : 255
        usesConnection = kind == .nicira(44)
    }

    var kind: ActionKind { usesConnection ? .nicira(44) : hasTable ? .nicira(14) : .nicira(1) }
    var bodySize: Int { 6 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: port.narrow ?? 0)
        octets.append(hasTable ? table : 0)
        octets.append(zeros: 3)
    }
}

/// Sets a tunnel's key (`NXAST_SET_TUNNEL`, `NXAST_SET_TUNNEL64`).
public struct SetTunnel: ActionBody {
    public var identifier: UInt64
    /// Whether it is written with 64 bits.
    public var isWide: Bool

    /// Makes an action; one over 32 bits is wide.
    public init(_ identifier: UInt64, isWide: Bool = false) {
        self.identifier = identifier
        self.isWide = isWide || identifier > UInt32.max
    }

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        isWide = kind == .nicira(9)
        let body = try body.take(isWide ? 14 : 6, for: .openFlowAction)
        identifier = isWide ? body.uint64(at: 6) : UInt64(body.uint32(at: 2))
    }

    var kind: ActionKind { isWide ? .nicira(9) : .nicira(2) }
    var bodySize: Int { isWide ? 14 : 6 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(zeros: isWide ? 6 : 2)
        octets.append(integer: UInt128(identifier), octets: isWide ? 8 : 4)
    }
}
