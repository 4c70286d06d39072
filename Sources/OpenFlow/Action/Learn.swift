import Wire

/// Adds or changes a flow because of the packet (`NXAST_LEARN`, `NXAST_LEARN2`).
public struct Learn: ActionBody {
    /// Seconds without packets after which the flow goes; 0 for never.
    public var idleTimeout: UInt16 = 0
    /// Seconds after which the flow goes; 0 for never.
    public var hardTimeout: UInt16 = 0
    public var priority: UInt16 = FlowMod.defaultPriority
    public var cookie: UInt64 = 0
    /// Whether the controller is told when the flow goes.
    public var tellsRemoval = false
    /// Whether the flow goes with the one that learnt it.
    public var deletesLearned = false
    /// Bits of the flags that have no name.
    var otherFlags: UInt16 = 0
    public var table: UInt8 = 1
    /// The idle timeout after a TCP connection's end; 0 for the same.
    public var finIdleTimeout: UInt16 = 0
    /// The hard timeout after a TCP connection's end; 0 for the same.
    public var finHardTimeout: UInt16 = 0
    /// How many flows may be learnt; 0 for any number.
    public var limit: UInt32 = 0
    /// The bit that says whether the flow is there.
    public var result: Subfield?
    /// What the flow matches and does.
    public var specifications: [LearnSpecification] = []
    /// Whether it is written in the longer form although the shorter would do.
    var isLong = false

    /// Makes an action that learns nothing yet.
    public init() {}

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        let head = try body.take(22, for: .openFlowAction)
        idleTimeout = head.uint16(at: 0)
        hardTimeout = head.uint16(at: 2)
        priority = head.uint16(at: 4)
        cookie = head.uint64(at: 6)
        let flags = head.uint16(at: 14)
        tellsRemoval = flags & 1 != 0
        deletesLearned = flags & 2 != 0
        otherFlags = flags & ~7
        table = head.uint8(at: 16)
        finIdleTimeout = head.uint16(at: 18)
        finHardTimeout = head.uint16(at: 20)
        let hasMore = kind == .nicira(45)
        guard hasMore || flags & 4 == 0 else { throw .malformed(.openFlowAction, field: "flags") }
        if hasMore {
            let more = try body.take(8, for: .openFlowAction)
            limit = more.uint32(at: 0)
            if flags & 4 != 0 {
                let offset = Int(more.uint16(at: 4))
                result = try Subfield(checking: Field(header: &body), offset: offset, bits: 1, "result_dst_ofs")
            }
            isLong = !needsLong
        }
        while body.byteCount >= 2, body.uint16(at: 0) != 0 {
            specifications.append(try LearnSpecification(reading: &body))
        }
    }

    private var needsLong: Bool { isLong || limit != 0 || result != nil }

    var kind: ActionKind { needsLong ? .nicira(45) : .nicira(16) }
    var bodySize: Int {
        22 + (needsLong ? 8 : 0) + (result?.field.headerSize ?? 0) + specifications.reduce(0) { $0 + $1.size }
    }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: idleTimeout)
        octets.append(uint16: hardTimeout)
        octets.append(uint16: priority)
        octets.append(uint64: cookie)
        octets.append(
            uint16: (tellsRemoval ? 1 : 0) | (deletesLearned ? 2 : 0) | (result != nil ? 4 : 0) | otherFlags)
        octets.append(table)
        octets.append(0)
        octets.append(uint16: finIdleTimeout)
        octets.append(uint16: finHardTimeout)
        if needsLong {
            octets.append(uint32: limit)
            octets.append(uint16: UInt16(result?.offset ?? 0))
            octets.append(uint16: 0)
            result?.field.writeHeader(to: &octets)
        }
        for specification in specifications { specification.write(to: &octets) }
    }
}
