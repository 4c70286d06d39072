/// The names under which the binary is installed beside its own: `hvflowd` is `apus hvflowd`.
enum Daemon {
    static let names: Set<String> = ["hvaddrd", "hvaddrctl", "hvflowd", "hvflowctl", "rns"]

    /// The arguments of the command that a process was started as; `arguments` begin with the name it was called by.
    static func words(_ arguments: [String]) -> [String] {
        guard let called = arguments.first else { return [] }
        let name = String(called.split(separator: "/").last ?? "")
        return (names.contains(name) ? [name] : []) + arguments.dropFirst()
    }
}
