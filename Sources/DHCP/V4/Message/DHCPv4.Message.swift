public import Wire

extension DHCPv4 {
    /// A whole message, to keep and to change.
    public struct Message: Equatable, Hashable, Sendable {
        /// The fewest octets that are sent, as BOOTP relay agents may want (RFC 1542, 2.1).
        public static let minimumSize = 300

        /// The fixed fields.
        public var header: Header

        /// The server's name (sname), at most 64 octets, without zeros at the end.
        public var serverName: [UInt8] = []

        /// The boot file's name (file), at most 128 octets, without zeros at the end.
        public var bootFile: [UInt8] = []

        /// The options, from wherever they came.
        public var options = Options()

        /// Makes a message without options.
        public init(header: Header) {
            self.header = header
        }

        /// Makes a message of a kind.
        public init(_ type: MessageType, header: Header) {
            self.header = header
            options.set(type)
        }

        /// Reads a message that is all of `octets`.
        public init(reading octets: inout RawSpan) throws(WireError) {
            let view = try MessageView(reading: octets)
            octets = octets.extracting(droppingFirst: octets.byteCount)
            self.init(view)
        }

        /// Copies what `view` shows.
        public init(_ view: borrowing MessageView) {
            header = view.header
            serverName = Self.text(view.serverName)
            bootFile = Self.text(view.bootFile)
            for index in 0..<MessageView.areaCount {
                var walk = OptionWalk(view.area(index))
                while walk.next() {
                    // Where options lie is settled anew when they are written.
                    guard walk.code != .optionOverload else { continue }
                    options.join(walk.code, piece: walk.value)
                }
            }
        }

        /// A field without the zeros at its end.
        private static func text(_ field: RawSpan) -> [UInt8] {
            var count = field.byteCount
            while count > 0, field.uint8(at: count - 1) == 0 { count -= 1 }
            return [UInt8](copying: field.extracting(first: count))
        }
    }
}
