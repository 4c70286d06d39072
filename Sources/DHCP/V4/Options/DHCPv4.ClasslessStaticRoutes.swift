public import Wire

extension DHCPv4 {
    /// Routes to networks; a client that takes it ignores routers and static routes (RFC 3442).
    public struct ClasslessStaticRoutes: Option {
        /// A network, and the router to it.
        public struct Route: Equatable, Hashable, Sendable {
            /// Where to; a prefix of length 0 is the default route.
            public let destination: IPv4Prefix
            /// Whereby; 0.0.0.0 if the network is on the client's link.
            public let router: IPv4Address

            /// Makes a route.
            public init(to destination: IPv4Prefix, by router: IPv4Address) {
                self.destination = destination
                self.router = router
            }

            /// How many octets of the destination are sent.
            fileprivate var significant: Int { (destination.length + 7) / 8 }
        }

        public static var code: OptionCode { .classlessStaticRoutes }

        /// The routes.
        public let routes: [Route]

        /// Makes an option of routes; traps if there are none.
        public init(_ routes: [Route]) {
            precondition(!routes.isEmpty, "a list has one route at least")
            self.routes = routes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            var routes: [Route] = []
            while !value.isEmpty {
                let length = Int(try value.take(1, for: Self.layer).uint8(at: 0))
                guard length <= 32 else { throw .malformed(Self.layer, field: "width of subnet mask") }
                let network = try value.take((length + 7) / 8, for: Self.layer)
                var address: UInt32 = 0
                for index in 0..<network.byteCount {
                    address |= UInt32(network.uint8(at: index)) << UInt32(24 - 8 * index)
                }
                // Bits behind the mask are cleared, as a client is told to (RFC 3442).
                let destination = IPv4Prefix(containing: IPv4Address(rawValue: address), length: length)
                let router = try value.take(IPv4Address.size, for: Self.layer).ipv4Address(at: 0)
                routes.append(Route(to: destination, by: router))
            }
            self.routes = routes
        }

        public var size: Int { routes.reduce(0) { $0 + 1 + $1.significant + IPv4Address.size } }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for route in routes {
                octets.append(UInt8(route.destination.length))
                for index in 0..<route.significant {
                    let shift = UInt32(24 - 8 * index)
                    octets.append(UInt8(truncatingIfNeeded: route.destination.address.rawValue >> shift))
                }
                route.router.write(to: &octets)
            }
        }
    }
}
