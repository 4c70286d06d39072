import FoundationEssentials
import Hostile
import Lab

/// Sends the hostile corpus through Apus and its peers, and prints what departs from the rules as Markdown.
///
/// `apus-hostile [--apus PATH] [--filter TEXT] [PEER]...`
@main struct ApusHostile {
    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        func option(_ name: String) -> String? {
            guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
            defer { arguments.removeSubrange(place...place + 1) }
            return arguments[place + 1]
        }
        let apus = option("--apus") ?? ".build/release/apus"
        let filter = option("--filter")
        let names = arguments.isEmpty ? Contender.allCases : arguments.compactMap { Contender(rawValue: $0) }
        var cases = try CaseReader.readAll(in: Repository.path("Tests/Hostile/Cases"))
        if let filter { cases = cases.filter { $0.name.contains(filter) || $0.file.contains(filter) } }
        var columns: [HostileReport.Column] = []
        for contender in names {
            let site = try await HostileSite(contender, lanes: 4, apus: contender == .apus ? apus : nil)
            let results = await HostileRun.run(cases.map { ($0, .whole) }, at: site)
            let version = try await contender.version(apus: contender == .apus ? apus : nil)
            columns.append(HostileReport.Column(contender, version: version, results: results))
        }
        print(HostileReport(columns: columns, cases: cases.count).markdown)
    }
}
