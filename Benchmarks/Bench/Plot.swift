import Lab

/// The processor time of each job and contender as bars, with the spread of the rounds.
struct Plot {
    let results: Results

    var title: String { "Processor time by contender and job; shorter is better" }

    private let width = 820
    private let left = 120
    private let bar = 20
    private let right = 150

    /// The drawing as SVG, for light and dark pages.
    var drawing: String {
        var body = ""
        var y = 16
        for job in results.jobs where job.kind != .idle {
            let rows = results.entrants.filter { !results.measurements(job, $0.name).isEmpty }
            guard !rows.isEmpty else { continue }
            y += 18
            body += text(job.title + ": CPU µs per \(job.unit)", x: 8, y: y, class: "head")
            y += 10
            let costs = rows.map { row in results.measurements(job, row.name).map { $0.cost(job) } }
            let most = costs.joined().max() ?? 1
            for (row, values) in zip(rows, costs) {
                body += line(row, values, most: most, y: y)
                y += bar + 4
            }
            y += 12
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(y)" role="img" aria-label="\(title)">
            <style>
            text { font: 13px system-ui, sans-serif; fill: #1f2328 }
            .head { font-weight: 600 }
            .bar { fill: #9aa4b0 } .ours { fill: #2563b8 } .spread { stroke: #1f2328; stroke-width: 1.5 }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 } .bar { fill: #606b78 } .ours { fill: #5b9bf0 } .spread { stroke: #e6edf3 }
            }
            </style>
            \(body)</svg>

            """
    }

    private func line(_ entrant: Results.Entrant, _ values: [Double], most: Double, y: Int) -> String {
        let scale = Double(width - left - right) / most
        let median = Statistics.median(values)
        let length = Int(median * scale)
        let begin = left + Int((values.min() ?? 0) * scale)
        let end = left + Int((values.max() ?? 0) * scale)
        let middle = y + bar / 2
        let isOurs = entrant.name == results.reference || entrant.isControl
        var text = self.text(entrant.name, x: 8, y: y + 15, class: "name")
        text +=
            "<rect class=\"\(isOurs ? "ours" : "bar")\" x=\"\(left)\" y=\"\(y)\" width=\"\(length)\" height=\"\(bar)\" rx=\"2\"/>\n"
        text += "<line class=\"spread\" x1=\"\(begin)\" y1=\"\(middle)\" x2=\"\(end)\" y2=\"\(middle)\"/>\n"
        return text
            + self.text(median.rounded(median < 100 ? 1 : 0), x: max(end, left + length) + 8, y: y + 15, class: "value")
    }

    private func text(_ content: String, x: Int, y: Int, class style: String) -> String {
        let escaped = content.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return "<text class=\"\(style)\" x=\"\(x)\" y=\"\(y)\">\(escaped)</text>\n"
    }
}
