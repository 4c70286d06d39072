/// A file of the project with `{{words}}` to be filled in.
enum Template {
    /// Puts values in the place of words; words without a value stay.
    static func fill(_ text: String, _ words: [String: String]) -> String {
        words.reduce(text) { $0.replacing("{{\($1.key)}}", with: $1.value) }
    }

    /// Fills a file of the project in, writes it into a folder, and gives its path.
    static func write(
        _ template: String, _ words: [String: String], into folder: TemporaryFolder, as name: String
    ) throws -> String {
        guard let text = Files.text(Repository.path(template)) else { throw LabError.unreadable(template) }
        return try folder.write(fill(text, words), to: name)
    }
}
