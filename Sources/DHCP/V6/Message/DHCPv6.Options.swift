public import Wire

extension DHCPv6 {
    /// Options to keep and to change, in their order; a code may come more than once.
    public struct Options: Equatable, Hashable, Sendable {
        /// The options as octets.
        public private(set) var raw: [RawOption] = []

        /// Makes an empty list.
        public init() {}

        /// Reads options that are all of `octets`.
        public init(reading octets: inout RawSpan) throws(WireError) {
            let view = try OptionsView(reading: octets)
            octets = octets.extracting(droppingFirst: octets.byteCount)
            self.init(view)
        }

        /// Copies what `view` shows.
        public init(_ view: borrowing OptionsView) {
            var walk = OptionWalk(view.octets)
            while walk.next() { raw.append(RawOption(code: walk.code, value: [UInt8](copying: walk.value))) }
        }

        /// The value of the first option of a code; nil if there is none.
        public subscript(code: OptionCode) -> [UInt8]? {
            raw.first { $0.code == code }?.value
        }

        /// Reads an option that comes once, at most; nil if there is none.
        public func read<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> Value? {
            let values = try readAll(Value.self)
            guard values.count <= 1 else { throw .malformed(Value.layer, field: "option-code") }
            return values.first
        }

        /// Reads every option of a type, in their order.
        public func readAll<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> [Value] {
            var values: [Value] = []
            for option in raw where option.code == Value.code {
                values.append(try Value(readingAll: option.value.span.octets))
            }
            return values
        }

        /// Adds an option at the end.
        public mutating func append(_ option: some Option) {
            raw.append(RawOption(option))
        }

        /// Adds an option at the end.
        public mutating func append(_ option: RawOption) {
            raw.append(option)
        }

        /// Takes every option of a code out.
        public mutating func remove(_ code: OptionCode) {
            raw.removeAll { $0.code == code }
        }

        /// How many octets they take.
        public var size: Int { raw.reduce(0) { $0 + $1.framedSize } }

        /// Appends the options; they must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            for option in raw { option.write(to: &octets) }
        }
    }
}
