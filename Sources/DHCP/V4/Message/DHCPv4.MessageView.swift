public import Wire

extension DHCPv4 {
    /// A message in the memory it was received in: checked once, copied never.
    ///
    /// Making one goes over the options once, and notes which there are; a lookup of one that is there goes over them
    /// up to it, which for the dozen or two that a message has is cheaper than a table of places. Nothing is allocated,
    /// but what an option's own type holds, and to put the pieces of a split option together.
    public struct MessageView: ~Escapable {
        /// The most pieces of options that a message may have.
        public static let pieceLimit = 1024

        /// The fixed fields.
        public let header: Header

        /// Which fields carry options, too.
        let overload: OptionOverload?

        /// The options there are.
        private let codes: OptionCodeSet

        /// Whether one of them came in pieces (RFC 3396).
        private let isSplit: Bool

        private let message: RawSpan

        /// Reads a message that is all of `octets`.
        ///
        /// A missing `end` is overlooked, as everybody does; whatever follows it is ignored.
        @_lifetime(copy octets)
        public init(reading octets: RawSpan) throws(WireError) {
            var rest = octets
            header = try Header(fixed: try rest.take(Header.size, for: .dhcpv4))
            var count = 0
            var codes = OptionCodeSet()
            var isSplit = false
            overload = try Self.check(rest, &count, &codes, &isSplit)
            message = octets
            if overload?.usesBootFile == true {
                _ = try Self.check(octets.extracting(Header.bootFile), &count, &codes, &isSplit)
            }
            if overload?.usesServerName == true {
                _ = try Self.check(octets.extracting(Header.serverName), &count, &codes, &isSplit)
            }
            (self.codes, self.isSplit) = (codes, isSplit)
        }

        /// Checks that an area's pieces fit in, and finds out whether the fields before are options, too.
        private static func check(
            _ area: RawSpan, _ count: inout Int, _ codes: inout OptionCodeSet, _ isSplit: inout Bool
        ) throws(WireError) -> OptionOverload? {
            var walk = OptionWalk(area)
            var overload: OptionOverload?
            while walk.next() {
                count += 1
                guard count <= pieceLimit else { throw .malformed(.dhcpv4, field: "options") }
                if !codes.insert(walk.code) { isSplit = true }
                guard walk.code == .optionOverload else { continue }
                guard overload == nil else { throw .malformed(OptionOverload.layer, field: "code") }
                overload = try OptionOverload(readingAll: walk.value)
            }
            if let problem = walk.problem { throw problem }
            return overload
        }

        /// The `sname` field, 64 octets; empty if it carries options.
        public var serverName: RawSpan {
            @_lifetime(copy self)
            get { message.extracting(overload?.usesServerName == true ? 0..<0 : Header.serverName) }
        }

        /// The `file` field, 128 octets; empty if it carries options.
        public var bootFile: RawSpan {
            @_lifetime(copy self)
            get { message.extracting(overload?.usesBootFile == true ? 0..<0 : Header.bootFile) }
        }

        /// The areas in the order in which their pieces belong together: options, `file`, `sname` (RFC 3396, 5).
        @_lifetime(copy self)
        func area(_ index: Int) -> RawSpan {
            switch index {
            case 0: message.extracting(droppingFirst: Header.size)
            case 1: message.extracting(overload?.usesBootFile == true ? Header.bootFile : 0..<0)
            default: message.extracting(overload?.usesServerName == true ? Header.serverName : 0..<0)
            }
        }

        /// How many areas there may be.
        static let areaCount = 3
    }
}

extension DHCPv4.MessageView {
    /// Whether the message has the option.
    public func has(_ code: DHCPv4.OptionCode) -> Bool { codes.contains(code) }

    /// Gives the option's value to `body`, put together if it came in pieces; nil if the message lacks it.
    public func withValue<Result>(
        of code: DHCPv4.OptionCode, _ body: (RawSpan) throws(WireError) -> Result
    ) throws(WireError) -> Result? {
        guard codes.contains(code) else { return nil }
        guard isSplit else { return try withPiece(of: code, body) }
        var pieces = 0
        var size = 0
        for index in 0..<Self.areaCount {
            var walk = DHCPv4.OptionWalk(area(index))
            while walk.next(code) {
                pieces += 1
                size += walk.value.byteCount
            }
        }
        guard pieces > 1 else { return try withPiece(of: code, body) }
        let whole = [UInt8](capacity: size) { output in
            for index in 0..<Self.areaCount {
                var walk = DHCPv4.OptionWalk(area(index))
                while walk.next(code) { output.append(copying: walk.value) }
            }
        }
        return try body(whole.span.octets)
    }

    /// Gives the option's first piece to `body`.
    private func withPiece<Result>(
        of code: DHCPv4.OptionCode, _ body: (RawSpan) throws(WireError) -> Result
    ) throws(WireError) -> Result? {
        for index in 0..<Self.areaCount {
            var walk = DHCPv4.OptionWalk(area(index))
            if walk.next(code) { return try body(walk.value) }
        }
        return nil
    }

    /// Reads an option; nil if the message lacks it.
    public func read<Option: DHCPv4.Option>(_ type: Option.Type = Option.self) throws(WireError) -> Option? {
        try withValue(of: Option.code) { (value) throws(WireError) in try Option(readingAll: value) }
    }

    /// What the message is for; nil in one of BOOTP.
    public var messageType: DHCPv4.MessageType? {
        get throws(WireError) { try read() }
    }
}
