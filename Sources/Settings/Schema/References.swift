extension Reader {
    /// The index of what a name stands for; nil after saying that nothing of `kind` has the name.
    package mutating func resolve(_ name: Placed<String>, to kind: String, among names: [String]) -> Int? {
        if let index = names.firstIndex(of: name.value) { return index }
        let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        let nearest = Spelling.nearest(to: name.value, among: names).map { "; did you mean '\($0)'?" } ?? ""
        let known = names.isEmpty ? "there is no \(kind) at all" : "\(kind)s are: \(shown)"
        report(.unknownName, "no \(kind) named \(Display.quoted(name.value)); \(known)\(nearest)", at: name.place)
        return nil
    }
}
