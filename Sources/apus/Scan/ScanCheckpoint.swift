import FoundationEssentials
import PortScanner

/// How far a scan is, in a file: a scan with the same command and the same file goes on from there.
///
/// Four lines of text, and behind them what was known of the group that was not done.
struct ScanCheckpoint {
    let path: String
    private static let head = "apus-scan-checkpoint 2"

    /// The place to go on from, and what is known of the targets behind it; nil if there is no file yet.
    ///
    /// A file of another scan, or of anything else, is refused and left alone.
    func read(targets: Int) throws -> (place: Int, memory: ScanMemory)? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "cannot read \(path)")
        }
        let octets = Array(data)
        var lines: [String] = []
        var start = 0
        while lines.count < 4, let end = octets[start...].prefix(256).firstIndex(of: 10) {
            lines.append(String(decoding: octets[start..<end], as: UTF8.self))
            start = end + 1
        }
        guard lines.count == 4, lines[0] == Self.head else {
            let isReport = ["<?xml", "# Apus", "# Nmap", "{\"type\"", "address,"].contains {
                lines.first?.hasPrefix($0) == true
            }
            throw Failure(
                .noInput,
                isReport
                    ? "\(path) is a report: --resume takes a file of its own, beside the reports, which then go on, too"
                    : "\(path) is no checkpoint")
        }
        let words = lines[1...3].map { $0.split(separator: " ") }
        guard words.allSatisfy({ $0.count == 2 }), words.map({ $0[0] }) == ["arguments", "next", "memory"],
            let place = Int(words[1][1]), (0...targets).contains(place),
            Int(words[2][1]) == octets.count - start
        else { throw Failure(.noInput, "\(path) is no checkpoint of this scan") }
        guard words[0][1] == Self.signature else {
            throw Failure(.usage, "\(path) belongs to a scan with other arguments; remove it, or repeat those")
        }
        guard start < octets.count else { return (place, ScanMemory()) }
        guard let memory = ScanMemory(Array(octets[start...])) else {
            throw Failure(.noInput, "\(path) is no checkpoint of this scan")
        }
        return (place, memory)
    }

    /// Notes that everything before `place` is done, and what is known of the rest, at once or not at all.
    func write(_ place: Int, _ memory: ScanMemory = ScanMemory()) throws(Failure) {
        let octets = memory.isEmpty ? [] : memory.octets
        let text = "\(Self.head)\narguments \(Self.signature)\nnext \(place)\nmemory \(octets.count)\n"
        do {
            try Data(Array(text.utf8) + octets).write(to: URL(filePath: path), options: .atomic)
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
