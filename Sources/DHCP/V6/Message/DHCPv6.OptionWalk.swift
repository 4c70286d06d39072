public import Wire

extension DHCPv6 {
    /// Goes through options one by one.
    ///
    /// It ends at their end, or where one does not fit in; only octets that are checked are sure not to have the last.
    struct OptionWalk: ~Escapable {
        private let octets: RawSpan
        private var position = 0

        /// The option that the walk is at.
        private(set) var code = OptionCode(rawValue: 0)
        private var range = 0..<0

        @_lifetime(copy octets)
        init(_ octets: RawSpan) {
            self.octets = octets
        }

        /// The value of the option that the walk is at.
        var value: RawSpan {
            @_lifetime(copy self)
            get { octets.extracting(range) }
        }

        /// Goes to the next option; false at the end.
        @_lifetime(self: copy self)
        mutating func next() -> Bool {
            let start = position + DHCPv6.optionHeaderSize
            guard start <= octets.byteCount else { return false }
            let end = start + Int(octets.uint16(at: position + 2))
            guard end <= octets.byteCount else { return false }
            code = OptionCode(rawValue: octets.uint16(at: position))
            range = start..<end
            position = end
            return true
        }

        /// Goes to the next option of a code; false if there is none.
        @_lifetime(self: copy self)
        mutating func next(_ code: OptionCode) -> Bool {
            while next() {
                if self.code == code { return true }
            }
            return false
        }

        /// What is lacking where the walk ended; nil if nothing.
        var problem: WireError? {
            guard position < octets.byteCount else { return nil }
            let left = octets.byteCount - position
            let length = left < DHCPv6.optionHeaderSize ? 0 : Int(octets.uint16(at: position + 2))
            return .truncated(.dhcpv6Option, needed: DHCPv6.optionHeaderSize + length, available: left)
        }
    }
}

extension Layer {
    /// An option's code, length and value.
    public static var dhcpv6Option: Layer { Layer("DHCPv6 option") }
}
