public import Wire

/// A part of a message that knows how to read and write itself.
///
/// OpenFlow counts lengths ahead of what they count, so everything says its size before it is written.
public protocol Structure: Hashable, Sendable {
    /// Reads the structure off the front of `octets`.
    init(reading octets: inout RawSpan) throws(WireError)

    /// How many octets it takes, padding included.
    var size: Int { get }

    /// Appends the structure, which must fit.
    func write(to octets: inout OutputSpan<UInt8>)
}

extension Structure {
    /// Reads the whole of `octets`, and refuses what is left over.
    public init(readingAll octets: RawSpan, _ layer: Layer) throws(WireError) {
        var rest = octets
        try self.init(reading: &rest)
        guard rest.isEmpty else { throw .malformed(layer, field: "length") }
    }

    /// The octets that it takes.
    public var octets: [UInt8] {
        let size = size
        return [UInt8](capacity: size) { output in
            write(to: &output)
            precondition(output.count == size, "a structure takes as many octets as it says")
        }
    }
}

extension Array where Element: Structure {
    /// Reads structures until `octets` has none left.
    init(readingAll octets: inout RawSpan) throws(WireError) {
        self = []
        while !octets.isEmpty { append(try Element(reading: &octets)) }
    }

    /// How many octets all take.
    var octetCount: Int { reduce(0) { $0 + $1.size } }

    func write(to octets: inout OutputSpan<UInt8>) {
        for element in self { element.write(to: &octets) }
    }
}

/// `count` rounded up to whole words of eight octets, to which OpenFlow aligns.
@inline(__always)
func padded(_ count: Int) -> Int { (count + 7) & ~7 }

extension OutputSpan<UInt8> {
    /// Appends `count` zeros.
    @_lifetime(self: copy self)
    mutating func append(zeros count: Int) {
        for _ in 0..<count { append(0) }
    }

    /// Appends text in a field of `size` octets: cut to leave room for a zero at its end, and filled with zeros.
    @_lifetime(self: copy self)
    mutating func append(text: String, size: Int) {
        let text = text.cut(toOctets: size - 1)
        for octet in text.utf8 { append(octet) }
        append(zeros: size - text.utf8.count)
    }
}

extension String {
    /// As much of it as fits into so many octets, without a part of a character's number at the end.
    func cut(toOctets limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var (text, count) = ("", 0)
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

extension RawSpan {
    /// The text in a field, up to its first zero, and not its last octet, which must be one.
    ///
    /// What is not UTF-8 is replaced, which takes more octets: the text is then cut so that it fits again.
    func text(at offset: Int, size: Int) -> String {
        var count = 0
        while count < size - 1, uint8(at: offset + count) != 0 { count += 1 }
        let octets = [UInt8](copying: extracting(offset..<offset + count))
        return String(decoding: octets, as: UTF8.self).cut(toOctets: size - 1)
    }

    /// Takes what a length that counts `already` octets read before says is left of a structure.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func take(rest length: UInt16, after already: Int, for layer: Layer) throws(WireError) -> RawSpan {
        guard Int(length) >= already else { throw .malformed(layer, field: "length") }
        return try take(Int(length) - already, for: layer)
    }
}
