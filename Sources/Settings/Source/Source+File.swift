internal import SystemPackage

extension Source {
    /// Reads a file; no more of it than shows that it is too large.
    package static func file(at path: String) throws(Diagnostic) -> Source {
        var octets: [UInt8] = []
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, retryOnInterrupt: true)
            defer { try? file.close() }
            var piece = [UInt8](repeating: 0, count: 64 << 10)
            while octets.count <= maximumSize {
                let count = try unsafe piece.withUnsafeMutableBytes { buffer in
                    unsafe try file.read(into: buffer, retryOnInterrupt: true)
                }
                if count == 0 { break }
                octets += piece[..<count]
            }
        } catch {
            var diagnostic = Diagnostic(
                .unreadable, "the file cannot be read: \(error)", at: nil, in: Source(name: path, octets: []))
            diagnostic.systemError = (error as? Errno)?.rawValue
            throw diagnostic
        }
        return Source(name: path, octets: octets)
    }
}
