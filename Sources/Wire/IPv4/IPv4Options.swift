/// The options of an IPv4 header: up to 40 octets, kept as they came (RFC 791, 3.1).
public struct IPv4Options: Equatable, Hashable, Sendable {
    /// The options as the wire has them.
    public var octets: OptionOctets

    /// No options.
    @inlinable
    public init() {
        octets = OptionOctets()
    }

    /// One option.
    public struct Option: Equatable, Hashable, Sendable {
        /// Copied flag, class and number in one octet; see the named ones.
        public var type: UInt8

        /// What follows type and length.
        public var value: OptionOctets

        /// Makes an option of a type and its value.
        public init(type: UInt8, value: OptionOctets = OptionOctets()) {
            self.type = type
            self.value = value
        }

        /// The end of the list.
        public static var end: UInt8 { 0 }
        /// Padding between options.
        public static var noOperation: UInt8 { 1 }
        public static var recordRoute: UInt8 { 7 }
        public static var timestamp: UInt8 { 68 }
        public static var looseSourceRoute: UInt8 { 131 }
        public static var strictSourceRoute: UInt8 { 137 }
        /// Routers look at the packet more closely (RFC 2113).
        public static var routerAlert: UInt8 { 148 }
    }

    /// Appends an option; traps if it does not fit into what is left of 40 octets.
    public mutating func append(_ option: Option) {
        octets.append(option.type)
        guard option.type > 1 else { return }
        octets.append(UInt8(option.value.count + 2))
        octets.append(option.value)
    }

    /// Reads the options one after another.
    public func makeReader() -> Reader { Reader(octets: octets) }

    /// A reader of options, which allocates nothing: at most 40, since an option has at least one octet.
    public struct Reader: Sendable {
        fileprivate var octets: OptionOctets
        private var offset = 0

        fileprivate init(octets: OptionOctets) {
            self.octets = octets
        }

        /// The next option, padding included; nil at the end of the list.
        ///
        /// An option whose length is wrong is thrown, and ends the list.
        public mutating func next() throws(WireError) -> Option? {
            guard offset < octets.count else { return nil }
            let type = octets.octets.uint8(at: offset)
            guard type != Option.end else {
                offset = octets.count
                return nil
            }
            guard type != Option.noOperation else {
                offset += 1
                return Option(type: type)
            }
            let left = octets.count - offset
            let length = left > 1 ? Int(octets.octets.uint8(at: offset + 1)) : 0
            guard length >= 2, length <= left else {
                offset = octets.count
                throw .malformed(.ipv4Options, field: "Length")
            }
            let value = OptionOctets(copying: octets.octets.extracting(offset + 2..<offset + length))
            offset += length
            return Option(type: type, value: value)
        }
    }
}

extension Layer {
    /// RFC 791, 3.1.
    @inlinable public static var ipv4Options: Layer { Layer("IPv4 options") }
}
