public import Wire

extension DHCPv4 {
    /// Routes to single destinations, by class (RFC 2132, 5.8); ``ClasslessStaticRoutes`` takes its place.
    public struct StaticRoutes: Option {
        /// A destination, and the router to it.
        public struct Route: Equatable, Hashable, Sendable {
            /// Where to; never 0.0.0.0, since a default route is no static route.
            public let destination: IPv4Address
            /// Whereby.
            public let router: IPv4Address

            /// Makes a route; traps for the destination 0.0.0.0.
            public init(to destination: IPv4Address, by router: IPv4Address) {
                precondition(!destination.isUnspecified, "the default route is no static route")
                self.destination = destination
                self.router = router
            }
        }

        public static var code: OptionCode { .staticRoutes }

        /// The routes, the preferred one to a destination first.
        public let routes: [Route]

        /// Makes an option of routes; traps if there are none.
        public init(_ routes: [Route]) {
            precondition(!routes.isEmpty, "a list has one route at least")
            self.routes = routes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty, value.byteCount % 8 == 0 else { throw .malformed(Self.layer, field: "Len") }
            var routes: [Route] = []
            while !value.isEmpty {
                let pair = try value.take(8, for: Self.layer)
                guard pair.uint32(at: 0) != 0 else { throw .malformed(Self.layer, field: "Destination") }
                routes.append(Route(to: pair.ipv4Address(at: 0), by: pair.ipv4Address(at: 4)))
            }
            self.routes = routes
        }

        public var size: Int { 8 * routes.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for route in routes {
                route.destination.write(to: &octets)
                route.router.write(to: &octets)
            }
        }
    }
}
