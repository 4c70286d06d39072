import Wire

extension Message.Body {
    /// What it is called on the wire.
    public var type: MessageType {
        switch self {
        case .hello: .hello
        case .error: .error
        case .echoRequest: .echoRequest
        case .echoReply: .echoReply
        case .featuresRequest: .featuresRequest
        case .featuresReply: .featuresReply
        case .getConfigRequest: .getConfigRequest
        case .getConfigReply: .getConfigReply
        case .setConfig: .setConfig
        case .packetIn: .packetIn
        case .flowRemoved: .flowRemoved
        case .portStatus: .portStatus
        case .packetOut: .packetOut
        case .flowMod: .flowMod
        case .groupMod: .groupMod
        case .portMod: .portMod
        case .tableMod: .tableMod
        case .multipartRequest: .multipartRequest
        case .multipartReply: .multipartReply
        case .barrierRequest: .barrierRequest
        case .barrierReply: .barrierReply
        case .roleRequest: .roleRequest
        case .roleReply: .roleReply
        case .getAsyncRequest: .getAsyncRequest
        case .getAsyncReply: .getAsyncReply
        case .setAsync: .setAsync
        case .meterMod: .meterMod
        case .bundleControl: .bundleControl
        case .bundleAdd: .bundleAdd
        case .other(let type, _): type
        }
    }

    /// What follows the header, if it has a shape of its own.
    private var structure: (any Structure)? {
        switch self {
        case .hello(let body): body
        case .error(let body): body
        case .featuresReply(let body): body
        case .getConfigReply(let body), .setConfig(let body): body
        case .packetIn(let body): body
        case .flowRemoved(let body): body
        case .portStatus(let body): body
        case .packetOut(let body): body
        case .flowMod(let body): body
        case .groupMod(let body): body
        case .portMod(let body): body
        case .tableMod(let body): body
        case .multipartRequest(let body): body
        case .multipartReply(let body): body
        case .roleRequest(let body), .roleReply(let body): body
        case .getAsyncReply(let body), .setAsync(let body): body
        case .meterMod(let body): body
        case .bundleControl(let body): body
        case .bundleAdd(let body): body
        case .echoRequest, .echoReply, .other, .featuresRequest, .getConfigRequest, .barrierRequest, .barrierReply,
            .getAsyncRequest:
            nil
        }
    }

    var size: Int {
        switch self {
        case .echoRequest(let octets), .echoReply(let octets), .other(_, let octets): octets.count
        default: structure?.size ?? 0
        }
    }

    func write(to output: inout OutputSpan<UInt8>) {
        switch self {
        case .echoRequest(let octets), .echoReply(let octets), .other(_, let octets): output.append(copying: octets)
        default: structure?.write(to: &output)
        }
    }

    init(reading octets: RawSpan, _ header: Header) throws(WireError) {
        let layer = Layer.openFlowMessage
        switch header.type {
        case .hello: self = .hello(try Hello(readingAll: octets, layer))
        case .error: self = .error(try ErrorMessage(readingAll: octets, layer))
        case .echoRequest: self = .echoRequest([UInt8](copying: octets))
        case .echoReply: self = .echoReply([UInt8](copying: octets))
        case .featuresRequest: self = try .empty(.featuresRequest, octets)
        case .featuresReply: self = .featuresReply(try FeaturesReply(readingAll: octets, layer))
        case .getConfigRequest: self = try .empty(.getConfigRequest, octets)
        case .getConfigReply: self = .getConfigReply(try SwitchConfig(readingAll: octets, layer))
        case .setConfig: self = .setConfig(try SwitchConfig(readingAll: octets, layer))
        case .packetIn: self = .packetIn(try PacketIn(readingAll: octets, layer))
        case .flowRemoved: self = .flowRemoved(try FlowRemoved(readingAll: octets, layer))
        case .portStatus: self = .portStatus(try PortStatus(readingAll: octets, layer))
        case .packetOut: self = .packetOut(try PacketOut(readingAll: octets, layer))
        case .flowMod: self = .flowMod(try FlowMod(readingAll: octets, layer))
        case .groupMod: self = .groupMod(try GroupMod(readingAll: octets, layer))
        case .portMod: self = .portMod(try PortMod(readingAll: octets, layer))
        case .tableMod: self = .tableMod(try TableMod(readingAll: octets, layer))
        case .multipartRequest: self = .multipartRequest(try MultipartRequest(readingAll: octets, layer))
        case .multipartReply: self = .multipartReply(try MultipartReply(readingAll: octets, layer))
        case .barrierRequest: self = try .empty(.barrierRequest, octets)
        case .barrierReply: self = try .empty(.barrierReply, octets)
        case .roleRequest: self = .roleRequest(try Role(readingAll: octets, layer))
        case .roleReply: self = .roleReply(try Role(readingAll: octets, layer))
        case .getAsyncRequest: self = try .empty(.getAsyncRequest, octets)
        case .getAsyncReply: self = .getAsyncReply(try AsyncConfig(readingAll: octets, layer))
        case .setAsync: self = .setAsync(try AsyncConfig(readingAll: octets, layer))
        case .meterMod: self = .meterMod(try MeterMod(readingAll: octets, layer))
        case .bundleControl: self = .bundleControl(try BundleControl(readingAll: octets, layer))
        case .bundleAdd: self = .bundleAdd(try BundleAdd(readingAll: octets, layer))
        default: self = .other(header.type, [UInt8](copying: octets))
        }
    }

    /// A body that has no octets.
    private static func empty(_ body: Self, _ octets: RawSpan) throws(WireError) -> Self {
        guard octets.isEmpty else { throw .malformed(.openFlowMessage, field: "length") }
        return body
    }
}
