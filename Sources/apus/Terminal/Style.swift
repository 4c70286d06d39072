import Glibc

/// Colours for a stream, which are none unless it is a terminal that takes them.
struct Style {
    /// Whether escape sequences are written.
    let isColoured: Bool

    init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// Colour only on a terminal, and not if `NO_COLOR` is set or the terminal is a dumb one.
    init(of stream: Stream) {
        let isRefused = Environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        isColoured = stream.isTerminal && !isRefused && Environment["TERM"] != "dumb"
    }

    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }
    func cyan(_ text: String) -> String { wrap(text, "36") }
    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }

    /// SGR sequences (ECMA-48, 8.3.117).
    private func wrap(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// The process's environment.
enum Environment {
    static subscript(_ name: String) -> String? {
        // Nobody here changes the environment, and the value is copied at once.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
