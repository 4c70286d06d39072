/// What Linux knows of a frame beside its octets, for a program to load (`SKF_AD_*`, `linux/filter.h`).
public struct FilterFact: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The EtherType, in host order.
    public static let networkProtocol = FilterFact(rawValue: 0)
    /// Whom the frame was for (`PacketType`).
    public static let packetType = FilterFact(rawValue: 4)
    /// The interface's index.
    public static let interfaceIndex = FilterFact(rawValue: 8)
    /// The offset of a netlink attribute of the type X, searched from A on.
    public static let netlinkAttribute = FilterFact(rawValue: 12)
    /// The same among the attributes nested in the one at A.
    public static let nestedNetlinkAttribute = FilterFact(rawValue: 16)
    /// The firewall's mark.
    public static let mark = FilterFact(rawValue: 20)
    /// The device's queue.
    public static let queue = FilterFact(rawValue: 24)
    /// The interface's hardware type (ARPHRD).
    public static let hardwareType = FilterFact(rawValue: 28)
    /// The hash of the flow.
    public static let flowHash = FilterFact(rawValue: 32)
    /// The core that runs the program.
    public static let core = FilterFact(rawValue: 36)
    /// No fact: A ← A xor X.
    public static let exclusiveOrWithIndex = FilterFact(rawValue: 40)
    /// Priority and identifier of the VLAN tag that was taken off.
    public static let vlanTag = FilterFact(rawValue: 44)
    /// Whether a VLAN tag was taken off: 0 or 1.
    public static let hasVLANTag = FilterFact(rawValue: 48)
    /// Where the transport layer's payload begins.
    public static let payloadOffset = FilterFact(rawValue: 52)
    /// A random number.
    public static let random = FilterFact(rawValue: 56)
    /// The EtherType of the VLAN tag that was taken off.
    public static let vlanProtocol = FilterFact(rawValue: 60)

    /// Whether the kernel has such a fact.
    var isKnown: Bool { rawValue <= 60 && rawValue % 4 == 0 }
}

/// The facts that a program is told when it is interpreted, the kernel being elsewhere.
public struct FilterContext: Sendable {
    /// The length before the frame was cut; nil if it was not.
    public var originalLength: Int?

    /// Where the network layer begins, for offsets that count from there (`SKF_NET_OFF`).
    public var networkOffset = 14

    /// The facts; one that is not here reads as 0.
    public var facts: [FilterFact: UInt32]

    /// A context of some facts.
    public init(_ facts: [FilterFact: UInt32] = [:], originalLength: Int? = nil) {
        (self.facts, self.originalLength) = (facts, originalLength)
    }
}
