extension NDP {
    /// A random number that ties an answer to its question (RFC 3971, 5.3.2; RFC 7527).
    public struct Nonce: Option {
        public static var type: OptionType { .nonce }

        /// The number: six octets and whole eights.
        public let octets: [UInt8]

        /// Makes an option; traps for another number of octets.
        public init(octets: [UInt8]) {
            precondition(NDP.isValue(size: octets.count), "a nonce has six octets and whole eights")
            self.octets = octets
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            octets = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { octets.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(copying: self.octets)
        }
    }
}
