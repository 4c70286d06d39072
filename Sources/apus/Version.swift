/// What this binary is.
enum Version {
    /// By the rules of Semantic Versioning 2.0.0.
    static let number = "0.1.0"

    /// The version, and the commit if it is known.
    static var line: String {
        guard let commit = Build.commit else { return number }
        return "\(number) (\(commit))"
    }
}
