import OpenFlow
import Wire

extension Generator {
    /// Actions that need nothing of the packet.
    mutating func actions(depth: Int = 0) -> [Action] {
        (0..<number(0...4)).map { _ in action(depth: depth) }
    }

    mutating func action(depth: Int = 0) -> Action {
        switch number(0...31) {
        case 0: return .output(port())
        case 1: return .output(Output(port: .controller, maximumLength: number(0...0xFFFF)))
        case 2: return .output(choose([.normal, .flood, .all]))
        case 3: return .outputField(OutputField(source: subfield(writable(), limit: 64)))
        case 4:
            return .outputTruncated(
                OutputTruncated(port: PortNumber(rawValue: number(1...0xFEFF)), maximumLength: number(14...9000)))
        case 5: return .controller(controller())
        case 6: return .group(number(0...0xFFFF_FF00))
        case 7: return .setQueue(number(0...UInt32.max))
        case 8: return .popQueue
        case 9: return .setField(settable())
        case 10: return load()
        case 11: return move()
        case 12: return chance(50) ? .push(StackAction(subfield(writable()))) : .pop(StackAction(subfield(writable())))
        case 13: return .setTunnel(SetTunnel(number(0...UInt64.max)))
        case 14: return .setTunnel(SetTunnel(UInt64(number(UInt32(0)...UInt32.max)), isWide: chance(30)))
        case 15: return .resubmit(Resubmit(port: chance(50) ? .inPort : port(), table: number(0...254)))
        case 16: return .resubmit(Resubmit(table: number(0...254), usesConnection: true))
        case 17: return .resubmit(Resubmit(port: PortNumber(rawValue: number(1...0xFEFF))))
        case 18, 19: return .connectionTracking(tracking())
        case 20: return .connectionClear
        case 21: return .learn(learn())
        case 22:
            return .note(Note(octets(number(1...20))))
        case 23:
            return .multipath(
                Multipath(
                    fields: HashFields(rawValue: number(0...6)), basis: number(0...0xFFFF), algorithm: number(0...3),
                    lastLink: number(0...15), argument: number(0...UInt32.max),
                    target: subfield(known("reg1"), bits: 16)))
        case 24:
            return .bundle(
                BundleAction(
                    fields: HashFields(rawValue: number(0...6)), basis: number(0...0xFFFF), algorithm: number(0...1),
                    ports: (0..<number(1...5)).map { _ in PortNumber(rawValue: number(1...0xFEFF)) },
                    target: chance(50) ? subfield(known("reg2"), bits: 16) : nil))
        case 25: return .sample(sample())
        case 26 where depth < 2: return .clone(actions(depth: depth + 1))
        case 27: return .exit
        case 28:
            return .checkPacketLarger(
                CheckPacketLarger(length: number(0...0xFFFF), target: subfield(known("reg3"), bits: 1)))
        case 29: return .pushVLAN(EtherType(rawValue: choose([0x8100, 0x88A8])))
        case 30: return .loadMasked(masked())
        default: return .setField(.exact(.ethernetSource, bits(48)))
        }
    }

    private mutating func masked() -> MatchField {
        let field = known(choose(["reg4", "xxreg2", "xreg1", "metadata", "tun_id"]))
        var mask = bits(field.bits)
        if mask == 0 || mask == field.fullMask { mask = 0xF0 }
        return .masked(field, bits(field.bits), mask)
    }

    private mutating func settable() -> MatchField {
        let name = choose([
            "reg0", "xxreg3", "xreg2", "metadata", "tun_id", "tun_src", "eth_dst", "pkt_mark", "tun_ipv6_dst",
        ])
        return field(known(name), maskable: false)
    }

    private mutating func load() -> Action {
        let target = subfield(writable(), limit: 64)
        return .load(RegisterLoad(UInt64(bits(target.bits)), to: target))
    }

    private mutating func move() -> Action {
        let (source, target) = (writable(), writable())
        let bits = number(1...min(source.bits, target.bits))
        return .move(RegisterMove(from: subfield(source, bits: bits), to: subfield(target, bits: bits)))
    }

    private mutating func controller() -> Controller {
        var action = Controller()
        if chance(50) { action.maximumLength = number(0...0xFFFE) }
        if chance(50) { action.identifier = number(1...0xFFFF) }
        if chance(30) { action.reason = choose([0, 2]) }
        if chance(30) { action.userData = octets(number(1...9)) }
        if chance(30) { action.pauses = true }
        if chance(20) { action.meter = number(1...9999) }
        return action
    }

    private mutating func tracking() -> ConnectionTracking {
        var action = ConnectionTracking()
        action.commits = chance(60)
        action.forces = action.commits && chance(20)
        action.zone = chance(60) ? .number(number(0...0xFFFF)) : .field(subfield(known("reg6"), bits: 16))
        if chance(50) { action.table = number(0...254) }
        if chance(15) { action.helper = choose([21, 69]) }
        guard action.commits else { return action }
        if chance(40) { action.actions.append(.networkAddressTranslation(translation())) }
        if chance(40) {
            action.actions.append(
                chance(50)
                    ? .setField(field(known(choose(["ct_mark", "ct_label"])), maskable: false))
                    : .load(RegisterLoad(UInt64(number(0...UInt16.max)), to: subfield(.connectionMark, bits: 16))))
        }
        return action
    }

    private mutating func translation() -> NetworkAddressTranslation {
        var action = NetworkAddressTranslation()
        guard chance(80) else { return action }
        if chance(50) { action.translatesSource = true } else { action.translatesTarget = true }
        guard chance(80) else { return action }
        if chance(50) {
            let first = IPv4Address(rawValue: number(1...0xFFFF_FF00))
            action.addresses = .ipv4(first: first, last: chance(50) ? IPv4Address(rawValue: first.rawValue + 7) : nil)
        } else {
            let first = IPv6Address(rawValue: 0xFD00 << 112 | bits(64) + 1)
            action.addresses = .ipv6(first: first, last: chance(50) ? IPv6Address(rawValue: first.rawValue + 9) : nil)
        }
        if chance(50) {
            action.firstPort = number(1...60_000)
            if chance(50) { action.lastPort = action.firstPort + 100 }
        }
        action.isPersistent = chance(20)
        if chance(20) { action.hashesPort = true } else if chance(20) { action.randomizesPort = true }
        return action
    }

    private mutating func sample() -> Sample {
        var action = Sample(probability: number(1...0xFFFF))
        action.collectorSet = number(0...UInt32.max)
        action.observationDomain = number(0...UInt32.max)
        action.observationPoint = number(0...UInt32.max)
        if chance(40) { action.port = PortNumber(rawValue: number(1...0xFEFF)) }
        if chance(40) { action.direction = number(1...2) }
        return action
    }

    private mutating func learn() -> Learn {
        var action = Learn()
        if chance(30) { action.idleTimeout = number(1...0xFFFF) }
        if chance(30) { action.hardTimeout = number(1...0xFFFF) }
        if chance(30) { action.finIdleTimeout = number(1...0xFFFF) }
        if chance(30) { action.finHardTimeout = number(1...0xFFFF) }
        if chance(30) { action.priority = number(0...0xFFFF) }
        if chance(30) { action.cookie = number(1...UInt64.max) }
        action.tellsRemoval = chance(20)
        action.deletesLearned = chance(20)
        action.table = number(0...253)
        if chance(20) { action.limit = number(1...UInt32.max) }
        if chance(20) { action.result = subfield(known("reg0"), bits: 1) }
        for _ in 0..<number(0...4) { action.specifications.append(specification()) }
        return action
    }

    private mutating func specification() -> LearnSpecification {
        let (source, target) = (choose(["reg0", "eth_src", "metadata"]), choose(["reg1", "eth_dst", "tun_id"]))
        let (from, to) = (known(source), known(target))
        let bits = number(1...min(from.bits, to.bits))
        switch number(0...4) {
        case 0:
            return LearnSpecification(
                from: .field(subfield(from, bits: bits)), to: .match(subfield(to, bits: bits)))
        case 1:
            return LearnSpecification(from: .field(subfield(from, bits: bits)), to: .load(subfield(to, bits: bits)))
        case 2:
            let part = subfield(to)
            return LearnSpecification(from: .value(self.bits(part.bits)), to: .match(part))
        case 3:
            let part = subfield(to)
            return LearnSpecification(from: .value(self.bits(part.bits)), to: .load(part))
        default: return LearnSpecification(from: .field(Subfield(known("in_port"))), to: .output)
        }
    }

    /// Instructions in the order in which switches give them back.
    mutating func instructions() -> [Instruction] {
        var list: [Instruction] = []
        if chance(15) { list.append(.meter(number(1...9999))) }
        if chance(80) { list.append(.applyActions(actions())) }
        if chance(15) { list.append(.clearActions) }
        if chance(15) { list.append(.writeActions([.output(port())])) }
        if chance(15) {
            let mask = UInt64(bits(64)) | 1
            list.append(.writeMetadata(UInt64(bits(64)) & mask, mask: mask))
        }
        if chance(15) { list.append(.gotoTable(number(101...254))) }
        return list
    }
}
