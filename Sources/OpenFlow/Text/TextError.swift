/// Why a text was refused, and where.
public struct TextError: Error, Hashable, Sendable {
    /// The octet it is about, from 1.
    public var column: Int
    public var message: String

    /// Makes an error.
    public init(column: Int, message: String) {
        self.column = column
        self.message = message
    }
}

extension TextError: CustomStringConvertible {
    public var description: String { "column \(column): \(message)" }
}
