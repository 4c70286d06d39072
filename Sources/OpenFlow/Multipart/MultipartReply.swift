public import Wire

/// An answer, or a part of one (`ofp_multipart_reply`; OpenFlow 1.4, 7.3.5).
public struct MultipartReply: Hashable, Sendable {
    /// What the part has.
    public enum Body: Hashable, Sendable {
        case description(SwitchDescription)
        case flows([FlowStatistics])
        case aggregate(AggregateStatistics)
        case tables([TableStatistics])
        case portStatistics([PortStatistics])
        case portDescriptions([PortDescription])
        case groupStatistics([GroupStatistics])
        case groupDescriptions([GroupDescription])
        case groupFeatures(GroupFeatures)
        case meterStatistics([MeterStatistics])
        case meterConfiguration([MeterConfiguration])
        case meterFeatures(MeterFeatures)
        case flowMonitor([FlowUpdate])
        case other(type: UInt16, [UInt8])
    }

    /// Whether more parts follow (`OFPMPF_REPLY_MORE`).
    public var hasMore: Bool
    public var body: Body

    /// Makes a reply.
    public init(_ body: Body, hasMore: Bool = false) {
        self.body = body
        self.hasMore = hasMore
    }
}

extension MultipartReply: Structure {
    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMultipart)
        hasMore = head.uint16(at: 2) & 1 == 1
        var rest = try octets.take(octets.byteCount, for: .openFlowMultipart)
        body = try Body(reading: &rest, type: head.uint16(at: 0))
        guard rest.isEmpty else { throw .malformed(.openFlowMultipart, field: "length") }
    }

    public var size: Int { 8 + body.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: body.type)
        octets.append(uint16: hasMore ? 1 : 0)
        octets.append(uint32: 0)
        body.write(to: &octets)
    }
}

extension MultipartReply.Body {
    init(reading octets: inout RawSpan, type: UInt16) throws(WireError) {
        switch type {
        case 0: self = .description(try SwitchDescription(reading: &octets))
        case 1: self = .flows(try [FlowStatistics](readingAll: &octets))
        case 2: self = .aggregate(try AggregateStatistics(reading: &octets))
        case 3: self = .tables(try [TableStatistics](readingAll: &octets))
        case 4: self = .portStatistics(try [PortStatistics](readingAll: &octets))
        case 6: self = .groupStatistics(try [GroupStatistics](readingAll: &octets))
        case 7: self = .groupDescriptions(try [GroupDescription](readingAll: &octets))
        case 8: self = .groupFeatures(try GroupFeatures(reading: &octets))
        case 9: self = .meterStatistics(try [MeterStatistics](readingAll: &octets))
        case 10: self = .meterConfiguration(try [MeterConfiguration](readingAll: &octets))
        case 11: self = .meterFeatures(try MeterFeatures(reading: &octets))
        case 13: self = .portDescriptions(try [PortDescription](readingAll: &octets))
        case 16: self = .flowMonitor(try [FlowUpdate](readingAll: &octets))
        default:
            self = .other(type: type, [UInt8](copying: try octets.take(octets.byteCount, for: .openFlowMultipart)))
        }
    }

    var type: UInt16 {
        switch self {
        case .description: 0
        case .flows: 1
        case .aggregate: 2
        case .tables: 3
        case .portStatistics: 4
        case .groupStatistics: 6
        case .groupDescriptions: 7
        case .groupFeatures: 8
        case .meterStatistics: 9
        case .meterConfiguration: 10
        case .meterFeatures: 11
        case .portDescriptions: 13
        case .flowMonitor: 16
        case .other(let type, _): type
        }
    }

    var size: Int {
        switch self {
        case .description(let body): body.size
        case .flows(let list): list.octetCount
        case .aggregate(let body): body.size
        case .tables(let list): list.octetCount
        case .portStatistics(let list): list.octetCount
        case .portDescriptions(let list): list.octetCount
        case .groupStatistics(let list): list.octetCount
        case .groupDescriptions(let list): list.octetCount
        case .groupFeatures(let body): body.size
        case .meterStatistics(let list): list.octetCount
        case .meterConfiguration(let list): list.octetCount
        case .meterFeatures(let body): body.size
        case .flowMonitor(let list): list.octetCount
        case .other(_, let octets): octets.count
        }
    }

    func write(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .description(let body): body.write(to: &output)
        case .flows(let list): list.write(to: &output)
        case .aggregate(let body): body.write(to: &output)
        case .tables(let list): list.write(to: &output)
        case .portStatistics(let list): list.write(to: &output)
        case .portDescriptions(let list): list.write(to: &output)
        case .groupStatistics(let list): list.write(to: &output)
        case .groupDescriptions(let list): list.write(to: &output)
        case .groupFeatures(let body): body.write(to: &output)
        case .meterStatistics(let list): list.write(to: &output)
        case .meterConfiguration(let list): list.write(to: &output)
        case .meterFeatures(let body): body.write(to: &output)
        case .flowMonitor(let list): list.write(to: &output)
        case .other(_, let octets): output.append(copying: octets)
        }
    }
}
