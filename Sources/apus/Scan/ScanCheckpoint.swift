import FoundationEssentials

/// How far a scan is, in a file: a scan with the same command and the same file goes on from there.
struct ScanCheckpoint {
    let path: String
    private static let head = "apus-scan-checkpoint 1"

    /// The place to go on from; nil if there is no file yet.
    ///
    /// A file of another scan, or of anything else, is refused and left alone.
    func read(targets: Int) throws -> Int? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count < 4096 else {
            throw Failure(.noInput, "\(path) is no checkpoint")
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        let words = lines.count == 3 ? lines[1...2].map { $0.split(separator: " ") } : []
        guard words.count == 2, lines[0] == Self.head, words[0].count == 2, words[0][0] == "arguments",
            words[1].count == 2, words[1][0] == "next", let place = Int(words[1][1]), (0...targets).contains(place)
        else { throw Failure(.noInput, "\(path) is no checkpoint of this scan") }
        guard words[0][1] == Self.signature else {
            throw Failure(.usage, "\(path) belongs to a scan with other arguments; remove it, or repeat those")
        }
        return place
    }

    /// Notes that everything before `place` is done, at once or not at all.
    func write(_ place: Int) throws {
        let text = "\(Self.head)\narguments \(Self.signature)\nnext \(place)\n"
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch { throw Failure(.cannotCreate, "cannot write \(path): \(error)") }
    }

    /// The scan is complete.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// What tells this command line from others: FNV-1a over its words.
    private static var signature: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in CommandLine.arguments.dropFirst() {
            for octet in Array(word.utf8) + [0] { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
        }
        return String(hash, radix: 16)
    }
}
