import Wire

extension DHCPv6 {
    /// Items of octets behind lengths of 16 bits, which several options list.
    enum CountedOctets {
        /// Reads all of `value` as items: at least one.
        static func list(reading value: inout RawSpan, for layer: Layer) throws(WireError) -> [[UInt8]] {
            guard !value.isEmpty else { throw .malformed(layer, field: "option-len") }
            var items: [[UInt8]] = []
            while !value.isEmpty {
                let count = Int(try value.take(2, for: layer).uint16(at: 0))
                items.append([UInt8](copying: try value.take(count, for: layer)))
            }
            return items
        }

        /// How many octets items take.
        static func size(of items: [[UInt8]]) -> Int { items.reduce(0) { $0 + 2 + $1.count } }

        /// Appends items; traps for one over 65,535 octets.
        static func write(_ items: [[UInt8]], to octets: inout OutputSpan<UInt8>) {
            for item in items {
                precondition(item.count <= DHCPv6.valueLimit, "an item has up to 65,535 octets")
                octets.append(uint16: UInt16(item.count))
                octets.append(copying: item)
            }
        }
    }
}
