/// Finds the word that somebody probably meant.
enum Spelling {
    /// The candidate nearest to `word`, if it is near enough to be worth naming; the first of equals.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        // A longer word is no misspelling of a key, and the table below grows with its length.
        guard word.utf8.count <= 64 else { return nil }
        let wanted = folded(word)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= 64 {
            let form = folded(candidate)
            let most = max(1, min(wanted.count, form.count) / 3)
            guard abs(form.count - wanted.count) <= most else { continue }
            let distance = distance(wanted, form)
            if distance <= most, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Small letters, `-` as `_`: differences that are slips whatever a word's length.
    private static func folded(_ word: String) -> [UInt8] {
        word.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other
    /// (Damerau-Levenshtein, optimal string alignment).
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var older = [Int](repeating: 0, count: other.count + 1)
        var previous = Array(0...other.count)
        for row in one.indices {
            var current = [row + 1]
            for column in other.indices {
                let change = previous[column] + (one[row] == other[column] ? 0 : 1)
                var least = min(change, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    least = min(least, older[column - 1] + 1)
                }
                current.append(least)
            }
            (older, previous) = (previous, current)
        }
        return previous[other.count]
    }
}
