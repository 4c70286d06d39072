import FoundationEssentials
import PortScanner

/// Files in recog's XML that the user names.
enum RecogFile {
    /// The most octets of a file.
    private static let limit = 16 << 20

    static func load(_ paths: [String]) throws(Failure) -> [RecogRules] {
        var rules: [RecogRules] = []
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path), data.count <= limit else {
                throw Failure(.noInput, "cannot read \(path)")
            }
            do throws(ReportError) {
                let read = try RecogRules(Array(data))
                if read.skipped > 0 {
                    Stream.standardError.write(
                        "apus: \(path): \(read.skipped) patterns are not understood, and left out\n")
                }
                rules.append(read)
            } catch { throw Failure(.noInput, "\(path): \(error)") }
        }
        return rules
    }
}
