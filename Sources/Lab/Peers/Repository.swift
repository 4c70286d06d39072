/// The files of this project that tests and benchmarks use as they are.
package enum Repository {
    /// The project's folder, as it was when this was compiled.
    package static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()

    /// The absolute path of a file in it.
    package static func path(_ name: String) -> String { "\(root)/\(name)" }
}
