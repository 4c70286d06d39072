/// A value as the file writes it, before a schema says what it means.
///
/// Scalars stay text: `on`, `no` and `08:30` are what they look like, and only a schema makes a number of `10`.
package struct Node: Sendable {
    package enum Content: Sendable {
        /// Text; plain if it stands without quotes and not as a block.
        case scalar(String, isPlain: Bool)
        case list([Node])
        case map([Entry])
        /// Something whose mistake is already reported.
        case broken
    }

    /// A key of a map and its value.
    package struct Entry: Sendable {
        package let key: Placed<String>
        package let value: Node
    }

    package let content: Content
    package let place: Place

    /// Whether nothing stands where a value should: empty, or YAML's words for that (1.2, 10.2.1.1).
    package var isAbsent: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
