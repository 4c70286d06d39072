import Wire

extension Action {
    /// Reads an action inside of `depth` others.
    init(reading octets: inout RawSpan, depth: Int) throws(WireError) {
        let head = try octets.take(4, for: .openFlowAction)
        let (type, length) = (head.uint16(at: 0), head.uint16(at: 2))
        guard length >= 8, length % 8 == 0 else { throw .malformed(.openFlowAction, field: "len") }
        var body = try octets.take(rest: length, after: 4, for: .openFlowAction)
        guard type == ActionKind.experimenterType else {
            self = try Self.standard(type, &body, whole: body)
            return
        }
        let name = try body.take(4, for: .openFlowAction)
        let experimenter = name.uint32(at: 0)
        guard experimenter != 0 else { throw .malformed(.openFlowAction, field: "experimenter") }
        guard body.byteCount >= 4 else { throw .malformed(.openFlowAction, field: "len") }
        let subtype = try body.take(2, for: .openFlowAction).uint16(at: 0)
        let kind = ActionKind(experimenter: experimenter, number: subtype)
        guard experimenter == FieldIdentifier.nicira else {
            self = .other(RawAction(kind: kind, body: [UInt8](copying: body)))
            return
        }
        self = try Self.nicira(kind, &body, whole: body, depth: depth)
    }

    /// Refuses an action with more octets than its fields and the padding to a whole word.
    private static func finish(_ body: RawSpan, atMost limit: Int = 7) throws(WireError) {
        guard body.byteCount <= limit else { throw .malformed(.openFlowAction, field: "len") }
    }

    private static func standard(_ type: UInt16, _ body: inout RawSpan, whole: RawSpan) throws(WireError) -> Action {
        // All of OpenFlow's own but two have one word.
        let isLong = type == 0 || type == 25
        guard isLong || whole.byteCount == 4 else {
            guard type > 27 || [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14].contains(type) else {
                throw .malformed(.openFlowAction, field: "len")
            }
            return .other(RawAction(kind: .standard(type), body: [UInt8](copying: whole)))
        }
        let etherType = EtherType(rawValue: whole.uint16(at: 0))
        switch type {
        case 0:
            let action = try Output(reading: &body)
            try finish(body, atMost: 0)
            return .output(action)
        case 11: return .copyTTLOut
        case 12: return .copyTTLIn
        case 15: return .setMPLSTTL(whole.uint8(at: 0))
        case 16: return .decrementMPLSTTL
        case 17: return .pushVLAN(etherType)
        case 18: return .popVLAN
        case 19: return .pushMPLS(etherType)
        case 20: return .popMPLS(etherType)
        case 21: return .setQueue(whole.uint32(at: 0))
        case 22: return .group(whole.uint32(at: 0))
        case 23: return .setTTL(whole.uint8(at: 0))
        case 24: return .decrementTTL
        case 25:
            let field = try MatchField(reading: &body)
            if case .known(_, _, .some) = field { throw .malformed(.openFlowAction, field: "oxm_hasmask") }
            try finish(body)
            return .setField(field)
        case 26: return .pushPBB(etherType)
        case 27: return .popPBB
        default: return .other(RawAction(kind: .standard(type), body: [UInt8](copying: whole)))
        }
    }

    private static func nicira(
        _ kind: ActionKind, _ body: inout RawSpan, whole: RawSpan, depth: Int
    ) throws(WireError) -> Action {
        let action: Action
        switch kind.number {
        case 1, 14, 44: action = .resubmit(try Resubmit(reading: &body, kind))
        case 2, 9: action = .setTunnel(try SetTunnel(reading: &body, kind))
        case 5: action = .popQueue
        case 6: action = .move(try RegisterMove(reading: &body))
        case 7: action = .load(try RegisterLoad(reading: &body))
        case 8: action = .note(try Note(reading: &body))
        case 10: action = .multipath(try Multipath(reading: &body))
        case 12, 13: action = .bundle(try BundleAction(reading: &body, kind))
        case 15, 32: action = .outputField(try OutputField(reading: &body, kind))
        case 16, 45: action = .learn(try Learn(reading: &body, kind))
        case 17: action = .exit
        case 19: action = .finTimeout(try FinTimeout(reading: &body))
        case 20, 37: action = .controller(try Controller(reading: &body, kind))
        case 21: action = .decrementTTLTelling(try DecrementTTLTelling(reading: &body).controllers)
        case 27: action = .push(try StackAction(reading: &body))
        case 28: action = .pop(try StackAction(reading: &body))
        case 29, 38, 41: action = .sample(try Sample(reading: &body, kind))
        case 33: action = .loadMasked(try MatchField(reading: &body))
        case 34: action = .conjunction(try Conjunction(reading: &body))
        case 35: action = .connectionTracking(try ConnectionTracking(reading: &body, depth: depth))
        case 36: action = .networkAddressTranslation(try NetworkAddressTranslation(reading: &body))
        case 39: action = .outputTruncated(try OutputTruncated(reading: &body))
        case 42:
            _ = try body.take(6, for: .openFlowAction)
            action = .clone(try [Action](readingAll: &body, depth: depth + 1))
        case 43: action = .connectionClear
        case 48: action = .decrementServiceTTL
        case 49: action = .checkPacketLarger(try CheckPacketLarger(reading: &body))
        case 50:
            action = .deleteField(try Field(header: &body))
            // It is 24 octets long whatever the header takes.
            try finish(body, atMost: 10)
            return action
        default: return .other(RawAction(kind: kind, body: [UInt8](copying: whole)))
        }
        try finish(body)
        return action
    }
}
