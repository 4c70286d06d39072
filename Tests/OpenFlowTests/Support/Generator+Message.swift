import OpenFlow
import Wire

extension Generator {
    mutating func flowMod() -> FlowMod {
        var flow = FlowMod(choose([.add, .add, .add, .modify, .modifyStrict, .delete, .deleteStrict]))
        let deletes = flow.command == .delete || flow.command == .deleteStrict
        if chance(60) { flow.cookie = number(0...UInt64.max - 1) }
        if flow.command != .add, chance(30) { flow.cookieMask = number(1...UInt64.max) }
        flow.table = number(0...100)
        if chance(30) { flow.idleTimeout = number(0...0xFFFF) }
        if chance(30) { flow.hardTimeout = number(0...0xFFFF) }
        if chance(70) { flow.priority = number(0...0xFFFF) }
        if deletes, chance(20) { flow.outPort = PortNumber(rawValue: number(1...0xFEFF)) }
        if deletes, chance(20) { flow.outGroup = number(0...1000) }
        if chance(30) { flow.flags = FlowMod.Flags(rawValue: number(0...31)) }
        if chance(20) { flow.importance = number(0...0xFFFF) }
        flow.match = match()
        if !deletes { flow.instructions = instructions() }
        return flow
    }

    mutating func buckets(_ type: GroupType) -> [Bucket] {
        let count = type == .indirect ? 1 : number(0...4)
        return (0..<count).map { _ in
            Bucket(
                weight: type == .select ? number(0...1000) : 0,
                watchPort: type == .fastFailover ? PortNumber(rawValue: number(1...0xFEFF)) : .any,
                watchGroup: type == .fastFailover && chance(30) ? number(0...1000) : FlowMod.anyGroup,
                actions: [.output(port())]
                    + (chance(30) ? [.setField(.exact(.tunnelIdentifier, UInt128(number(UInt16(0)...999))))] : []))
        }
    }

    mutating func groupMod() -> GroupMod {
        let command = choose([GroupMod.Command.add, .modify, .delete])
        if command == .delete { return GroupMod(.delete, group: number(0...0xFFFF_FF00)) }
        let type = choose([GroupType.all, .select, .indirect, .fastFailover])
        return GroupMod(command, type: type, group: number(0...0xFFFF_FF00), buckets: buckets(type))
    }

    mutating func bands(_ flags: MeterFlags) -> [MeterBand] {
        (0..<number(1...3)).map { _ in
            MeterBand(
                chance(70) ? .drop : .remark(levels: number(0...7)), rate: number(1...UInt32.max),
                burst: flags.contains(.burst) ? number(1...UInt32.max) : 0)
        }
    }

    mutating func meterMod() -> MeterMod {
        let command = choose([MeterMod.Command.add, .modify, .delete])
        if command == .delete { return MeterMod(.delete, meter: number(1...0xFFFF)) }
        var flags: MeterFlags = chance(50) ? .kilobits : .packets
        if chance(50) { flags.insert(.burst) }
        if chance(50) { flags.insert(.statistics) }
        return MeterMod(command, flags: flags, meter: number(1...0xFFFF), bands: bands(flags))
    }

    mutating func flowStatistics() -> FlowStatistics {
        var flow = FlowStatistics()
        flow.table = number(0...100)
        flow.seconds = number(0...99_999)
        flow.nanoseconds = number(0...999) * 1_000_000
        if chance(70) { flow.priority = number(0...0xFFFF) }
        if chance(30) { flow.idleTimeout = number(0...0xFFFF) }
        if chance(30) { flow.hardTimeout = number(0...0xFFFF) }
        if chance(30) { flow.flags = FlowMod.Flags(rawValue: number(0...31)) }
        if chance(20) { flow.importance = number(0...0xFFFF) }
        flow.cookie = UInt64(bits(64))
        flow.packets = number(0...1 << 40)
        flow.octetsCounted = number(0...1 << 50)
        flow.match = match()
        flow.instructions = instructions()
        return flow
    }

    mutating func portDescription() -> PortDescription {
        PortDescription(
            number: PortNumber(rawValue: number(1...0xFEFF)), address: MACAddress(rawValue: UInt64(bits(48))),
            name: "tap\(number(0...99_999))", configuration: choose([0, 1, 4]), state: number(0...7),
            properties: [Property(type: 0, value: octets(28))])
    }

    mutating func body() -> Message.Body {
        switch number(0...27) {
        case 0: return .hello(Hello(versions: [.openFlow14, Version(rawValue: number(1...6))]))
        case 1:
            // Of codes that there are: ovs-ofctl refuses to print others.
            let (type, code): (UInt16, UInt16) = choose([(1, 0), (2, 9), (4, 9), (5, 3), (6, 8), (12, 3), (17, 13)])
            let about = Message(transaction: 5, .barrierRequest).octets
            return .error(ErrorMessage(ErrorCode(type: type, number: code), about: about))
        case 2: return .echoRequest(octets(number(0...40)))
        case 3: return .echoReply(octets(number(0...40)))
        case 4: return choose([.featuresRequest, .getConfigRequest, .barrierRequest, .barrierReply, .getAsyncRequest])
        case 5: return .featuresReply(FeaturesReply(datapath: number(0...UInt64.max), capabilities: number(0...0x1FF)))
        case 6: return .setConfig(SwitchConfig(flags: number(0...2), missLength: number(0...0xFFFF)))
        case 7:
            let data = octets(number(14...80))
            return .packetIn(
                PacketIn(
                    totalLength: UInt16(data.count), reason: number(0...2), table: number(0...254),
                    cookie: number(0...UInt64.max),
                    match: Match([.exact(.inPort, UInt128(number(UInt16(1)...0xFEFF)))]),
                    data: data))
        case 8: return .portStatus(PortStatus(reason: choose([.add, .delete, .modify]), port: portDescription()))
        case 9: return .packetOut(PacketOut(actions: actions(), data: octets(number(14...80))))
        case 10, 11, 12, 13: return .flowMod(flowMod())
        case 14: return .groupMod(groupMod())
        case 15: return .meterMod(meterMod())
        case 16:
            return .portMod(
                PortMod(
                    number: PortNumber(rawValue: number(1...0xFEFF)), address: MACAddress(rawValue: UInt64(bits(48))),
                    configuration: choose([0, 1, 4]), mask: choose([0, 1, 4, 5])))
        case 17: return .roleRequest(Role(role: number(0...3), generation: number(0...UInt64.max)))
        case 18:
            return .setAsync(
                AsyncConfig([.packetIn: number(0...7), .portStatus: number(0...7), .flowRemoved: number(0...15)]))
        case 19:
            return .bundleControl(
                BundleControl(
                    bundle: number(0...UInt32.max),
                    choose([.openRequest, .closeRequest, .commitRequest, .discardRequest])))
        case 20:
            return .bundleAdd(
                BundleAdd(
                    bundle: number(0...UInt32.max), message: BundledMessage(transaction: 1, .flow(flowMod()))))
        case 21: return .multipartRequest(request())
        default: return .multipartReply(MultipartReply(reply(), hasMore: chance(20)))
        }
    }

    mutating func request() -> MultipartRequest {
        var flows = FlowRequest()
        flows.match = match()
        flows.cookie = number(0...UInt64.max)
        flows.cookieMask = number(0...UInt64.max)
        // Open vSwitch wants one change at least, and takes neither of the flags behind these.
        var monitor = FlowMonitorRequest(
            monitor: number(0...UInt32.max),
            flags: FlowMonitorRequest.Flags(rawValue: number(1...7) << 1 | number(0...1) << 4))
        monitor.match = match()
        return choose([
            .description, .flows(flows), .aggregate(flows), .tables, .portStatistics(.any), .portDescriptions,
            .groupStatistics(7), .groupDescriptions, .groupFeatures, .meterStatistics(9), .meterConfiguration(9),
            .meterFeatures, .flowMonitor([monitor]), .other(type: 14, flags: 0, body: []),
        ])
    }

    mutating func reply() -> MultipartReply.Body {
        switch number(0...12) {
        case 0:
            return .description(
                SwitchDescription(manufacturer: "m", hardware: "h", software: "s", serial: "n", datapath: "d"))
        case 1, 2, 3: return .flows((0..<number(0...5)).map { _ in flowStatistics() })
        case 4:
            return .aggregate(
                AggregateStatistics(
                    packets: number(0...1 << 40), octetsCounted: number(0...1 << 40), flows: number(0...99_999)))
        case 5: return .tables([TableStatistics(table: number(0...254), flows: number(0...99), lookups: 7, matches: 3)])
        case 6:
            var port = PortStatistics(number: PortNumber(rawValue: number(1...0xFEFF)))
            port.receivedPackets = number(0...1 << 40)
            port.seconds = number(0...9999)
            port.properties = [Property(type: 0, value: octets(36))]
            return .portStatistics([port])
        case 7: return .portDescriptions((0..<number(0...3)).map { _ in portDescription() })
        case 8:
            let type = choose([GroupType.all, .select, .indirect, .fastFailover])
            return .groupDescriptions([
                GroupDescription(type: type, group: number(0...0xFFFF_FF00), buckets: buckets(type))
            ])
        case 9:
            var group = GroupStatistics(group: number(0...0xFFFF_FF00))
            group.buckets = [Counters(packets: number(0...99), octetsCounted: number(0...9999))]
            return .groupStatistics([group])
        case 10:
            let flags: MeterFlags = [.packets, .burst]
            return .meterConfiguration([
                MeterConfiguration(flags: flags, meter: number(1...0xFFFF), bands: bands(flags))
            ])
        case 11:
            var meter = MeterStatistics(meter: number(1...0xFFFF))
            meter.bands = [Counters(packets: 1, octetsCounted: number(0...9999))]
            return .meterStatistics([meter])
        default:
            var update = FlowUpdate.Full(choose([.initial, .added, .removed, .modified]))
            update.match = match()
            update.instructions = instructions()
            return .flowMonitor([.full(update), .abbreviated(transaction: 9), .paused, .resumed])
        }
    }
}
