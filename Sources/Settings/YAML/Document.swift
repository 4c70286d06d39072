/// Makes the tree of a file's values out of the parser's events.
///
/// It goes no deeper than a constant and follows no aliases, so its cost is a file's size whatever the file says.
struct Document: ~Copyable {
    /// How deep lists and maps may be nested; no schema here needs half of it.
    static let maximumDepth = 32

    private let source: Source
    private var events: EventReader
    private var diagnostics: [Diagnostic] = []

    /// The file's value, nil if there is none or a mistake hides it, and the mistakes found so far.
    static func read(_ source: Source) -> (root: Node?, diagnostics: [Diagnostic]) {
        if let problem = source.encodingProblem() { return (nil, [problem]) }
        var document = Document(source)
        do {
            let root = try document.root()
            return (root, document.diagnostics)
        } catch {
            return (nil, document.diagnostics + [error])
        }
    }

    private init(_ source: Source) {
        self.source = source
        events = EventReader(source)
    }

    private mutating func root() throws(Diagnostic) -> Node? {
        var root: Node?
        while true {
            let event = try next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .streamEnd: return root
            case .documentStart:
                guard root == nil else {
                    throw Diagnostic(
                        .unsupported, "a second document begins here; a file holds one", at: event.place, in: source)
                }
                root = try node(from: try next(), depth: 0)
            default: preconditionFailure("values stand in documents")
            }
        }
    }

    private mutating func node(from event: Event, depth: Int) throws(Diagnostic) -> Node {
        if event.hasAnchor { refuse("anchors (&) are not supported; write the value out", at: event.place) }
        if event.hasTag { refuse("tags (!) are not supported; the key decides a value's type", at: event.place) }
        let content: Node.Content
        // A value that is missing at the file's end lies behind all lines.
        var place = source.clamped(event.place)
        switch event.kind {
        case .alias:
            refuse("aliases (*) are not supported; write the value out, or put quotes around it", at: event.place)
            content = .broken
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .listStart: content = .list(try list(at: event, depth: depth + 1))
        case .mapStart:
            let entries = try map(at: event, depth: depth + 1)
            content = .map(entries)
            // A block has no width of its own; its first key stands for it.
            if place.lastColumn == place.column, let first = entries.first { place = first.key.place }
        default: preconditionFailure("a value begins here")
        }
        return Node(content: content, place: place)
    }

    private mutating func list(at start: Event, depth: Int) throws(Diagnostic) -> [Node] {
        try checkDepth(depth, at: start)
        var nodes: [Node] = []
        while true {
            let event = try next()
            if case .listEnd = event.kind { return nodes }
            nodes.append(try node(from: event, depth: depth))
        }
    }

    private mutating func map(at start: Event, depth: Int) throws(Diagnostic) -> [Node.Entry] {
        try checkDepth(depth, at: start)
        var entries: [Node.Entry] = []
        while true {
            let event = try next()
            if case .mapEnd = event.kind { return entries }
            let key = try node(from: event, depth: depth)
            let value = try node(from: try next(), depth: depth)
            switch key.content {
            case .scalar(let text, _): entries.append(Node.Entry(key: Placed(text, at: key.place), value: value))
            case .broken: continue
            case .list, .map:
                refuse("a key must be text; put quotes around it if it begins with [ or {", at: key.place)
            }
        }
    }

    private func checkDepth(_ depth: Int, at event: Event) throws(Diagnostic) {
        guard depth > Self.maximumDepth else { return }
        throw Diagnostic(
            .tooMuch, "lists and maps are nested more than \(Self.maximumDepth) deep", at: event.place, in: source)
    }

    private mutating func refuse(_ message: String, at place: Place) {
        guard diagnostics.count < Reader.maximumDiagnostics else { return }
        diagnostics.append(Diagnostic(.unsupported, message, at: place, in: source))
    }

    private mutating func next() throws(Diagnostic) -> Event {
        do throws(SyntaxProblem) {
            return try events.next()
        } catch {
            throw error.diagnostic(in: source)
        }
    }
}
