public import Wire

extension DHCPv6 {
    /// Options in the memory they were received in: checked once, copied never.
    ///
    /// They are a message's, or those inside an option. Each lookup goes over them from the start.
    public struct OptionsView: ~Escapable {
        /// The most options in one place.
        public static let limit = 1024

        /// The octets, in which every option fits.
        let octets: RawSpan

        /// Reads options that are all of `octets`.
        @_lifetime(copy octets)
        public init(reading octets: RawSpan) throws(WireError) {
            var walk = OptionWalk(octets)
            var count = 0
            while walk.next() {
                count += 1
                guard count <= Self.limit else { throw .malformed(.dhcpv6, field: "options") }
            }
            if let problem = walk.problem { throw problem }
            self.octets = octets
        }

        /// How many options of a code there are.
        public func count(of code: OptionCode) -> Int {
            var walk = OptionWalk(octets)
            var count = 0
            while walk.next(code) { count += 1 }
            return count
        }

        /// Whether there is an option of a code.
        public func has(_ code: OptionCode) -> Bool {
            var walk = OptionWalk(octets)
            return walk.next(code)
        }

        /// The value of the first option of a code; nil if there is none.
        @_lifetime(copy self)
        public func value(of code: OptionCode) -> RawSpan? {
            var walk = OptionWalk(octets)
            guard walk.next(code) else { return nil }
            return walk.value
        }

        /// Reads an option that comes once, at most; nil if there is none.
        public func read<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> Value? {
            var walk = OptionWalk(octets)
            guard walk.next(Value.code) else { return nil }
            let value = try Value(readingAll: walk.value)
            guard !walk.next(Value.code) else { throw .malformed(Value.layer, field: "option-code") }
            return value
        }

        /// Reads every option of a type, in their order.
        public func readAll<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> [Value] {
            var walk = OptionWalk(octets)
            var values: [Value] = []
            while walk.next(Value.code) { values.append(try Value(readingAll: walk.value)) }
            return values
        }

        /// Gives each option's code and value to `body`, in their order.
        public func forEach(_ body: (OptionCode, RawSpan) throws(WireError) -> Void) throws(WireError) {
            var walk = OptionWalk(octets)
            while walk.next() { try body(walk.code, walk.value) }
        }
    }
}
