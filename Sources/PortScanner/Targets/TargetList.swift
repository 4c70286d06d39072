/// Reads target lists: the words of a command line, or of a file (`-iL`, `--excludefile`).
public enum TargetList {
    /// The most octets that a file of targets may have.
    public static let maximumSize = 64 << 20

    /// Reads words; every mistake is thrown with its place.
    public static func read(
        words: [String], zone: (String) -> UInt32? = { UInt32($0) }
    ) throws(SpecificationError) -> [TargetSpecification] {
        var found: [TargetSpecification] = []
        for word in words { found.append(try TargetSpecification(word, zone: zone)) }
        return found
    }

    /// Reads a file's text: words apart by white space; `#` begins a comment.
    public static func read(
        text: String, name: String, zone: (String) -> UInt32? = { UInt32($0) }
    ) throws(SpecificationError) -> [TargetSpecification] {
        var found: [TargetSpecification] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }
            for word in content.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }) {
                do throws(SpecificationError) {
                    found.append(try TargetSpecification(String(word), zone: zone))
                } catch {
                    let column = line.utf8.distance(from: line.startIndex, to: word.startIndex)
                    var placed = SpecificationError(error.message, in: error.text, at: column + error.offset)
                    placed.origin = "\(name):\(number + 1)"
                    throw placed
                }
            }
        }
        return found
    }
}
