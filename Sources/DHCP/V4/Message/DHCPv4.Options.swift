public import Wire

extension DHCPv4 {
    /// A message's options in their order, each code once.
    public struct Options: Equatable, Hashable, Sendable {
        /// The options as octets.
        public private(set) var raw: [RawOption] = []

        /// Makes an empty list.
        public init() {}

        /// The value of an option; nil if it is not there.
        public subscript(code: OptionCode) -> [UInt8]? {
            raw.first { $0.code == code }?.value
        }

        /// Reads an option; nil if it is not there.
        public func read<Value: Option>(_ type: Value.Type = Value.self) throws(WireError) -> Value? {
            guard let value = self[Value.code] else { return nil }
            return try Value(readingAll: value.span.octets)
        }

        /// Puts an option in the place of the one with its code, or at the end.
        public mutating func set(_ option: some Option) {
            set(RawOption(option))
        }

        /// Puts an option in the place of the one with its code, or at the end.
        ///
        /// Traps for `optionOverload`, which follows from where options are written to.
        public mutating func set(_ option: RawOption) {
            precondition(option.code != .optionOverload, "writing decides what is overloaded")
            if let index = raw.firstIndex(where: { $0.code == option.code }) {
                raw[index] = option
            } else {
                raw.append(option)
            }
        }

        /// Adds an option of a code that is not there yet, which is not looked for.
        package mutating func append(new option: RawOption) {
            raw.append(option)
        }

        /// Takes an option out, if it is there.
        public mutating func remove(_ code: OptionCode) {
            raw.removeAll { $0.code == code }
        }

        /// How many octets they take, without `end`.
        public var size: Int { raw.reduce(0) { $0 + $1.framedSize } }

        /// Puts a piece behind what came before under its code (RFC 3396, 5).
        mutating func join(_ code: OptionCode, piece: RawSpan) {
            let piece = [UInt8](copying: piece)
            if let index = raw.firstIndex(where: { $0.code == code }) {
                raw[index] = RawOption(code: code, value: raw[index].value + piece)
            } else {
                raw.append(RawOption(code: code, value: piece))
            }
        }
    }
}
