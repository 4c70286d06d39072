/// Numbers as a line of bars, the highest of which fills its cell.
struct Sparkline {
    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The newest `width` of `values`; each bar's height is relative to the largest shown.
    static func line(_ values: [Double], width: Int) -> String {
        let shown = values.suffix(width)
        let top = shown.max() ?? 0
        return String(
            shown.map { value -> Character in
                guard top > 0, value > 0 else { return bars[0] }
                return bars[min(bars.count - 1, Int(value / top * Double(bars.count - 1) + 0.5))]
            })
    }
}
