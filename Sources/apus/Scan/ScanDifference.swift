import FoundationEssentials
import PortScanner

/// What changed since an earlier scan, whose report in JSON lines the user names (`--diff`).
struct ScanDifference {
    private let path: String
    private let old: [UInt8]
    /// What was found this time, in JSON lines.
    private(set) var new: [UInt8] = []
    private var writer = JSONReport()

    /// Reads the old report before anything is scanned.
    init(_ path: String) throws(Failure) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "cannot read \(path)")
        }
        (self.path, old) = (path, Array(data))
        // A file that is no report is found out now, not after the scan.
        do throws(ReportError) { _ = try ReportDifference(from: old, to: old) } catch {
            throw Failure(.noInput, "\(path): \(error)")
        }
    }

    /// Takes what a scan before found in the place of a file; nil if there was none.
    init(since old: [UInt8]?) {
        (path, self.old) = ("the scan before", old.map { $0.isEmpty ? Self.nothing : $0 } ?? Self.nothing)
    }

    /// Without a single host there is nothing to read, and every host of before is gone.
    private static let nothing = Array("{\"type\":\"summary\"}\n".utf8)

    mutating func add(_ hosts: [HostResult]) {
        for host in hosts { new += Array(writer.add(host).utf8) }
    }

    /// What changed.
    func difference() throws(Failure) -> ReportDifference {
        do throws(ReportError) {
            return try ReportDifference(from: old, to: new.isEmpty ? Self.nothing : new)
        } catch {
            throw Failure(.noInput, "\(path): \(error)")
        }
    }

    /// Prints the changes; throws if there are any, for the exit code.
    func conclude() throws {
        let difference = try difference()
        Stream.standardOutput.write(difference.text)
        if !difference.changes.isEmpty {
            throw Failure(
                .different,
                "\(difference.changes.count) \(difference.changes.count == 1 ? "change" : "changes") since \(path)")
        }
    }
}
