public import Wire

/// Packets and octets that something counted.
public struct Counters: Structure {
    public var packets: UInt64
    public var octetsCounted: UInt64

    /// Makes counters.
    public init(packets: UInt64 = 0, octetsCounted: UInt64 = 0) {
        self.packets = packets
        self.octetsCounted = octetsCounted
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(16, for: .openFlowMultipart)
        packets = body.uint64(at: 0)
        octetsCounted = body.uint64(at: 8)
    }

    public var size: Int { 16 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint64: packets)
        octets.append(uint64: octetsCounted)
    }
}

/// What a group has counted (`ofp_group_stats`; OpenFlow 1.4, 7.3.5.9).
public struct GroupStatistics: Structure {
    public var group: UInt32
    /// How many flows and groups refer to it.
    public var references: UInt32 = 0
    public var counters = Counters()
    public var seconds: UInt32 = 0
    public var nanoseconds: UInt32 = 0
    /// Of each bucket.
    public var buckets: [Counters] = []

    /// Makes statistics of a group that has counted nothing.
    public init(group: UInt32) {
        self.group = group
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let length = try octets.take(2, for: .openFlowMultipart).uint16(at: 0)
        var rest = try octets.take(rest: length, after: 2, for: .openFlowMultipart)
        let head = try rest.take(14, for: .openFlowMultipart)
        group = head.uint32(at: 2)
        references = head.uint32(at: 6)
        counters = try Counters(reading: &rest)
        let time = try rest.take(8, for: .openFlowMultipart)
        seconds = time.uint32(at: 0)
        nanoseconds = time.uint32(at: 4)
        buckets = try [Counters](readingAll: &rest)
    }

    public var size: Int { 40 + buckets.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        octets.append(uint16: 0)
        octets.append(uint32: group)
        octets.append(uint32: references)
        octets.append(uint32: 0)
        counters.write(to: &octets)
        octets.append(uint32: seconds)
        octets.append(uint32: nanoseconds)
        buckets.write(to: &octets)
    }
}

/// A group as a switch has it (`ofp_group_desc`; OpenFlow 1.4, 7.3.5.10).
public struct GroupDescription: Structure {
    public var type: GroupType
    public var group: UInt32
    public var buckets: [Bucket]

    /// Makes a description.
    public init(type: GroupType, group: UInt32, buckets: [Bucket]) {
        self.type = type
        self.group = group
        self.buckets = buckets
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let length = try octets.take(2, for: .openFlowMultipart).uint16(at: 0)
        var rest = try octets.take(rest: length, after: 2, for: .openFlowMultipart)
        let head = try rest.take(6, for: .openFlowMultipart)
        guard let type = GroupType(rawValue: head.uint8(at: 0)) else {
            throw .malformed(.openFlowMultipart, field: "type")
        }
        self.type = type
        group = head.uint32(at: 2)
        buckets = try [Bucket](readingAll: &rest)
    }

    public var size: Int { 8 + buckets.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        octets.append(type.rawValue)
        octets.append(0)
        octets.append(uint32: group)
        buckets.write(to: &octets)
    }
}

/// What groups a switch can have (`ofp_group_features`; OpenFlow 1.4, 7.3.5.11).
public struct GroupFeatures: Structure {
    /// Bit N stands for the type N.
    public var types: UInt32
    /// `OFPGFC_`.
    public var capabilities: UInt32
    /// The most groups of each type.
    public var limits: [UInt32]
    /// The actions that each type may have: bit N stands for `OFPAT_` N.
    public var actions: [UInt32]

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(40, for: .openFlowMultipart)
        types = body.uint32(at: 0)
        capabilities = body.uint32(at: 4)
        limits = (0..<4).map { body.uint32(at: 8 + 4 * $0) }
        actions = (0..<4).map { body.uint32(at: 24 + 4 * $0) }
    }

    public var size: Int { 40 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        for number in [types, capabilities] + limits + actions { octets.append(uint32: number) }
    }
}
