public import Wire

extension DHCPv4 {
    /// Goes through one area of options, piece by piece.
    ///
    /// It ends at the area's end, at the `end` option, or where a piece does not fit in; only a checked area is sure not
    /// to have the last.
    struct OptionWalk: ~Escapable {
        private let area: RawSpan
        private var position = 0

        /// The piece that the walk is at.
        private(set) var code = OptionCode.pad
        private var range = 0..<0

        @_lifetime(copy area)
        init(_ area: RawSpan) {
            self.area = area
        }

        /// The value of the piece that the walk is at.
        var value: RawSpan {
            @_lifetime(copy self)
            get { area.extracting(range) }
        }

        /// Goes to the next piece; false at the end.
        @_lifetime(self: copy self)
        mutating func next() -> Bool {
            while position < area.byteCount {
                code = OptionCode(rawValue: area.uint8(at: position))
                if code == .pad {
                    position += 1
                    continue
                }
                guard code != .end, position + 1 < area.byteCount else { return false }
                let start = position + 2
                let end = start + Int(area.uint8(at: position + 1))
                guard end <= area.byteCount else { return false }
                range = start..<end
                position = end
                return true
            }
            return false
        }

        /// Goes to the next piece of the option `code`; false if there is none.
        @_lifetime(self: copy self)
        mutating func next(_ code: OptionCode) -> Bool {
            while next() {
                if self.code == code { return true }
            }
            return false
        }

        /// What the area lacks where the walk ended; nil if nothing.
        var problem: WireError? {
            guard position < area.byteCount, area.uint8(at: position) != OptionCode.end.rawValue else { return nil }
            let left = area.byteCount - position
            let needed = left < 2 ? 2 : 2 + Int(area.uint8(at: position + 1))
            return .truncated(.dhcpv4Option, needed: needed, available: left)
        }
    }
}

extension Layer {
    /// An option's code, length and value.
    public static var dhcpv4Option: Layer { Layer("DHCPv4 option") }
}
