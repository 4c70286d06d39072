public import Wire

/// What a flow does with a packet (OpenFlow 1.4, 7.2.4, and ovs-actions(7)).
///
/// One that we do not know stays as it came, and is written so.
public indirect enum Action: Hashable, Sendable {
    case output(Output)
    /// To a port that a field names (`NXAST_OUTPUT_REG`).
    case outputField(OutputField)
    /// The first octets only (`NXAST_OUTPUT_TRUNC`).
    case outputTruncated(OutputTruncated)
    case controller(Controller)
    case group(UInt32)
    case setQueue(UInt32)
    case popQueue
    case setField(MatchField)
    case load(RegisterLoad)
    /// Some bits of a field of any length (`NXAST_REG_LOAD2`).
    case loadMasked(MatchField)
    case move(RegisterMove)
    case push(StackAction)
    case pop(StackAction)
    case pushVLAN(EtherType)
    case popVLAN
    case pushMPLS(EtherType)
    case popMPLS(EtherType)
    case setMPLSTTL(UInt8)
    case decrementMPLSTTL
    case setTTL(UInt8)
    case decrementTTL
    /// With the controllers that are told when it gets to zero (`NXAST_DEC_TTL_CNT_IDS`).
    case decrementTTLTelling([UInt16])
    case copyTTLOut
    case copyTTLIn
    case pushPBB(EtherType)
    case popPBB
    case setTunnel(SetTunnel)
    case resubmit(Resubmit)
    case connectionTracking(ConnectionTracking)
    case connectionClear
    case networkAddressTranslation(NetworkAddressTranslation)
    case learn(Learn)
    case conjunction(Conjunction)
    case note(Note)
    case finTimeout(FinTimeout)
    case multipath(Multipath)
    case bundle(BundleAction)
    case sample(Sample)
    case clone([Action])
    case exit
    case checkPacketLarger(CheckPacketLarger)
    case deleteField(Field)
    case decrementServiceTTL
    case other(RawAction)

    /// To a port; what goes to the controller goes whole.
    public static func output(_ port: PortNumber) -> Action {
        .output(Output(port: port, maximumLength: port == .controller ? 0xFFFF : 0))
    }

    /// How deep actions may hold actions.
    public static let depthLimit = 8
}

/// An action that we do not know, or that is not written as we know it.
public struct RawAction: ActionBody {
    public let kind: ActionKind
    /// What follows the header, padding included.
    public let body: [UInt8]

    /// Makes an action; traps unless header and body are whole words of eight octets.
    public init(kind: ActionKind, body: [UInt8]) {
        precondition((kind.headerSize + body.count) % 8 == 0, "an action has whole words")
        self.kind = kind
        self.body = body
    }

    var bodySize: Int { body.count }

    func writeBody(to octets: inout OutputSpan<UInt8>) { octets.append(copying: body) }
}

/// An action with one number, or none.
struct PlainAction: ActionBody {
    let kind: ActionKind
    /// The octets of the number, and those before it.
    var width = 0
    var skipped = 0
    var value: UInt64 = 0

    var bodySize: Int { skipped + width }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(zeros: skipped)
        octets.append(integer: UInt128(value), octets: width)
    }
}
