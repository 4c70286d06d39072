import Wire

extension Action: CustomStringConvertible {
    /// As ovs-ofctl writes it.
    public var description: String {
        switch self {
        case .output(let action): action.description
        case .outputField(let action): "output:\(action.source)"
        case .outputTruncated(let action): "output(port=\(action.port),max_len=\(action.maximumLength))"
        case .controller(let action): action.description
        case .group(let group): "group:\(group)"
        case .setQueue(let queue): "set_queue:\(queue)"
        case .popQueue: "pop_queue"
        case .setField(let field), .loadMasked(let field): Self.set(field)
        case .load(let action): "load:\(TextWriter.hexadecimal(action.value))->\(action.target)"
        case .move(let action): "move:\(action.source)->\(action.target)"
        case .push(let action): "push:\(action.subfield)"
        case .pop(let action): "pop:\(action.subfield)"
        case .pushVLAN(let type): "push_vlan:\(TextWriter.hexadecimal(type.rawValue))"
        case .popVLAN: "pop_vlan"
        case .pushMPLS(let type): "push_mpls:\(type)"
        case .popMPLS(let type): "pop_mpls:\(type)"
        case .setMPLSTTL(let lifetime): "set_mpls_ttl(\(lifetime))"
        case .decrementMPLSTTL: "dec_mpls_ttl"
        case .setTTL(let lifetime): "mod_nw_ttl:\(lifetime)"
        case .decrementTTL: "dec_ttl"
        case .decrementTTLTelling(let controllers):
            "dec_ttl(\(controllers.map { "\($0)" }.joined(separator: ",")))"
        case .copyTTLOut: "copy_ttl_out"
        case .copyTTLIn: "copy_ttl_in"
        case .pushPBB(let type): "push_pbb:\(type)"
        case .popPBB: "pop_pbb"
        case .setTunnel(let action):
            "set_tunnel\(action.isWide ? "64" : ""):\(TextWriter.hexadecimal(action.identifier))"
        case .resubmit(let action): action.description
        case .connectionTracking(let action): action.description
        case .connectionClear: "ct_clear"
        case .networkAddressTranslation(let action): action.description
        case .learn(let action): action.description
        case .conjunction(let action): "conjunction(\(action.identifier),\(action.clause)/\(action.clauses))"
        case .note(let action): "note:\(TextWriter.octets(action.octets))"
        case .finTimeout(let action): action.description
        case .multipath(let action): action.description
        case .bundle(let action): action.description
        case .sample(let action): action.description
        case .clone(let actions): "clone(\(actions.text))"
        case .exit: "exit"
        case .checkPacketLarger(let action): "check_pkt_larger(\(action.length))->\(action.target)"
        case .deleteField(let field): "delete_field:\(field.name)"
        case .decrementServiceTTL: "dec_nsh_ttl"
        case .other(let action):
            "raw(\(TextWriter.hexadecimal(action.kind.experimenter)),\(action.kind.number),"
                + "\(TextWriter.octets(action.body)))"
        }
    }

    private static func set(_ field: MatchField) -> String {
        guard case .known(let known, let value, let mask) = field else {
            return "set_field:\(Match([field]).description.replacingFirst("=", with: "->"))"
        }
        return "set_field:\(known.text(value, mask: mask))->\(known.name)"
    }
}

extension String {
    /// With the parts around the first separator exchanged, and another between them.
    fileprivate func replacingFirst(_ separator: Character, with other: String) -> String {
        guard let index = firstIndex(of: separator) else { return self }
        return self[self.index(after: index)...] + other + self[..<index]
    }
}

extension [Action] {
    /// As ovs-ofctl writes them, with `drop` for none.
    public var text: String { isEmpty ? "drop" : map(\.description).joined(separator: ",") }
}

extension [Instruction] {
    /// As ovs-ofctl writes them behind `actions=`, in the order in which they are done.
    public var text: String {
        let parts = sorted { $0.rank < $1.rank }.flatMap { instruction -> [String] in
            switch instruction {
            case .meter(let meter): ["meter:\(meter)"]
            case .applyActions(let actions): actions.map(\.description)
            case .clearActions: ["clear_actions"]
            case .writeActions(let actions): ["write_actions(\(actions.text))"]
            case .writeMetadata(let value, let mask):
                [
                    "write_metadata:\(TextWriter.hexadecimal(value))"
                        + (mask == .max ? "" : "/\(TextWriter.hexadecimal(mask))")
                ]
            case .gotoTable(let table): ["goto_table:\(table)"]
            case .other(let type, let body): ["instruction(\(type),\(TextWriter.octets(body)))"]
            }
        }
        return parts.isEmpty ? "drop" : parts.joined(separator: ",")
    }
}

extension Instruction {
    /// Its place in the order in which instructions are done (OpenFlow 1.4, 5.9).
    var rank: Int {
        switch self {
        case .meter: 0
        case .applyActions: 1
        case .clearActions: 2
        case .writeActions: 3
        case .writeMetadata: 4
        case .gotoTable: 6
        case .other: 5
        }
    }
}
