/// A protocol's layer, or a part of one, by the name that people read.
///
/// An error says with it where octets stopped making sense. A module that builds on this one adds its own layers as
/// constants in an extension.
public struct Layer: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// As the specification spells it.
    public let name: String

    /// Makes a layer of a literal, which allocates nothing.
    @inlinable
    public init(_ name: String) {
        self.name = name
    }

    public var description: String { name }
}
