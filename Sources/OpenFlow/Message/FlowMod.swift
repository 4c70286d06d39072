public import Wire

/// Adds, changes or deletes flows (`ofp_flow_mod`; OpenFlow 1.4, 7.3.4.1).
public struct FlowMod: Structure {
    /// What is done (`OFPFC_`).
    public enum Command: UInt8, Sendable {
        case add = 0, modify, modifyStrict, delete, deleteStrict
    }

    /// What is done beside (`OFPFF_`).
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The controller is told when the flow goes.
        public static let sendFlowRemoved = Flags(rawValue: 1)
        /// It is refused if another of the same priority could match the same packet.
        public static let checkOverlap = Flags(rawValue: 2)
        public static let resetCounts = Flags(rawValue: 4)
        public static let noPacketCounts = Flags(rawValue: 8)
        public static let noByteCounts = Flags(rawValue: 16)
    }

    /// The priority of a flow that says none.
    public static let defaultPriority: UInt16 = 0x8000
    /// The table that stands for all.
    public static let allTables: UInt8 = 255
    /// The group that stands for any.
    public static let anyGroup: UInt32 = 0xFFFF_FFFF

    /// What the flow is marked with; in a deletion, what flows must have in the bits of the mask.
    public var cookie: UInt64 = 0
    public var cookieMask: UInt64 = 0
    public var table: UInt8 = 0
    public var command: Command
    /// Seconds without packets after which it goes; 0 for never.
    public var idleTimeout: UInt16 = 0
    /// Seconds after which it goes; 0 for never.
    public var hardTimeout: UInt16 = 0
    public var priority: UInt16 = FlowMod.defaultPriority
    /// A packet that the switch keeps; 0xFFFFFFFF for none.
    public var buffer: UInt32 = 0xFFFF_FFFF
    /// In a deletion, the port that flows must send to.
    public var outPort: PortNumber = .any
    /// In a deletion, the group that flows must send to.
    public var outGroup: UInt32 = FlowMod.anyGroup
    public var flags: Flags = []
    /// Flows of less importance are evicted first.
    public var importance: UInt16 = 0
    public var match = Match()
    public var instructions: [Instruction] = []

    /// Makes a message for all packets.
    public init(_ command: Command) {
        self.command = command
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(40, for: .openFlowMessage)
        cookie = head.uint64(at: 0)
        cookieMask = head.uint64(at: 8)
        table = head.uint8(at: 16)
        guard let command = Command(rawValue: head.uint8(at: 17)) else {
            throw .malformed(.openFlowMessage, field: "command")
        }
        self.command = command
        idleTimeout = head.uint16(at: 18)
        hardTimeout = head.uint16(at: 20)
        priority = head.uint16(at: 22)
        buffer = head.uint32(at: 24)
        outPort = PortNumber(rawValue: head.uint32(at: 28))
        outGroup = head.uint32(at: 32)
        flags = Flags(rawValue: head.uint16(at: 36))
        importance = head.uint16(at: 38)
        match = try Match(reading: &octets)
        instructions = try [Instruction](readingAll: &octets)
    }

    public var size: Int { 40 + match.size + instructions.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint64: cookie)
        octets.append(uint64: cookieMask)
        octets.append(table)
        octets.append(command.rawValue)
        octets.append(uint16: idleTimeout)
        octets.append(uint16: hardTimeout)
        octets.append(uint16: priority)
        octets.append(uint32: buffer)
        octets.append(uint32: outPort.rawValue)
        octets.append(uint32: outGroup)
        octets.append(uint16: flags.rawValue)
        octets.append(uint16: importance)
        match.write(to: &octets)
        instructions.write(to: &octets)
    }
}
