public import Wire

/// Translates addresses of a tracked connection (`NXAST_NAT`); alone, as the connection says.
public struct NetworkAddressTranslation: ActionBody {
    /// Addresses to choose from.
    public enum Range: Hashable, Sendable {
        case ipv4(first: IPv4Address, last: IPv4Address?)
        case ipv6(first: IPv6Address, last: IPv6Address?)
    }

    /// The source's address changes.
    public var translatesSource = false
    /// The target's address changes.
    public var translatesTarget = false
    public var isPersistent = false
    /// The port comes from a hash.
    public var hashesPort = false
    /// The port is random.
    public var randomizesPort = false
    /// Bits of the flags that have no name.
    var otherFlags: UInt16 = 0
    /// Nil for any address.
    public var addresses: Range?
    /// 0 for none.
    public var firstPort: UInt16 = 0
    /// 0 for none.
    public var lastPort: UInt16 = 0

    /// Makes an action that translates as the connection says.
    public init() {}

    init(reading body: inout RawSpan) throws(WireError) {
        let head = try body.take(6, for: .openFlowAction)
        let (flags, present) = (head.uint16(at: 2), head.uint16(at: 4))
        translatesSource = flags & 1 != 0
        translatesTarget = flags & 2 != 0
        isPersistent = flags & 4 != 0
        hashesPort = flags & 8 != 0
        randomizesPort = flags & 16 != 0
        otherFlags = flags & ~31
        // A last address means nothing without a first, and one family excludes the other.
        guard present < 64, present & 3 != 2, present & 12 != 8, present & 3 == 0 || present & 12 == 0 else {
            throw .malformed(.openFlowAction, field: "range_present")
        }
        if present & 1 != 0 {
            let first = try IPv4Address(reading: &body)
            addresses = .ipv4(first: first, last: present & 2 != 0 ? try IPv4Address(reading: &body) : nil)
        }
        if present & 4 != 0 {
            let first = try IPv6Address(reading: &body)
            addresses = .ipv6(first: first, last: present & 8 != 0 ? try IPv6Address(reading: &body) : nil)
        }
        if present & 16 != 0 { firstPort = try body.take(2, for: .openFlowAction).uint16(at: 0) }
        if present & 32 != 0 { lastPort = try body.take(2, for: .openFlowAction).uint16(at: 0) }
    }

    private var flags: UInt16 {
        (translatesSource ? 1 : 0) | (translatesTarget ? 2 : 0) | (isPersistent ? 4 : 0) | (hashesPort ? 8 : 0)
            | (randomizesPort ? 16 : 0) | otherFlags
    }

    private var present: UInt16 {
        let ports: UInt16 = (firstPort != 0 ? 16 : 0) | (lastPort != 0 ? 32 : 0)
        return switch addresses {
        case .ipv4(_, let last): 1 | (last != nil ? 2 : 0) | ports
        case .ipv6(_, let last): 4 | (last != nil ? 8 : 0) | ports
        case nil: ports
        }
    }

    var kind: ActionKind { .nicira(36) }

    var bodySize: Int {
        let ports = (firstPort != 0 ? 2 : 0) + (lastPort != 0 ? 2 : 0)
        return switch addresses {
        case .ipv4(_, let last): 6 + (last != nil ? 8 : 4) + ports
        case .ipv6(_, let last): 6 + (last != nil ? 32 : 16) + ports
        case nil: 6 + ports
        }
    }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: 0)
        octets.append(uint16: flags)
        octets.append(uint16: present)
        switch addresses {
        case .ipv4(let first, let last):
            first.write(to: &octets)
            last?.write(to: &octets)
        case .ipv6(let first, let last):
            first.write(to: &octets)
            last?.write(to: &octets)
        case nil: break
        }
        if firstPort != 0 { octets.append(uint16: firstPort) }
        if lastPort != 0 { octets.append(uint16: lastPort) }
    }
}
