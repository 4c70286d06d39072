public import Wire

extension DHCPv4 {
    /// Outbound proxies for SIP (RFC 3361).
    public enum SIPServers: Option {
        /// The most names that are read.
        public static let limit = 128

        /// By name (enc 0): at least one.
        case names([DomainName])
        /// By address (enc 1): at least one.
        case addresses([IPv4Address])

        public static var code: OptionCode { .sipServers }

        public init(reading value: inout RawSpan) throws(WireError) {
            let encoding = try value.take(1, for: Self.layer).uint8(at: 0)
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            let list = try value.take(value.byteCount, for: Self.layer)
            switch encoding {
            case 0:
                var names: [DomainName] = []
                var offset = 0
                while offset < list.byteCount {
                    guard names.count < Self.limit else { throw .malformed(Self.layer, field: "DNS name") }
                    names.append(try DomainName(in: list, at: &offset))
                }
                self = .names(names)
            case 1:
                guard list.byteCount % IPv4Address.size == 0 else { throw .malformed(Self.layer, field: "Len") }
                self = .addresses((0..<list.byteCount / 4).map { list.ipv4Address(at: 4 * $0) })
            default: throw .malformed(Self.layer, field: "enc")
            }
        }

        public var size: Int {
            switch self {
            case .names(let names): names.reduce(1) { $0 + $1.size }
            case .addresses(let addresses): 1 + IPv4Address.size * addresses.count
            }
        }

        public func write(to octets: inout OutputSpan<UInt8>) {
            switch self {
            case .names(let names):
                precondition(!names.isEmpty, "a list has one name at least")
                octets.append(0)
                for name in names { name.write(to: &octets) }
            case .addresses(let addresses):
                precondition(!addresses.isEmpty, "a list has one address at least")
                octets.append(1)
                for address in addresses { address.write(to: &octets) }
            }
        }
    }
}
