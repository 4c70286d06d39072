public import Wire

/// Asks to be told when flows change (`ofp_flow_monitor_request`; OpenFlow 1.4, 7.3.5.17).
public struct FlowMonitorRequest: Structure {
    /// What is told (`OFPFMF_`).
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The flows that are there.
        public static let initial = Flags(rawValue: 1)
        public static let add = Flags(rawValue: 2)
        public static let removed = Flags(rawValue: 4)
        public static let modify = Flags(rawValue: 8)
        /// What flows do, too.
        public static let instructions = Flags(rawValue: 16)
        /// One's own changes in short form only.
        public static let noAbbreviation = Flags(rawValue: 32)
        public static let onlyOwn = Flags(rawValue: 64)
    }

    /// What is done with the monitor (`OFPFMC_`).
    public enum Command: UInt8, Sendable {
        case add = 0, modify, delete
    }

    public var monitor: UInt32
    public var outPort: PortNumber = .any
    public var outGroup: UInt32 = FlowMod.anyGroup
    public var flags: Flags
    public var table: UInt8 = FlowMod.allTables
    public var command: Command
    public var match = Match()

    /// Makes a request for all flows.
    public init(monitor: UInt32, flags: Flags, command: Command = .add) {
        self.monitor = monitor
        self.flags = flags
        self.command = command
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(16, for: .openFlowMultipart)
        monitor = head.uint32(at: 0)
        outPort = PortNumber(rawValue: head.uint32(at: 4))
        outGroup = head.uint32(at: 8)
        flags = Flags(rawValue: head.uint16(at: 12))
        table = head.uint8(at: 14)
        guard let command = Command(rawValue: head.uint8(at: 15)) else {
            throw .malformed(.openFlowMultipart, field: "command")
        }
        self.command = command
        match = try Match(reading: &octets)
    }

    public var size: Int { 16 + match.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: monitor)
        octets.append(uint32: outPort.rawValue)
        octets.append(uint32: outGroup)
        octets.append(uint16: flags.rawValue)
        octets.append(table)
        octets.append(command.rawValue)
        match.write(to: &octets)
    }
}

/// A flow changed (`ofp_flow_update_header`; OpenFlow 1.4, 7.3.5.17.4).
public enum FlowUpdate: Hashable, Sendable {
    /// A flow in full.
    public struct Full: Hashable, Sendable {
        /// What became of it (`OFPFME_`).
        public enum Event: UInt16, Sendable {
            case initial = 0, added, removed, modified
        }

        public var event: Event
        public var table: UInt8 = 0
        /// Why it is gone (`OFPRR_`).
        public var reason: UInt8 = 0
        public var idleTimeout: UInt16 = 0
        public var hardTimeout: UInt16 = 0
        public var priority: UInt16 = 0
        public var cookie: UInt64 = 0
        public var match = Match()
        public var instructions: [Instruction] = []

        /// Makes an update.
        public init(_ event: Event) {
            self.event = event
        }
    }

    case full(Full)
    /// One's own message did what it said.
    case abbreviated(transaction: UInt32)
    /// So much happened that not all is told, until it resumes.
    case paused
    /// What was not told has been told now.
    case resumed
}

extension FlowUpdate: Structure {
    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowMultipart)
        var rest = try octets.take(rest: head.uint16(at: 0), after: 4, for: .openFlowMultipart)
        let event = head.uint16(at: 2)
        switch event {
        case 0...3:
            guard let event = Full.Event(rawValue: event) else { throw .malformed(.openFlowMultipart, field: "event") }
            var update = Full(event)
            let fixed = try rest.take(20, for: .openFlowMultipart)
            update.table = fixed.uint8(at: 0)
            update.reason = fixed.uint8(at: 1)
            update.idleTimeout = fixed.uint16(at: 2)
            update.hardTimeout = fixed.uint16(at: 4)
            update.priority = fixed.uint16(at: 6)
            update.cookie = fixed.uint64(at: 12)
            update.match = try Match(reading: &rest)
            update.instructions = try [Instruction](readingAll: &rest)
            self = .full(update)
        case 4: self = .abbreviated(transaction: try rest.take(4, for: .openFlowMultipart).uint32(at: 0))
        case 5, 6:
            _ = try rest.take(4, for: .openFlowMultipart)
            self = event == 5 ? .paused : .resumed
        default: throw .malformed(.openFlowMultipart, field: "event")
        }
        guard rest.isEmpty else { throw .malformed(.openFlowMultipart, field: "length") }
    }

    public var size: Int {
        if case .full(let update) = self { 24 + update.match.size + update.instructions.octetCount } else { 8 }
    }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        switch self {
        case .full(let update):
            octets.append(uint16: update.event.rawValue)
            octets.append(update.table)
            octets.append(update.reason)
            octets.append(uint16: update.idleTimeout)
            octets.append(uint16: update.hardTimeout)
            octets.append(uint16: update.priority)
            octets.append(uint32: 0)
            octets.append(uint64: update.cookie)
            update.match.write(to: &octets)
            update.instructions.write(to: &octets)
        case .abbreviated(let transaction):
            octets.append(uint16: 4)
            octets.append(uint32: transaction)
        case .paused, .resumed:
            octets.append(uint16: self == .paused ? 5 : 6)
            octets.append(uint32: 0)
        }
    }
}
