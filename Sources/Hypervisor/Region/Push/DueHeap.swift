/// Names by when something is due of them; the soonest first.
struct DueHeap: Sendable {
    private var entries: [(due: Duration, name: String)] = []

    /// When the first is due.
    var first: Duration? { entries.first?.due }

    var count: Int { entries.count }

    mutating func insert(_ name: String, at due: Duration) {
        entries.append((due, name))
        var child = entries.count - 1
        while child > 0, entries[child].due < entries[(child - 1) / 2].due {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first, if it is due; nil if it is not.
    mutating func take(at now: Duration) -> String? {
        guard let first = entries.first, first.due <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].due < entries[least].due {
                least = child
            }
            guard least != parent else { return first.name }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
