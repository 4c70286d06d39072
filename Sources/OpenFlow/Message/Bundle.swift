public import Wire

/// How a bundle's messages are taken (`OFPBF_`).
public struct BundleFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// All or none.
    public static let atomic = BundleFlags(rawValue: 1)
    /// One after another.
    public static let ordered = BundleFlags(rawValue: 2)
}

/// Opens, closes, commits or discards a bundle (`ofp_bundle_ctrl_msg`; OpenFlow 1.4, 7.3.9.2).
public struct BundleControl: Structure {
    /// What is asked or answered (`OFPBCT_`).
    public enum Kind: UInt16, Sendable {
        case openRequest = 0, openReply, closeRequest, closeReply, commitRequest, commitReply, discardRequest
        case discardReply
    }

    public var bundle: UInt32
    public var kind: Kind
    public var flags: BundleFlags
    public var properties: [Property]

    /// Makes a message.
    public init(bundle: UInt32, _ kind: Kind, flags: BundleFlags = [.atomic, .ordered], properties: [Property] = []) {
        self.bundle = bundle
        self.kind = kind
        self.flags = flags
        self.properties = properties
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMessage)
        bundle = head.uint32(at: 0)
        guard let kind = Kind(rawValue: head.uint16(at: 4)) else { throw .malformed(.openFlowMessage, field: "type") }
        self.kind = kind
        flags = BundleFlags(rawValue: head.uint16(at: 6))
        properties = try [Property](readingAll: &octets)
    }

    public var size: Int { 8 + properties.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: bundle)
        octets.append(uint16: kind.rawValue)
        octets.append(uint16: flags.rawValue)
        properties.write(to: &octets)
    }
}

/// Puts a message into a bundle (`ofp_bundle_add_msg`; OpenFlow 1.4, 7.3.9.6).
public struct BundleAdd: Structure {
    public var bundle: UInt32
    public var flags: BundleFlags
    /// The message, whose transaction must be that of the message around it.
    public var message: BundledMessage
    public var properties: [Property]

    /// Makes a message.
    public init(bundle: UInt32, flags: BundleFlags = [.atomic, .ordered], message: BundledMessage) {
        self.bundle = bundle
        self.flags = flags
        self.message = message
        properties = []
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMessage)
        bundle = head.uint32(at: 0)
        flags = BundleFlags(rawValue: head.uint16(at: 6))
        message = try BundledMessage(reading: &octets)
        // The properties begin at a whole word, if there are any.
        if !octets.isEmpty {
            _ = try octets.take(padded(message.size) - message.size, for: .openFlowMessage)
        }
        properties = try [Property](readingAll: &octets)
    }

    public var size: Int { 8 + (properties.isEmpty ? message.size : padded(message.size) + properties.octetCount) }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: bundle)
        octets.append(uint16: 0)
        octets.append(uint16: flags.rawValue)
        message.write(to: &octets)
        guard !properties.isEmpty else { return }
        octets.append(zeros: padded(message.size) - message.size)
        properties.write(to: &octets)
    }
}

/// A message in a bundle: one that changes a switch.
public struct BundledMessage: Structure {
    public var transaction: UInt32
    public var change: Change

    /// What may be bundled.
    public enum Change: Hashable, Sendable {
        case flow(FlowMod)
        case group(GroupMod)
        case port(PortMod)
        case other(MessageType, [UInt8])
    }

    /// Makes a message.
    public init(transaction: UInt32, _ change: Change) {
        self.transaction = transaction
        self.change = change
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try Header(reading: &octets)
        guard header.version == .openFlow14 else { throw .malformed(.openFlowHeader, field: "version") }
        let body = try octets.take(Int(header.length) - Header.size, for: .openFlowMessage)
        transaction = header.transaction
        switch header.type {
        case .flowMod: change = .flow(try FlowMod(readingAll: body, .openFlowMessage))
        case .groupMod: change = .group(try GroupMod(readingAll: body, .openFlowMessage))
        case .portMod: change = .port(try PortMod(readingAll: body, .openFlowMessage))
        // Bundles are not put into bundles, so that no message holds itself.
        case .bundleAdd, .bundleControl: throw .malformed(.openFlowMessage, field: "type")
        default: change = .other(header.type, [UInt8](copying: body))
        }
    }

    private var body: Message.Body {
        switch change {
        case .flow(let body): .flowMod(body)
        case .group(let body): .groupMod(body)
        case .port(let body): .portMod(body)
        case .other(let type, let octets): .other(type, octets)
        }
    }

    public var size: Int { Header.size + body.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        Message(transaction: transaction, body).write(to: &octets)
    }
}
