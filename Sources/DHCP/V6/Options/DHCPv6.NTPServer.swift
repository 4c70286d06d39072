public import Wire

extension DHCPv6 {
    /// Time servers (RFC 5908).
    public struct NTPServer: Option {
        public static var code: OptionCode { .ntpServer }

        /// One server, or group of servers, or what this version does not know.
        public enum Server: Equatable, Hashable, Sendable {
            /// A server's address (NTP_SUBOPTION_SRV_ADDR).
            case address(IPv6Address)
            /// A multicast group's address (NTP_SUBOPTION_MC_ADDR).
            case multicast(IPv6Address)
            /// A server's name (NTP_SUBOPTION_SRV_FQDN).
            case name(DomainName)
            /// Another sub-option.
            case other(code: UInt16, value: [UInt8])
        }

        /// The servers: at least one.
        public let servers: [Server]

        /// Makes an option; traps if there are none.
        public init(_ servers: [Server]) {
            precondition(!servers.isEmpty, "a list has one server at least")
            self.servers = servers
        }

        /// Reads one sub-option.
        private static func server(reading value: inout RawSpan) throws(WireError) -> Server {
            let head = try value.take(4, for: layer)
            let code = head.uint16(at: 0)
            var rest = try value.take(Int(head.uint16(at: 2)), for: layer)
            let server: Server
            switch code {
            case 1: server = .address(try IPv6Address(reading: &rest))
            case 2: server = .multicast(try IPv6Address(reading: &rest))
            case 3: server = .name(try DomainName(reading: &rest))
            default: server = .other(code: code, value: [UInt8](copying: try rest.take(rest.byteCount, for: layer)))
            }
            guard rest.isEmpty else { throw .malformed(layer, field: "suboption-len") }
            return server
        }

        /// A server as a sub-option.
        private static func raw(_ server: Server) -> RawOption {
            let (code, value): (UInt16, [UInt8]) =
                switch server {
                case .address(let address): (1, [UInt8](capacity: IPv6Address.size) { address.write(to: &$0) })
                case .multicast(let address): (2, [UInt8](capacity: IPv6Address.size) { address.write(to: &$0) })
                case .name(let name): (3, name.octets)
                case .other(let code, let value): (code, value)
                }
            return RawOption(code: OptionCode(rawValue: code), value: value)
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "option-len") }
            var servers: [Server] = []
            while !value.isEmpty { servers.append(try Self.server(reading: &value)) }
            self.servers = servers
        }

        public var size: Int { servers.reduce(0) { $0 + Self.raw($1).framedSize } }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for server in servers { Self.raw(server).write(to: &octets) }
        }
    }
}
