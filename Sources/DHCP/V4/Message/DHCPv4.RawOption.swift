import Wire

extension DHCPv4 {
    /// An option as it came: a code, and a value whose pieces are put together.
    public struct RawOption: Equatable, Hashable, Sendable {
        /// What the option is called on the wire; neither `pad` nor `end`.
        public let code: OptionCode

        /// The value, without code and length.
        public let value: [UInt8]

        /// Makes an option of a value that is whatever its code asks for; traps for `pad` and `end`, which have none.
        public init(code: OptionCode, value: [UInt8]) {
            precondition(code != .pad && code != .end, "pad and end have no value")
            self.code = code
            self.value = value
        }

        /// Makes an option of a typed one.
        public init(_ option: some Option) {
            code = type(of: option).code
            value = [UInt8](capacity: option.size) { option.write(to: &$0) }
        }

        /// How many octets it takes with codes and lengths.
        public var framedSize: Int { DHCPv4.framedSize(value.count) }

        /// Appends it in as many pieces as are needed; they must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            DHCPv4.write(value: value.span.octets, code: code, to: &octets)
        }
    }
}
