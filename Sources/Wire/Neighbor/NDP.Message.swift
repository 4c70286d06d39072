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
            switch ICMPv6Header.Kind(rawValue: header.uint8(at: 0)) {
            case .routerSolicitation: self = .routerSolicitation(try RouterSolicitation(reading: &octets))
            case .routerAdvertisement: self = .routerAdvertisement(try RouterAdvertisement(reading: &octets))
            case .neighborSolicitation: self = .neighborSolicitation(try NeighborSolicitation(reading: &octets))
            case .neighborAdvertisement: self = .neighborAdvertisement(try NeighborAdvertisement(reading: &octets))
            case .redirect: self = .redirect(try Redirect(reading: &octets))
            default: throw .malformed(.ndp, field: "Type")
            }
        }

        /// ICMPv6's type.
        public var type: ICMPv6Header.Kind {
            switch self {
            case .routerSolicitation: .routerSolicitation
            case .routerAdvertisement: .routerAdvertisement
            case .neighborSolicitation: .neighborSolicitation
            case .neighborAdvertisement: .neighborAdvertisement
            case .redirect: .redirect
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
