package import Settings

extension Configuration {
    /// Reads a configuration and says everything that is wrong with it.
    ///
    /// There is a configuration if no diagnostic is an error; they come in the file's order, warnings among them.
    /// Relative paths count from `folder`. `resolve` is asked for every server with a name; the system by default.
    package static func load(
        text: String, name: String, folder: String = ".", resolve: Resolver = resolveBySystem
    ) -> (Configuration?, [Diagnostic]) {
        load(Source(name: name, text: text), folder: folder, resolve: resolve)
    }

    /// Reads a configuration file; relative paths in it count from its folder.
    ///
    /// A file that cannot be read is one diagnostic with code `.unreadable` and the system's error number.
    package static func load(
        file path: String, resolve: Resolver = resolveBySystem
    ) -> (Configuration?, [Diagnostic]) {
        let source: Source
        do {
            source = try Source.file(at: path)
        } catch {
            return (nil, [error])
        }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return load(source, folder: folder, resolve: resolve)
    }

    /// Reads a configuration from a text that may be anything, UTF-8 or not.
    package static func load(
        _ source: Source, folder: String, resolve: Resolver
    ) -> (Configuration?, [Diagnostic]) {
        let (draft, reader) = fileSchema.read(source)
        guard let draft else { return (nil, reader.finish()) }
        return withoutActuallyEscaping(resolve) { resolve in
            var check = Check(draft, reader, folder: folder, resolve: resolve)
            let configuration = check.configuration()
            let isUsable = check.reader.errorCount == 0
            return (isUsable ? configuration : nil, check.reader.finish())
        }
    }
}
