/// Why a specification of targets or ports was refused, and where in its text.
public struct SpecificationError: Error, Hashable, Sendable {
    /// The text that was read.
    public let text: String

    /// Where in `text` the mistake begins, in octets of UTF-8.
    public let offset: Int

    /// What is wrong: a sentence without a full stop.
    public let message: String

    /// The file and line, if it came from a file.
    public var origin: String?

    public init(_ message: String, in text: String, at offset: Int) {
        (self.message, self.text, self.offset) = (message, text, offset)
    }
}

extension SpecificationError: CustomStringConvertible {
    /// `targets.txt:3:8: octet 300 is above 255: 10.0.0.300`.
    public var description: String {
        let place = origin.map { "\($0):\(offset + 1): " } ?? ""
        let shown = Sanitizer.text(Array(text.utf8), limit: 200)
        return place + message + (origin == nil ? " (character \(offset + 1) of '\(shown)')" : ": '\(shown)'")
    }
}
