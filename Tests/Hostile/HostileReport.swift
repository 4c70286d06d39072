package import Lab

/// The corpus's outcome for several contenders, in Markdown.
package struct HostileReport {
    package struct Column {
        package let contender: Contender
        package let version: String
        /// Deviations by the case's name.
        package let deviations: [(item: Case, found: [Deviation])]

        package init(_ contender: Contender, version: String, results: [HostileRun.Result]) {
            (self.contender, self.version) = (contender, version)
            // Ours is held to the letter, the others to what the RFC demands.
            deviations = results.map { result in
                (
                    result.item,
                    contender == .apus
                        ? result.item.deviations(in: result.seen) : result.item.peerDeviations(in: result.seen)
                )
            }
        }

        package func found(in name: String) -> [Deviation] {
            deviations.first { $0.item.name == name }?.found ?? []
        }
    }

    package let columns: [Column]
    package let cases: Int

    package init(columns: [Column], cases: Int) { (self.columns, self.cases) = (columns, cases) }

    package var markdown: String {
        var text = "# \(cases) hostile cases\n\n| cases of | "
        text += columns.map { "\($0.contender.rawValue) \($0.version)" }.joined(separator: " | ")
        text += " |\n| --- |" + columns.map { _ in " ---: |" }.joined() + "\n"
        var files: [String] = []
        for (item, _) in columns.first?.deviations ?? [] where !files.contains(item.file) { files.append(item.file) }
        for file in files { text += row(file) { $0.item.file == file } }
        text += row("all") { _ in true } + "\nCases that deviate, of those sent.\n\n"
        let findings = Finding.all.filter { finding in columns.contains { $0.contender == finding.contender } }
        if !findings.isEmpty {
            text += "## Known of these peers\n\n"
            for finding in findings {
                for column in columns where column.contender == finding.contender {
                    text +=
                        "- \(finding.isSeen(in: column) ? "seen" : "NOT SEEN"): \(finding.contender.rawValue): \(finding.text)\n"
                }
            }
            text += "\n"
        }
        for column in columns {
            text += "## \(column.contender.rawValue)\n\n"
            for (item, found) in column.deviations where !found.isEmpty {
                text += "- \(item.name) (\(item.source)): \(found.map(\.text).joined(separator: "; "))\n"
            }
            text += "\n"
        }
        return text
    }

    private func row(_ title: String, _ isIn: ((item: Case, found: [Deviation])) -> Bool) -> String {
        let cells = columns.map { column in
            let chosen = column.deviations.filter(isIn)
            return "\(chosen.count { !$0.found.isEmpty }) of \(chosen.count)"
        }
        return "| \(title) | \(cells.joined(separator: " | ")) |\n"
    }
}
