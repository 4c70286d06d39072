extension NDP {
    /// A whole message, from ICMPv6's type on.
    public enum Message: Equatable, Hashable, Sendable {
        /// The octets of ICMPv6's type, code and checksum.
        static let headerSize = 4

        /// A host asks for routers.
        case routerSolicitation(RouterSolicitation)
        /// A router says what it is good for.
        case routerAdvertisement(RouterAdvertisement)
        /// A node asks for a neighbor.
        case neighborSolicitation(NeighborSolicitation)
        /// A node tells of itself.
        case neighborAdvertisement(NeighborAdvertisement)
        /// A router tells of a better first hop.
        case redirect(Redirect)

        /// Reads a message that is all of `octets`, whatever its checksum.
        public init(reading octets: inout RawSpan) throws(WireError) {
            let header = try octets.take(Self.headerSize, for: .ndp)
            guard header.uint8(at: 1) == 0 else { throw .malformed(.ndp, field: "Code") }
            switch header.uint8(at: 0) {
            case 133: self = .routerSolicitation(try RouterSolicitation(reading: &octets))
            case 134: self = .routerAdvertisement(try RouterAdvertisement(reading: &octets))
            case 135: self = .neighborSolicitation(try NeighborSolicitation(reading: &octets))
            case 136: self = .neighborAdvertisement(try NeighborAdvertisement(reading: &octets))
            case 137: self = .redirect(try Redirect(reading: &octets))
            default: throw .malformed(.ndp, field: "Type")
            }
        }

        /// ICMPv6's type.
        public var type: UInt8 {
            switch self {
            case .routerSolicitation: 133
            case .routerAdvertisement: 134
            case .neighborSolicitation: 135
            case .neighborAdvertisement: 136
            case .redirect: 137
            }
        }

        /// The options.
        public var options: Options {
            switch self {
            case .routerSolicitation(let message): message.options
            case .routerAdvertisement(let message): message.options
            case .neighborSolicitation(let message): message.options
            case .neighborAdvertisement(let message): message.options
            case .redirect(let message): message.options
            }
        }

        /// How many octets the message takes.
        public var size: Int {
            switch self {
            case .routerSolicitation(let message): Self.headerSize + message.size
            case .routerAdvertisement(let message): Self.headerSize + message.size
            case .neighborSolicitation(let message): Self.headerSize + message.size
            case .neighborAdvertisement(let message): Self.headerSize + message.size
            case .redirect(let message): Self.headerSize + message.size
            }
        }
    }
}
