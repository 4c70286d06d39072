package import Lab

/// A fault of a peer that is known; a corpus that does not see it is deficient.
package struct Finding: Sendable {
    package let contender: Contender
    package let text: String
    /// Cases in each of which something must deviate.
    let cases: [String]

    init(_ contender: Contender, _ text: String, _ cases: String...) {
        (self.contender, self.text, self.cases) = (contender, text, cases)
    }

    /// Whether a contender's column shows it.
    package func isSeen(in column: HostileReport.Column) -> Bool {
        cases.allSatisfy { !column.found(in: $0).isEmpty }
    }

    /// The findings for the versions that `scripts/bootstrap bench` installs.
    package static let all: [Finding] = []
}
