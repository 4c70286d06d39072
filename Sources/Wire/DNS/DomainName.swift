/// A domain name that ends at the root (RFC 1035, 3.1).
///
/// Two names that differ in the case of ASCII letters are equal (RFC 4343); each keeps its own spelling.
public struct DomainName: Sendable {
    /// The most octets that a name takes on the wire.
    public static let limit = 255

    /// The most octets in a label.
    public static let labelLimit = 63

    /// The most pointers that are followed in one name: as many as it can have labels.
    public static let pointerLimit = 127

    /// The name without compression: labels behind their lengths, then a zero.
    public let octets: [UInt8]

    /// The name of the root.
    public static let root = DomainName(checked: [0])

    /// Takes octets that are known to be right.
    private init(checked octets: [UInt8]) {
        self.octets = octets
    }

    /// Makes a name of labels; nil if one is empty or over 63 octets, or the name would be over 255.
    public init?(labels: [[UInt8]]) {
        var octets: [UInt8] = []
        for label in labels {
            guard (1...Self.labelLimit).contains(label.count) else { return nil }
            octets.append(UInt8(label.count))
            octets += label
        }
        octets.append(0)
        guard octets.count <= Self.limit else { return nil }
        self.octets = octets
    }

    /// Reads a name without compression off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        var end = 0
        self = try Self.read(octets, at: 0, end: &end, follows: false)
        octets = octets.extracting(droppingFirst: end)
    }

    /// Reads a name that begins at `offset` of `message`, and moves `offset` behind it.
    ///
    /// A pointer must go to before the labels that led to it, so that no message makes a reader run in circles
    /// (RFC 1035, 4.1.4).
    public init(in message: RawSpan, at offset: inout Int) throws(WireError) {
        self = try Self.read(message, at: offset, end: &offset, follows: true)
    }

    private static func read(
        _ message: RawSpan, at start: Int, end: inout Int, follows: Bool
    ) throws(WireError) -> DomainName {
        var name: [UInt8] = []
        var position = start
        // Where the labels began that are being read: each pointer goes to before.
        var floor = start
        var behind: Int?
        var pointers = 0
        while true {
            guard position < message.byteCount else {
                throw .truncated(.domainName, needed: position + 1, available: message.byteCount)
            }
            let length = Int(message.uint8(at: position))
            switch length >> 6 {
            case 0:
                let next = position + 1 + length
                guard next <= message.byteCount else {
                    throw .truncated(.domainName, needed: next, available: message.byteCount)
                }
                guard name.count + 1 + length + (length == 0 ? 0 : 1) <= limit else {
                    throw .malformed(.domainName, field: "length")
                }
                name += [UInt8](copying: message.extracting(position..<next))
                position = next
                if length == 0 {
                    end = behind ?? position
                    return DomainName(checked: name)
                }
            case 3 where follows:
                guard position + 2 <= message.byteCount else {
                    throw .truncated(.domainName, needed: position + 2, available: message.byteCount)
                }
                let target = Int(message.uint16(at: position) & 0x3FFF)
                pointers += 1
                guard target < floor, pointers <= pointerLimit else { throw .malformed(.domainName, field: "OFFSET") }
                if behind == nil { behind = position + 2 }
                (position, floor) = (target, target)
            default:
                throw .malformed(.domainName, field: "label")
            }
        }
    }

    /// How many octets the name takes without compression.
    public var size: Int { octets.count }

    /// Appends the name without compression.
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(copying: self.octets)
    }

    /// The labels, the root's left out.
    public var labels: [[UInt8]] {
        var labels: [[UInt8]] = []
        var position = 0
        while octets[position] != 0 {
            let next = position + 1 + Int(octets[position])
            labels.append(Array(octets[position + 1..<next]))
            position = next
        }
        return labels
    }

    /// An octet with an ASCII letter in lower case; lengths, which are under 64, stay.
    private static func folded(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }
}

extension DomainName: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.octets.count == right.octets.count
            && zip(left.octets, right.octets).allSatisfy { folded($0) == folded($1) }
    }

    public func hash(into hasher: inout Hasher) {
        for octet in octets { hasher.combine(Self.folded(octet)) }
    }
}

extension Layer {
    /// A domain name.
    public static var domainName: Layer { Layer("domain name") }
}
