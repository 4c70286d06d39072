import Wire

/// Sends the packet through the connection tracker (`NXAST_CT`).
public struct ConnectionTracking: ActionBody {
    /// Where the zone comes from.
    public enum Zone: Hashable, Sendable {
        case number(UInt16)
        case field(Subfield)
    }

    /// Whether the connection is committed to the tracker.
    public var commits = false
    /// Whether a connection of the other direction gives way (`NX_CT_F_FORCE`).
    public var forces = false
    /// Bits of the flags that have no name.
    var otherFlags: UInt16 = 0
    public var zone = Zone.number(0)
    /// The table that the packet goes on in, with its state known; nil for none.
    public var table: UInt8?
    /// The helper's port, such as 21 for FTP; 0 for none.
    public var helper: UInt16 = 0
    /// What is done to the connection: translations and marks.
    public var actions: [Action] = []

    /// Makes an action that tracks in zone 0.
    public init() {}

    init(reading body: inout RawSpan, depth: Int) throws(WireError) {
        let flags = try body.take(2, for: .openFlowAction).uint16(at: 0)
        commits = flags & 1 != 0
        forces = flags & 2 != 0
        otherFlags = flags & ~3
        let source = try body.take(4, for: .openFlowAction)
        let rest = try body.take(8, for: .openFlowAction)
        if source.uint32(at: 0) == 0 {
            zone = .number(rest.uint16(at: 0))
        } else {
            var header = source
            zone = .field(try Subfield(Field(header: &header), packed: rest.uint16(at: 0)))
        }
        table = rest.uint8(at: 2) == 255 ? nil : rest.uint8(at: 2)
        helper = rest.uint16(at: 6)
        actions = try [Action](readingAll: &body, depth: depth + 1)
    }

    var kind: ActionKind { .nicira(35) }
    var bodySize: Int { 14 + actions.octetCount }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: (commits ? 1 : 0) | (forces ? 2 : 0) | otherFlags)
        switch zone {
        case .number(let number):
            octets.append(uint32: 0)
            octets.append(uint16: number)
        case .field(let source):
            precondition(source.field.fitsFourOctets, "a zone's field has a header of four octets")
            source.field.writeHeader(to: &octets)
            octets.append(uint16: source.packed ?? 0)
        }
        octets.append(table ?? 255)
        octets.append(zeros: 3)
        octets.append(uint16: helper)
        actions.write(to: &octets)
    }
}
