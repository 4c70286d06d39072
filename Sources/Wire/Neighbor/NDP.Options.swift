extension NDP {
    /// A message's options in their order; a type may come more than once.
    public struct Options: Equatable, Hashable, Sendable {
        /// The most options that are read.
        public static let limit = 256

        /// The options as octets.
        public private(set) var raw: [RawOption] = []

        /// Makes an empty list.
        public init() {}

        /// Makes a list of one option.
        public init(_ option: some Option) {
            append(option)
        }

        /// Reads options that are all of `octets`; one of length zero spoils them all (RFC 4861, 4.6).
        public init(reading octets: inout RawSpan) throws(WireError) {
            while !octets.isEmpty {
                guard raw.count < Self.limit else { throw .malformed(.ndp, field: "Options") }
                let head = try octets.take(NDP.optionHeaderSize, for: .ndpOption)
                let length = 8 * Int(head.uint8(at: 1))
                guard length > 0 else { throw .malformed(.ndpOption, field: "Length") }
                let value = try octets.take(length - NDP.optionHeaderSize, for: .ndpOption)
                raw.append(RawOption(type: OptionType(rawValue: head.uint8(at: 0)), value: [UInt8](copying: value)))
            }
        }

        /// The value of the first option of a type; nil if there is none.
        public subscript(type: OptionType) -> [UInt8]? {
            raw.first { $0.type == type }?.value
        }

        /// Reads the first option of a type; nil if there is none.
        public func read<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> Value? {
            guard let value = self[Value.type] else { return nil }
            return try Value(readingAll: value.span.octets)
        }

        /// Reads every option of a type, in their order.
        public func readAll<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> [Value] {
            var values: [Value] = []
            for option in raw where option.type == Value.type {
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

        /// How many octets they take.
        public var size: Int { raw.reduce(0) { $0 + $1.framedSize } }

        /// Appends the options; they must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            for option in raw { option.write(to: &octets) }
        }
    }
}
