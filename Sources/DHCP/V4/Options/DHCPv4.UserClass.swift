public import Wire

extension DHCPv4 {
    /// The classes that a client's user put it in (RFC 3004).
    public struct UserClass: Option {
        public static var code: OptionCode { .userClass }

        /// The classes: each 1 to 255 octets that mean something to the site.
        public let classes: [[UInt8]]

        /// Makes an option; traps if there are none, or one is empty or over 255 octets.
        public init(_ classes: [[UInt8]]) {
            precondition(!classes.isEmpty, "a list has one class at least")
            precondition(classes.allSatisfy { (1...255).contains($0.count) }, "a class has 1 to 255 octets")
            self.classes = classes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            var classes: [[UInt8]] = []
            while !value.isEmpty {
                let count = Int(try value.take(1, for: Self.layer).uint8(at: 0))
                guard count > 0 else { throw .malformed(Self.layer, field: "UC_Len") }
                classes.append([UInt8](copying: try value.take(count, for: Self.layer)))
            }
            self.classes = classes
        }

        public var size: Int { classes.reduce(0) { $0 + 1 + $1.count } }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for name in classes {
                octets.append(UInt8(name.count))
                octets.append(copying: name)
            }
        }
    }
}
