/// A parameter that cannot be served, by the name that the caller knows it by.
package struct ParameterError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Such as `ipv4.routes[2].gateway`; empty if it is about all of them.
    package let field: String
    /// What is wrong, and what would be right; no full stop at the end.
    package let reason: String

    package init(_ field: String, _ reason: String) {
        (self.field, self.reason) = (field, reason)
    }

    package var description: String { field.isEmpty ? reason : "\(field): \(reason)" }
}
