import Wire

/// What a hash is made of (`NX_HASH_FIELDS_`).
public struct HashFields: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// As ovs-ofctl writes them, by value.
    static let names = [
        "eth_src", "symmetric_l4", "symmetric_l3l4", "symmetric_l3l4+udp", "nw_src", "nw_dst", "symmetric_l3",
    ]
}

/// Chooses a link by a hash, and writes it into a field (`NXAST_MULTIPATH`).
public struct Multipath: ActionBody {
    public var fields: HashFields
    public var basis: UInt16
    /// How a link is chosen (`NX_MP_ALG_`).
    public var algorithm: UInt16
    /// The last link, from 0 (`max_link`).
    public var lastLink: UInt16
    public var argument: UInt32
    public let target: Subfield

    static let algorithms = ["modulo_n", "hash_threshold", "hrw", "iter_hash"]

    /// Makes an action; traps for a target without a header of four octets.
    public init(
        fields: HashFields, basis: UInt16, algorithm: UInt16, lastLink: UInt16, argument: UInt32, target: Subfield
    ) {
        precondition(target.field.fitsFourOctets && target.bits <= 64, "the target has a header of four octets")
        self.fields = fields
        self.basis = basis
        self.algorithm = algorithm
        self.lastLink = lastLink
        self.argument = argument
        self.target = target
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let head = try body.take(18, for: .openFlowAction)
        fields = HashFields(rawValue: head.uint16(at: 0))
        basis = head.uint16(at: 2)
        algorithm = head.uint16(at: 6)
        lastLink = head.uint16(at: 8)
        argument = head.uint32(at: 10)
        let field = try Field(header: &body)
        guard field.fitsFourOctets else { throw .malformed(.openFlowAction, field: "dst") }
        target = try Subfield(field, packed: head.uint16(at: 16))
    }

    var kind: ActionKind { .nicira(10) }
    var bodySize: Int { 22 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: fields.rawValue)
        octets.append(uint16: basis)
        octets.append(uint16: 0)
        octets.append(uint16: algorithm)
        octets.append(uint16: lastLink)
        octets.append(uint32: argument)
        octets.append(uint16: 0)
        octets.append(uint16: target.packed ?? 0)
        target.field.writeHeader(to: &octets)
    }
}

/// Chooses a port by a hash, and sends to it or writes it into a field (`NXAST_BUNDLE`, `NXAST_BUNDLE_LOAD`).
public struct BundleAction: ActionBody {
    public var fields: HashFields
    public var basis: UInt16
    /// How a port is chosen (`NX_BD_ALG_`).
    public var algorithm: UInt16
    public let ports: [PortNumber]
    /// Nil to send.
    public let target: Subfield?

    static let algorithms = ["active_backup", "hrw"]

    /// Makes an action; traps for ports over 16 bits, or a target without a header of four octets.
    public init(fields: HashFields, basis: UInt16, algorithm: UInt16, ports: [PortNumber], target: Subfield? = nil) {
        precondition(ports.allSatisfy { $0.narrow != nil }, "ports have 16 bits")
        precondition(target.map { $0.field.fitsFourOctets && $0.bits <= 64 } ?? true, "the target has four octets")
        self.fields = fields
        self.basis = basis
        self.algorithm = algorithm
        self.ports = ports
        self.target = target
    }

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        let head = try body.take(14, for: .openFlowAction)
        algorithm = head.uint16(at: 0)
        fields = HashFields(rawValue: head.uint16(at: 2))
        basis = head.uint16(at: 4)
        guard head.uint32(at: 6) == 2 else { throw .malformed(.openFlowAction, field: "slave_type") }
        let count = Int(head.uint16(at: 10))
        if kind == .nicira(13) {
            let field = try Field(header: &body)
            guard field.fitsFourOctets else { throw .malformed(.openFlowAction, field: "dst") }
            target = try Subfield(field, packed: head.uint16(at: 12))
        } else {
            _ = try body.take(4, for: .openFlowAction)
            target = nil
        }
        _ = try body.take(4, for: .openFlowAction)
        let list = try body.take(2 * count, for: .openFlowAction)
        ports = (0..<count).map { PortNumber(narrow: list.uint16(at: 2 * $0)) }
    }

    var kind: ActionKind { target == nil ? .nicira(12) : .nicira(13) }
    var bodySize: Int { 22 + 2 * ports.count }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: algorithm)
        octets.append(uint16: fields.rawValue)
        octets.append(uint16: basis)
        // The members are ports: NXM_OF_IN_PORT.
        octets.append(uint32: 2)
        octets.append(uint16: UInt16(ports.count))
        octets.append(uint16: target?.packed ?? 0)
        if let target { target.field.writeHeader(to: &octets) } else { octets.append(uint32: 0) }
        octets.append(uint32: 0)
        for port in ports { octets.append(uint16: port.narrow ?? 0) }
    }
}

/// Samples packets for IPFIX (`NXAST_SAMPLE`, `NXAST_SAMPLE2`, `NXAST_SAMPLE3`).
public struct Sample: ActionBody {
    /// Out of 65,535; not 0.
    public var probability: UInt16
    public var collectorSet: UInt32 = 0
    public var observationDomain: UInt32 = 0
    public var observationPoint: UInt32 = 0
    /// `any` for none.
    public var port = PortNumber.any
    /// 0 for both, 1 for ingress, 2 for egress.
    public var direction: UInt8 = 0
    /// Which of the forms it is written in, at least.
    var form: UInt16 = 29

    /// Makes an action; traps for a probability of 0.
    public init(probability: UInt16) {
        precondition(probability > 0, "a sample is taken sometimes")
        self.probability = probability
    }

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        let head = try body.take(14, for: .openFlowAction)
        probability = head.uint16(at: 0)
        guard probability > 0 else { throw .malformed(.openFlowAction, field: "probability") }
        collectorSet = head.uint32(at: 2)
        observationDomain = head.uint32(at: 6)
        observationPoint = head.uint32(at: 10)
        form = kind.number
        guard form != 29 else { return }
        let more = try body.take(8, for: .openFlowAction)
        port = PortNumber(narrow: more.uint16(at: 0))
        direction = form == 41 ? more.uint8(at: 2) : 0
        guard direction < 3 else { throw .malformed(.openFlowAction, field: "direction") }
        // Kept only if what it says would be written in a shorter form.
        if form == 41 ? direction != 0 : port != .any { form = 29 }
    }

    var kind: ActionKind {
        if form == 41 || direction != 0 { return .nicira(41) }
        return form == 38 || port != .any ? .nicira(38) : .nicira(29)
    }
    var bodySize: Int { kind.number == 29 ? 14 : 22 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: probability)
        octets.append(uint32: collectorSet)
        octets.append(uint32: observationDomain)
        octets.append(uint32: observationPoint)
        guard kind.number != 29 else { return }
        octets.append(uint16: port.narrow ?? 0xFFFF)
        octets.append(direction)
        octets.append(zeros: 5)
    }
}
