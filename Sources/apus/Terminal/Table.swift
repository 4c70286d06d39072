/// Rows below headings, in columns as wide as they must be.
struct Table {
    private let headings: [String]
    private let firstNumber: Int

    /// The columns from `numbersFrom` on hold numbers, which end below each other.
    init(_ headings: [String], numbersFrom: Int) {
        (self.headings, firstNumber) = (headings, numbersFrom)
    }

    func lines(_ rows: [[String]], _ style: Style) -> [String] {
        precondition(rows.allSatisfy { $0.count == headings.count }, "each row has a cell for each heading")
        let widths = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
        let laid = ([headings] + rows).map { row in
            row.enumerated().map { column, cell in
                let cell = column < firstNumber ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])
                // Colour is added to the cell as laid out, where it takes no room.
                return switch cell.prefix(while: { $0 != " " }) {
                case "up": style.green(cell)
                case "down": style.red(cell)
                default: cell
                }
            }.joined(separator: "  ")
        }
        return [style.dim(laid[0])] + laid.dropFirst()
    }
}

extension Double {
    /// With two digits behind the point, or none from 100 on.
    var brief: String {
        let hundredths = Int((self * 100).rounded())
        let digits = "\(hundredths % 100)"
        return self >= 100 ? "\(hundredths / 100)" : "\(hundredths / 100).\(digits.count < 2 ? "0" + digits : digits)"
    }
}
