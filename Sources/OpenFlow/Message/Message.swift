public import Wire

/// A message of OpenFlow 1.4.
///
/// One of a type that we do not know stays as it came.
public struct Message: Hashable, Sendable {
    /// What a message says.
    public enum Body: Hashable, Sendable {
        case hello(Hello)
        case error(ErrorMessage)
        case echoRequest([UInt8])
        case echoReply([UInt8])
        case featuresRequest
        case featuresReply(FeaturesReply)
        case getConfigRequest
        case getConfigReply(SwitchConfig)
        case setConfig(SwitchConfig)
        case packetIn(PacketIn)
        case flowRemoved(FlowRemoved)
        case portStatus(PortStatus)
        case packetOut(PacketOut)
        case flowMod(FlowMod)
        case groupMod(GroupMod)
        case portMod(PortMod)
        case tableMod(TableMod)
        case multipartRequest(MultipartRequest)
        case multipartReply(MultipartReply)
        case barrierRequest
        case barrierReply
        case roleRequest(Role)
        case roleReply(Role)
        case getAsyncRequest
        case getAsyncReply(AsyncConfig)
        case setAsync(AsyncConfig)
        case meterMod(MeterMod)
        case bundleControl(BundleControl)
        case bundleAdd(BundleAdd)
        case other(MessageType, [UInt8])
    }

    /// Pairs replies with their requests (`xid`).
    public var transaction: UInt32
    public var body: Body

    /// Makes a message.
    public init(transaction: UInt32, _ body: Body) {
        self.transaction = transaction
        self.body = body
    }

    /// The most octets that a message has.
    public static let limit = 65_535
}

extension Message: Structure {
    /// Reads a message; of another version than 1.4 only a hello or an error.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try Header(reading: &octets)
        let body = try octets.take(Int(header.length) - Header.size, for: .openFlowMessage)
        guard header.version == .openFlow14 || header.type == .hello || header.type == .error else {
            throw .malformed(.openFlowHeader, field: "version")
        }
        transaction = header.transaction
        self.body = try Body(reading: body, header)
    }

    public var size: Int { Header.size + body.size }

    /// Appends the message; traps for one over 65,535 octets.
    public func write(to octets: inout OutputSpan<UInt8>) {
        write(to: &octets, version: .openFlow14)
    }

    /// Appends the message with a version that only a hello may choose.
    func write(to octets: inout OutputSpan<UInt8>, version: Version) {
        let size = size
        precondition(size <= Self.limit, "a message has up to 65,535 octets")
        Header(version: version, type: body.type, length: UInt16(size), transaction: transaction).write(to: &octets)
        body.write(to: &octets)
    }
}
