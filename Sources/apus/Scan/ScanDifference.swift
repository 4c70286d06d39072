import FoundationEssentials
import PortScanner

/// What changed since an earlier scan, whose report in JSON lines the user names (`--diff`).
struct ScanDifference {
    private let path: String
    private let old: [UInt8]
    private var new: [UInt8] = []
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

    mutating func add(_ hosts: [HostResult]) {
        for host in hosts { new += Array(writer.add(host).utf8) }
    }

    /// Prints the changes; throws if there are any, for the exit code.
    func conclude() throws {
        // Without a single host there is nothing to read, and every host of before is gone.
        let now = new.isEmpty ? Array("{\"type\":\"summary\"}\n".utf8) : new
        let difference: ReportDifference
        do throws(ReportError) { difference = try ReportDifference(from: old, to: now) } catch {
            throw Failure(.noInput, "\(path): \(error)")
        }
        Stream.standardOutput.write(difference.text)
        if !difference.changes.isEmpty {
            throw Failure(
                .different,
                "\(difference.changes.count) \(difference.changes.count == 1 ? "change" : "changes") since \(path)")
        }
    }
}
