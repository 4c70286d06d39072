/// A frame, layer by layer, as far as its octets make sense.
///
/// Reading allocates nothing and never fails: where a layer is malformed or cut short, `error` says why and
/// `errorOffset` where, and what came before stands. What no layer here explains is the `payload`.
public struct Dissection: Equatable, Sendable {
    /// What a capture's octets begin with.
    public enum Start: Equatable, Sendable {
        /// An Ethernet header.
        case ethernet
        /// An IPv4 or IPv6 header, by its version.
        case internetProtocol
        /// What an EtherType says, as in a cooked packet socket.
        case etherType(EtherType)
    }

    /// The layer above the link.
    public enum Network: Equatable, Sendable {
        case arp(ARPPacket)
        case ipv4(IPv4Header)
        case ipv6(IPv6Header)
    }

    /// The layer above the network.
    public enum Transport: Equatable, Sendable {
        case udp(UDPHeader)
        case tcp(TCPHeader)
        case icmpv4(ICMPv4Header)
        case icmpv6(ICMPv6Header)
    }

    public internal(set) var ethernet: EthernetHeader?

    /// In a frame of IEEE 802.3's kind.
    public internal(set) var llc: LLCHeader?

    /// Behind an LLC header that asks for it.
    public internal(set) var snap: SNAPHeader?

    public internal(set) var network: Network?

    /// Where the network layer's header begins.
    public internal(set) var networkOffset: Int?

    /// The IPv6 extension headers together, from the first's beginning; empty if there are none.
    public internal(set) var extensions = 0..<0

    /// How many extension headers there are.
    public internal(set) var extensionCount = 0

    /// The IPv6 fragment header, which is also one of the `extensions`.
    public internal(set) var fragment: IPv6FragmentHeader?

    /// What the IP packet carries, behind all extension headers; nil without one.
    public internal(set) var `protocol`: IPProtocol?

    /// Nil in all fragments but the first, and for other protocols.
    public internal(set) var transport: Transport?

    /// Where the transport layer's header begins.
    public internal(set) var transportOffset: Int?

    /// What the last layer carries: without Ethernet's padding, and as much of it as was captured.
    public internal(set) var payload = 0..<0

    /// How many octets more the packet had than are there, by its own account.
    public internal(set) var missing = 0

    /// Why a layer was refused; nil if all went well.
    public internal(set) var error: WireError?

    /// Where the layer that was refused begins.
    public internal(set) var errorOffset: Int?

    /// Reads `octets`, which begin with `start`.
    public init(_ octets: RawSpan, from start: Start = .ethernet) {
        var walk = FrameWalk(octets)
        do throws(WireError) {
            switch start {
            case .ethernet: try walk.readEthernet(into: &self)
            case .internetProtocol: try walk.readInternetProtocol(into: &self)
            case .etherType(let type): try walk.readNetwork(type, into: &self)
            }
        } catch {
            self.error = error
            errorOffset = walk.layerOffset
        }
        payload = walk.payload
    }

    /// The network layer's addresses as IPv4, if it has such.
    public var ipv4: IPv4Header? { if case .ipv4(let header)? = network { header } else { nil } }

    /// The network layer as IPv6, if it is.
    public var ipv6: IPv6Header? { if case .ipv6(let header)? = network { header } else { nil } }

    /// Whether the packet is a fragment, but for an IPv6 one that is whole.
    public var isFragment: Bool { ipv4?.isFragment ?? fragment.map { !$0.isWhole } ?? false }
}
