public import Wire

extension Action {
    /// What follows the header.
    var body: any ActionBody {
        switch self {
        case .output(let action): action
        case .outputField(let action): action
        case .outputTruncated(let action): action
        case .controller(let action): action
        case .group(let group): PlainAction(kind: .standard(22), width: 4, value: UInt64(group))
        case .setQueue(let queue): PlainAction(kind: .standard(21), width: 4, value: UInt64(queue))
        case .popQueue: PlainAction(kind: .nicira(5))
        case .setField(let field): SetField(field: field, kind: .standard(25))
        case .load(let action): action
        case .loadMasked(let field): SetField(field: field, kind: .nicira(33))
        case .move(let action): action
        case .push(let action): StackBody(action: action, kind: .nicira(27))
        case .pop(let action): StackBody(action: action, kind: .nicira(28))
        case .pushVLAN(let type): PlainAction(kind: .standard(17), width: 2, value: UInt64(type.rawValue))
        case .popVLAN: PlainAction(kind: .standard(18))
        case .pushMPLS(let type): PlainAction(kind: .standard(19), width: 2, value: UInt64(type.rawValue))
        case .popMPLS(let type): PlainAction(kind: .standard(20), width: 2, value: UInt64(type.rawValue))
        case .setMPLSTTL(let lifetime): PlainAction(kind: .standard(15), width: 1, value: UInt64(lifetime))
        case .decrementMPLSTTL: PlainAction(kind: .standard(16))
        case .setTTL(let lifetime): PlainAction(kind: .standard(23), width: 1, value: UInt64(lifetime))
        case .decrementTTL: PlainAction(kind: .standard(24))
        case .decrementTTLTelling(let controllers): DecrementTTLTelling(controllers: controllers)
        case .copyTTLOut: PlainAction(kind: .standard(11))
        case .copyTTLIn: PlainAction(kind: .standard(12))
        case .pushPBB(let type): PlainAction(kind: .standard(26), width: 2, value: UInt64(type.rawValue))
        case .popPBB: PlainAction(kind: .standard(27))
        case .setTunnel(let action): action
        case .resubmit(let action): action
        case .connectionTracking(let action): action
        case .connectionClear: PlainAction(kind: .nicira(43))
        case .networkAddressTranslation(let action): action
        case .learn(let action): action
        case .conjunction(let action): action
        case .note(let action): action
        case .finTimeout(let action): action
        case .multipath(let action): action
        case .bundle(let action): action
        case .sample(let action): action
        case .clone(let actions): CloneBody(actions: actions)
        case .exit: PlainAction(kind: .nicira(17))
        case .checkPacketLarger(let action): action
        case .deleteField(let field): DeleteField(field: field)
        case .decrementServiceTTL: PlainAction(kind: .nicira(48))
        case .other(let action): action
        }
    }
}

extension Action: Structure {
    public init(reading octets: inout RawSpan) throws(WireError) {
        try self.init(reading: &octets, depth: 0)
    }

    public var size: Int { body.framedSize }

    public func write(to octets: inout OutputSpan<UInt8>) { body.writeFramed(to: &octets) }
}

extension [Action] {
    /// Reads actions until `octets` has none left.
    init(readingAll octets: inout RawSpan, depth: Int) throws(WireError) {
        guard octets.isEmpty || depth <= Action.depthLimit else { throw .malformed(.openFlowAction, field: "depth") }
        self = []
        while !octets.isEmpty { append(try Action(reading: &octets, depth: depth)) }
    }
}
