/// A port's number, or one of those that stand for something else (`OFPP_`; OpenFlow 1.4, 7.2.1).
public struct PortNumber: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Makes a number of one of OpenFlow 1.0, which has 16 bits; those that stand for something else are widened.
    public init(narrow: UInt16) {
        rawValue = narrow >= 0xFF00 ? 0xFFFF_0000 | UInt32(narrow) : UInt32(narrow)
    }

    /// The number in 16 bits, as Nicira's actions have it; nil if it does not fit.
    public var narrow: UInt16? {
        if rawValue < 0xFF00 { return UInt16(rawValue) }
        return rawValue >= 0xFFFF_FF00 ? UInt16(truncatingIfNeeded: rawValue) : nil
    }

    /// The port that the packet came from.
    public static let inPort = PortNumber(rawValue: 0xFFFF_FFF8)
    /// Through the flow tables, from the first; only in packet-outs.
    public static let table = PortNumber(rawValue: 0xFFFF_FFF9)
    /// As a switch without OpenFlow would.
    public static let normal = PortNumber(rawValue: 0xFFFF_FFFA)
    /// All ports of the VLAN that are not blocked.
    public static let flood = PortNumber(rawValue: 0xFFFF_FFFB)
    /// All ports but the one it came from.
    public static let all = PortNumber(rawValue: 0xFFFF_FFFC)
    /// To the controller.
    public static let controller = PortNumber(rawValue: 0xFFFF_FFFD)
    /// The bridge's own.
    public static let local = PortNumber(rawValue: 0xFFFF_FFFE)
    /// Any, in requests; none, elsewhere.
    public static let any = PortNumber(rawValue: 0xFFFF_FFFF)

    /// Those that have names, as ovs-ofctl writes them.
    static let names: [(PortNumber, String)] = [
        (.inPort, "IN_PORT"), (.table, "TABLE"), (.normal, "NORMAL"), (.flood, "FLOOD"), (.all, "ALL"),
        (.controller, "CONTROLLER"), (.local, "LOCAL"), (.any, "ANY"),
    ]
}

extension PortNumber: CustomStringConvertible {
    /// As ovs-ofctl writes it.
    public var description: String {
        Self.names.first { $0.0 == self }?.1 ?? "\(rawValue)"
    }
}
