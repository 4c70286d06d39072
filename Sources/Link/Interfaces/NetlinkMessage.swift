import Wire

/// A netlink message as it lies in memory: a header of sixteen octets, and a body (`netlink(7)`).
///
/// Integers are in this machine's order; only addresses are in the network's.
package struct NetlinkMessage: Equatable, Sendable {
    /// NLMSG_* or RTM_*.
    package var type: UInt16
    /// NLM_F_*.
    package var flags: UInt16
    /// What the request that this answers had.
    package var sequence: UInt32
    package var body: [UInt8]

    package init(type: UInt16, flags: UInt16, sequence: UInt32, body: [UInt8]) {
        (self.type, self.flags, self.sequence, self.body) = (type, flags, sequence, body)
    }

    /// NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN.
    static let (noOperation, error, done, overrun) = (UInt16(1), UInt16(2), UInt16(3), UInt16(4))

    /// Takes every message out of one datagram; a message cut short, or shorter than its header, is refused.
    package static func read(_ datagram: RawSpan) throws(LinkError) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var offset = 0
        while offset < datagram.byteCount {
            let left = datagram.byteCount - offset
            guard left >= 16 else { throw .netlink("\(left) octets are no header") }
            let length = Int(datagram.host32(at: offset))
            guard length >= 16, length <= left else {
                throw .netlink("a message claims \(length) octets where \(left) are left")
            }
            messages.append(
                NetlinkMessage(
                    type: datagram.host16(at: offset + 4), flags: datagram.host16(at: offset + 6),
                    sequence: datagram.host32(at: offset + 8),
                    body: datagram.extracting((offset + 16)..<(offset + length)).copied()))
            // The last message may lack its padding.
            offset += min((length + 3) & ~3, left)
        }
        return messages
    }

    /// The message's octets.
    package var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(host: UInt32(16 + body.count))
        octets.append(host: type)
        octets.append(host: flags)
        octets.append(host: sequence)
        octets.append(host: UInt32(0))
        return octets + body
    }

    /// The errno of an error message, positive; 0 acknowledges.
    ///
    /// Nil if the message is none, or too short.
    var errorCode: Int32? {
        guard type == Self.error, body.count >= 4 else { return nil }
        return -Int32(truncatingIfNeeded: Int(Int32(bitPattern: body.span.octets.host32(at: 0))))
    }
}

/// An attribute of a routing message (`rtnetlink(7)`).
package struct NetlinkAttribute: Equatable, Sendable {
    package var type: UInt16
    package var value: [UInt8]

    package init(type: UInt16, value: [UInt8]) { (self.type, self.value) = (type, value) }

    /// The attributes from `offset` on, in order; a length that does not fit is refused.
    package static func read(_ body: [UInt8], from offset: Int) throws(LinkError) -> [NetlinkAttribute] {
        var attributes: [NetlinkAttribute] = []
        let octets = body.span.octets
        var offset = offset
        guard offset <= body.count else { throw .netlink("a body of \(body.count) octets is too short for its type") }
        while offset < body.count {
            let left = body.count - offset
            guard left >= 4 else { throw .netlink("\(left) octets are no attribute") }
            let length = Int(octets.host16(at: offset))
            guard length >= 4, length <= left else {
                throw .netlink("an attribute claims \(length) octets where \(left) are left")
            }
            // The two bits on top tell of nesting and byte order (NLA_TYPE_MASK).
            attributes.append(
                NetlinkAttribute(
                    type: octets.host16(at: offset + 2) & 0x3FFF,
                    value: Array(body[(offset + 4)..<(offset + length)])))
            offset += min((length + 3) & ~3, left)
        }
        return attributes
    }

    /// The attribute's octets, padded.
    package var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(host: UInt16(4 + value.count))
        octets.append(host: type)
        return octets + value + Array(repeating: 0, count: -value.count & 3)
    }

    /// A number of four octets in this machine's order.
    var number: UInt32? { value.count == 4 ? value.span.octets.host32(at: 0) : nil }

    /// A text that ends at its first zero.
    var text: String { String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }

    /// An address of the internet, whose length tells its version.
    var address: InternetAddress? {
        switch value.count {
        case 4: .ipv4(value.span.octets.ipv4Address(at: 0))
        case 16: .ipv6(value.span.octets.ipv6Address(at: 0))
        default: nil
        }
    }

    /// A MAC address.
    var hardwareAddress: MACAddress? { value.count == 6 ? value.span.octets.macAddress(at: 0) : nil }
}

extension [UInt8] {
    /// Appends an integer in this machine's order.
    mutating func append(host value: some FixedWidthInteger & UnsignedInteger) {
        for shift in 0..<(value.bitWidth / 8) {
            #if _endian(big)
                append(UInt8(truncatingIfNeeded: value >> (value.bitWidth - 8 - 8 * shift)))
            #else
                append(UInt8(truncatingIfNeeded: value >> (8 * shift)))
            #endif
        }
    }
}
