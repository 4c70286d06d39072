internal import CYaml

/// What the parser found next in a file.
struct Event {
    enum Kind {
        case scalar(String, isPlain: Bool)
        case listStart, listEnd, mapStart, mapEnd
        case documentStart, documentEnd, streamEnd
        /// A repetition of a value elsewhere, `*name`.
        case alias
        /// The beginning of the stream, which says nothing.
        case streamStart
    }

    let kind: Kind
    let place: Place

    /// Whether the value has a name for aliases, `&name`.
    let hasAnchor: Bool

    /// Whether the value has a type of its own, `!!str`.
    let hasTag: Bool
}

/// Why the parser stopped, in libyaml's words.
struct SyntaxProblem: Error {
    let problem: String
    let place: Place?

    /// What was being read, and where that began.
    let context: String
    let contextPlace: Place?
}

/// Reads a file's events with libyaml, the C parser inside Yams.
///
/// Yams' own tree is built from the same events, but it expands aliases, which a few lines can make endless, and gives up
/// at a duplicate key without its place. This tree must do neither. All dealings with C are in this file.
///
/// It is safe: the pointers are its own, never leave it, and live as long as it does.
@safe struct EventReader: ~Copyable {
    /// On the heap, since libyaml keeps pointers into it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// A copy of the text, which libyaml reads piece by piece.
    private let octets: UnsafeMutableBufferPointer<UInt8>

    init(_ source: Source) {
        unsafe octets = .allocate(capacity: source.octets.count)
        _ = unsafe octets.initialize(from: source.octets)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        precondition(unsafe yaml_parser_initialize(parser) == 1, "memory for a parser can be had")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, octets.baseAddress, octets.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe octets.deallocate()
    }

    /// The next event; not to be called again after the stream's end or an error.
    mutating func next() throws(SyntaxProblem) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        // The event's texts are copied below before it is freed.
        defer { unsafe yaml_event_delete(&event) }
        let place = unsafe Self.place(from: event.start_mark, to: event.end_mark)
        let kind: Event.Kind
        var (hasAnchor, hasTag) = (false, false)
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = unsafe .scalar(
                String(decoding: value, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            (hasAnchor, hasTag) = unsafe (scalar.anchor != nil, scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            kind = .listStart
            let start = unsafe event.data.sequence_start
            (hasAnchor, hasTag) = unsafe (start.anchor != nil, start.tag != nil)
        case YAML_MAPPING_START_EVENT:
            kind = .mapStart
            let start = unsafe event.data.mapping_start
            (hasAnchor, hasTag) = unsafe (start.anchor != nil, start.tag != nil)
        case YAML_SEQUENCE_END_EVENT: kind = .listEnd
        case YAML_MAPPING_END_EVENT: kind = .mapEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        default: kind = .streamStart
        }
        return Event(kind: kind, place: place, hasAnchor: hasAnchor, hasTag: hasTag)
    }

    private func problem() -> SyntaxProblem {
        let state = unsafe parser.pointee
        // The reader's errors and lack of memory come without a mark; the texts are constants of the library.
        let hasMark = unsafe state.error == YAML_SCANNER_ERROR || state.error == YAML_PARSER_ERROR
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "the text cannot be parsed"
        let context = unsafe state.context.map { unsafe String(cString: $0) } ?? ""
        return SyntaxProblem(
            problem: problem,
            place: hasMark ? unsafe Self.place(from: state.problem_mark, to: state.problem_mark) : nil,
            context: context,
            contextPlace: hasMark && !context.isEmpty
                ? unsafe Self.place(from: state.context_mark, to: state.context_mark) : nil)
    }

    private static func place(from start: yaml_mark_t, to end: yaml_mark_t) -> Place {
        Place(
            line: Int(clamping: start.line) + 1, column: Int(clamping: start.column) + 1,
            lastLine: Int(clamping: end.line) + 1, lastColumn: Int(clamping: end.column) + 1)
    }
}
