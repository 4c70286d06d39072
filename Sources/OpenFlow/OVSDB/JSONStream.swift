/// Puts values together out of a stream that has nothing between them.
///
/// Where a value ends is seen as the octets come, each looked at once; then it is read as a whole.
public struct JSONStream: Sendable {
    /// The most octets of one value.
    public let sizeLimit: Int
    /// The most arrays and objects inside each other.
    public let depthLimit: Int

    private var octets: [UInt8] = []
    private var position = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Makes an empty stream.
    public init(sizeLimit: Int = 64 << 20, depthLimit: Int = 64) {
        precondition(sizeLimit > 0 && depthLimit > 0, "limits are positive")
        self.sizeLimit = sizeLimit
        self.depthLimit = depthLimit
    }

    /// Takes octets that came.
    public mutating func append(_ new: [UInt8]) { octets += new }

    /// The next array or object; nil until it is whole.
    ///
    /// Others cannot stand alone in a stream without separators.
    public mutating func next() throws(JSONError) -> JSON? {
        while position < octets.count {
            let octet = octets[position]
            position += 1
            guard position <= sizeLimit else { throw .tooLong }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if octet == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if octet == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch octet {
            case UInt8(ascii: "\"") where depth > 0: isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= depthLimit else { throw .tooDeep }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth >= 0 else { throw .malformed(at: position - 1) }
                guard depth == 0 else { continue }
                let value = Array(octets[..<position])
                octets.removeFirst(position)
                position = 0
                return try JSONParser.parse(value, depthLimit: depthLimit)
            case 0x20, 0x09, 0x0A, 0x0D: break
            default: guard depth > 0 else { throw .malformed(at: position - 1) }
            }
        }
        return nil
    }
}

extension JSON {
    /// Reads a value that is all of `octets`.
    public init(_ octets: [UInt8], depthLimit: Int = 64) throws(JSONError) {
        self = try JSONParser.parse(octets, depthLimit: depthLimit)
    }
}
