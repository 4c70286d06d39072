public import Wire

/// How a group chooses among its buckets (`OFPGT_`).
public enum GroupType: UInt8, Sendable {
    case all = 0, select, indirect, fastFailover
}

/// One way that a packet may take in a group (`ofp_bucket`; OpenFlow 1.4, 7.3.4.2).
public struct Bucket: Structure {
    /// Its share in a group that selects.
    public var weight: UInt16
    /// The port whose state decides whether it is live; `any` for none.
    public var watchPort: PortNumber
    /// The group whose state decides whether it is live; 0xFFFFFFFF for none.
    public var watchGroup: UInt32
    public var actions: [Action]

    /// Makes a bucket.
    public init(
        weight: UInt16 = 0, watchPort: PortNumber = .any, watchGroup: UInt32 = FlowMod.anyGroup, actions: [Action]
    ) {
        self.weight = weight
        self.watchPort = watchPort
        self.watchGroup = watchGroup
        self.actions = actions
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let length = try octets.take(2, for: .openFlowBucket).uint16(at: 0)
        var rest = try octets.take(rest: length, after: 2, for: .openFlowBucket)
        let head = try rest.take(14, for: .openFlowBucket)
        weight = head.uint16(at: 0)
        watchPort = PortNumber(rawValue: head.uint32(at: 2))
        watchGroup = head.uint32(at: 6)
        actions = try [Action](readingAll: &rest, depth: 0)
    }

    public var size: Int { 16 + actions.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        octets.append(uint16: weight)
        octets.append(uint32: watchPort.rawValue)
        octets.append(uint32: watchGroup)
        octets.append(zeros: 4)
        actions.write(to: &octets)
    }
}

/// Adds, changes or deletes a group (`ofp_group_mod`; OpenFlow 1.4, 7.3.4.2).
public struct GroupMod: Structure {
    /// What is done (`OFPGC_`).
    public enum Command: UInt16, Sendable {
        case add = 0, modify, delete
        /// Open vSwitch's own: whichever of the two it takes.
        case addOrModify = 0x8000
    }

    /// All groups, in a deletion (`OFPG_ALL`).
    public static let allGroups: UInt32 = 0xFFFF_FFFC

    public var command: Command
    public var type: GroupType
    public var group: UInt32
    public var buckets: [Bucket]

    /// Makes a message.
    public init(_ command: Command, type: GroupType = .all, group: UInt32, buckets: [Bucket] = []) {
        self.command = command
        self.type = type
        self.group = group
        self.buckets = buckets
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMessage)
        guard let command = Command(rawValue: head.uint16(at: 0)) else {
            throw .malformed(.openFlowMessage, field: "command")
        }
        guard let type = GroupType(rawValue: head.uint8(at: 2)) else {
            throw .malformed(.openFlowMessage, field: "type")
        }
        self.command = command
        self.type = type
        group = head.uint32(at: 4)
        buckets = try [Bucket](readingAll: &octets)
    }

    public var size: Int { 8 + buckets.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: command.rawValue)
        octets.append(type.rawValue)
        octets.append(0)
        octets.append(uint32: group)
        buckets.write(to: &octets)
    }
}
