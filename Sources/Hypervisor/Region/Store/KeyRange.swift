/// A key of a store, or all keys from one up to another.
package struct KeyRange: Hashable, Sendable {
    /// The first key.
    package let first: String

    /// The key behind the last; nil for `first` alone.
    package let end: String?

    /// One key.
    package init(_ key: String) { (first, end) = (key, nil) }

    /// Every key that begins with `prefix`, which must not be empty.
    package init(prefix: String) {
        precondition(!prefix.isEmpty && prefix.utf8.last ?? 0x7F < 0x7F, "a prefix is text of ASCII, and not empty")
        var octets = Array(prefix.utf8)
        octets[octets.count - 1] += 1
        (first, end) = (prefix, String(decoding: octets, as: UTF8.self))
    }

    /// The range's keys behind `key`.
    package func after(_ key: String) -> KeyRange {
        // The least text that is greater.
        KeyRange(first: max(first, key + "\0"), end: end)
    }

    private init(first: String, end: String?) { (self.first, self.end) = (first, end) }

    /// Whether the key is in it.
    package func contains(_ key: String) -> Bool {
        guard let end else { return key == first }
        return first <= key && key < end
    }
}
