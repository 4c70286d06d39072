/// The options of a TCP header: up to 40 octets, kept as they came (RFC 9293, 3.1).
public struct TCPOptions: Equatable, Hashable, Sendable {
    /// The options as the wire has them.
    public var octets: OptionOctets

    /// No options.
    @inlinable
    public init() {
        octets = OptionOctets()
    }

    /// Appends an option; traps if it does not fit into what is left of 40 octets.
    public mutating func append(_ option: TCPOption) {
        octets.append(option.kind)
        switch option {
        case .noOperation: break
        case .maximumSegmentSize(let size):
            octets.append(4)
            octets.append(uint16: size)
        case .windowScale(let shift):
            octets.append(3)
            octets.append(shift)
        case .selectiveAcknowledgmentPermitted:
            octets.append(2)
        case .timestamps(let value, let echo):
            octets.append(10)
            octets.append(uint32: value)
            octets.append(uint32: echo)
        case .selectiveAcknowledgment(let value), .unknown(_, let value):
            octets.append(UInt8(value.count + 2))
            octets.append(value)
        }
    }

    /// Reads the options one after another.
    @inlinable
    public func makeReader() -> Reader { Reader(octets: octets) }

    /// A reader of options, which allocates nothing: at most 40, since an option has at least one octet.
    public struct Reader: Sendable {
        @usableFromInline let octets: OptionOctets
        @usableFromInline var offset = 0

        @inlinable
        init(octets: OptionOctets) {
            self.octets = octets
        }

        /// The next option, padding included; nil at the end of the list.
        ///
        /// An option whose length is wrong is thrown, and ends the list.
        @inlinable
        public mutating func next() throws(WireError) -> TCPOption? {
            guard offset < octets.count else { return nil }
            let all = octets.octets
            let kind = all.uint8(at: offset)
            guard kind != 0 else {
                offset = octets.count
                return nil
            }
            guard kind != 1 else {
                offset += 1
                return .noOperation
            }
            let left = octets.count - offset
            let length = left > 1 ? Int(all.uint8(at: offset + 1)) : 0
            guard length >= 2, length <= left,
                let option = TCPOption(kind: kind, value: all.extracting(offset + 2..<offset + length))
            else {
                offset = octets.count
                throw .malformed(.tcpOptions, field: "Length")
            }
            offset += length
            return option
        }
    }
}

extension Layer {
    /// RFC 9293, 3.1.
    @inlinable public static var tcpOptions: Layer { Layer("TCP options") }
}
