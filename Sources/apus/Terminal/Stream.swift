import Glibc

/// A standard stream of the process, written to without a buffer.
enum Stream: Int32 {
    case standardOutput = 1
    case standardError = 2

    /// Whether a person looks at it: it is a terminal, and nobody asked for plain text (`https://no-color.org`).
    var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes all of `text`; a reader that has gone away is no error of ours.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { octets in
            var rest = UnsafeRawBufferPointer(octets)
            // The octets are the text's own, and stay while the closure runs.
            while unsafe !rest.isEmpty {
                let count = unsafe Glibc.write(rawValue, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }
}
