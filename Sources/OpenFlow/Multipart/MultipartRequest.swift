public import Wire

/// Asks for what may take several messages to answer (`ofp_multipart_request`; OpenFlow 1.4, 7.3.5).
public enum MultipartRequest: Hashable, Sendable {
    case description
    case flows(FlowRequest)
    case aggregate(FlowRequest)
    case tables
    /// Of one port, or of any.
    case portStatistics(PortNumber)
    case portDescriptions
    /// Of one group, or of all.
    case groupStatistics(UInt32)
    case groupDescriptions
    case groupFeatures
    /// Of one meter, or of all.
    case meterStatistics(UInt32)
    case meterConfiguration(UInt32)
    case meterFeatures
    case flowMonitor([FlowMonitorRequest])
    case other(type: UInt16, flags: UInt16, body: [UInt8])

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
        case .other(let type, _, _): type
        }
    }
}

extension MultipartRequest: Structure {
    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMultipart)
        let (type, flags) = (head.uint16(at: 0), head.uint16(at: 2))
        var body = try octets.take(octets.byteCount, for: .openFlowMultipart)
        // A request in parts is not put together here, and stays as it came.
        switch flags == 0 ? type : 0xFFFE {
        case 0: self = .description
        case 1: self = .flows(try FlowRequest(reading: &body))
        case 2: self = .aggregate(try FlowRequest(reading: &body))
        case 3: self = .tables
        case 4: self = .portStatistics(PortNumber(rawValue: try Self.number(&body)))
        case 6: self = .groupStatistics(try Self.number(&body))
        case 7: self = .groupDescriptions
        case 8: self = .groupFeatures
        case 9: self = .meterStatistics(try Self.number(&body))
        case 10: self = .meterConfiguration(try Self.number(&body))
        case 11: self = .meterFeatures
        case 13: self = .portDescriptions
        case 16: self = .flowMonitor(try [FlowMonitorRequest](readingAll: &body))
        default:
            self = .other(type: type, flags: flags, body: [UInt8](copying: body))
            return
        }
        guard body.isEmpty else { throw .malformed(.openFlowMultipart, field: "length") }
    }

    private static func number(_ body: inout RawSpan) throws(WireError) -> UInt32 {
        try body.take(8, for: .openFlowMultipart).uint32(at: 0)
    }

    public var size: Int {
        switch self {
        case .flows(let request), .aggregate(let request): 8 + request.size
        case .portStatistics, .groupStatistics, .meterStatistics, .meterConfiguration: 16
        case .flowMonitor(let requests): 8 + requests.octetCount
        case .other(_, _, let body): 8 + body.count
        default: 8
        }
    }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: type)
        if case .other(_, let flags, _) = self { octets.append(uint16: flags) } else { octets.append(uint16: 0) }
        octets.append(uint32: 0)
        switch self {
        case .flows(let request), .aggregate(let request): request.write(to: &octets)
        case .portStatistics(let port): octets.append(uint64: UInt64(port.rawValue) << 32)
        case .groupStatistics(let number), .meterStatistics(let number), .meterConfiguration(let number):
            octets.append(uint64: UInt64(number) << 32)
        case .flowMonitor(let requests): requests.write(to: &octets)
        case .other(_, _, let body): octets.append(copying: body)
        default: break
        }
    }
}
