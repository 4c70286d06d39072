extension NDP {
    /// An option as it came: a type and a value.
    public struct RawOption: Equatable, Hashable, Sendable {
        /// What the option is called on the wire.
        public let type: OptionType

        /// The value, without type and length: six octets and whole eights.
        public let value: [UInt8]

        /// Makes an option of a value; traps for one of another length.
        public init(type: OptionType, value: [UInt8]) {
            precondition(NDP.isValue(size: value.count), "a value has six octets and whole eights, up to 2,038")
            self.type = type
            self.value = value
        }

        /// Makes an option of a typed one; traps if that is too long.
        public init<Value: Option>(_ option: Value) {
            self.init(type: Value.type, value: [UInt8](capacity: option.size) { option.write(to: &$0) })
        }

        /// How many octets it takes with type and length.
        public var framedSize: Int { NDP.optionHeaderSize + value.count }

        /// Appends it; it must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(type.rawValue)
            octets.append(UInt8(framedSize / 8))
            octets.append(copying: value)
        }
    }
}
