import Wire

extension DHCPv6 {
    /// An option as it came: a code and a value.
    public struct RawOption: Equatable, Hashable, Sendable {
        /// What the option is called on the wire.
        public let code: OptionCode

        /// The value, without code and length.
        public let value: [UInt8]

        /// Makes an option of a value that is whatever its code asks for; traps for over 65,535 octets.
        public init(code: OptionCode, value: [UInt8]) {
            precondition(value.count <= DHCPv6.valueLimit, "an option's value has up to 65,535 octets")
            self.code = code
            self.value = value
        }

        /// Makes an option of a typed one; traps for over 65,535 octets.
        public init(_ option: some Option) {
            self.init(
                code: type(of: option).code,
                value: [UInt8](capacity: option.size) { option.write(to: &$0) })
        }

        /// How many octets it takes with code and length.
        public var framedSize: Int { DHCPv6.optionHeaderSize + value.count }

        /// Appends it; it must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: code.rawValue)
            octets.append(uint16: UInt16(value.count))
            octets.append(copying: value)
        }
    }
}
