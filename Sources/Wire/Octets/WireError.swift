/// Why octets were refused.
public enum WireError: Error, Equatable, Hashable, Sendable {
    /// The layer needs more octets than are left.
    case truncated(Layer, needed: Int, available: Int)

    /// A field, named as the specification names it, holds a value the layer forbids.
    case malformed(Layer, field: String)

    /// The layer that the octets failed at.
    public var layer: Layer {
        switch self {
        case .truncated(let layer, _, _), .malformed(let layer, _): layer
        }
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let layer, let needed, let available):
            "\(layer) is cut short: \(needed) octets are needed, \(available) are left"
        case .malformed(let layer, let field):
            "\(layer) has a forbidden value in \(field)"
        }
    }
}
