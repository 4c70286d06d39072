import Wire

extension DHCPv4 {
    /// What one vendor says in an option that several may write (RFC 3925).
    public struct VendorData: Equatable, Hashable, Sendable {
        /// The vendor's number (IANA, "Private Enterprise Numbers").
        public let enterprise: UInt32

        /// What the vendor says: up to 255 octets.
        public let octets: [UInt8]

        /// Makes data; traps for over 255 octets.
        public init(enterprise: UInt32, octets: [UInt8]) {
            precondition(octets.count <= 255, "a vendor's data has up to 255 octets")
            self.enterprise = enterprise
            self.octets = octets
        }

        /// How many octets it takes, with its number and length.
        var size: Int { 5 + octets.count }

        /// Reads all of `value` as vendors' data: at least one.
        static func list(reading value: inout RawSpan, for layer: Layer) throws(WireError) -> [VendorData] {
            guard !value.isEmpty else { throw .malformed(layer, field: "Len") }
            var list: [VendorData] = []
            while !value.isEmpty {
                let head = try value.take(5, for: layer)
                let octets = [UInt8](copying: try value.take(Int(head.uint8(at: 4)), for: layer))
                list.append(VendorData(enterprise: head.uint32(at: 0), octets: octets))
            }
            return list
        }

        /// Appends number, length and data.
        func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: enterprise)
            octets.append(UInt8(self.octets.count))
            octets.append(copying: self.octets)
        }
    }
}
