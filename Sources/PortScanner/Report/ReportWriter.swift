/// A report that is written while the scan goes on: a head, hosts as they are done, and a foot.
///
/// What has been written is always a prefix of a valid report, and `finish` makes it whole whatever happened before.
public protocol ReportWriter: Sendable {
    /// The text that comes first.
    mutating func begin(_ description: ScanDescription) -> String

    /// The text for a host.
    mutating func add(_ host: HostResult) -> String

    /// The text that comes last.
    mutating func finish(_ summary: ScanSummary) -> String
}

/// The forms of reports.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// For people (`-oN`).
    case normal
    /// nmap's XML (`-oX`).
    case xml
    /// A line for each host (`-oG`).
    case grepable
    /// JSON, a document on each line (`-oJ`).
    case json
    /// Comma-separated values, a line for each port (`-oC`).
    case csv

    /// A writer of this form; `stylesheet` is for XML.
    public func makeWriter() -> any ReportWriter {
        switch self {
        case .normal: NormalReport()
        case .xml: XMLReport()
        case .grepable: GrepableReport()
        case .json: JSONReport()
        case .csv: CSVReport()
        }
    }
}
