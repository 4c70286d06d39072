import Foundation

/// The octets of a file under Tests/Vectors, whose lines that begin with a number sign tell where they are from.
func vector(_ name: String, file: String = #filePath) throws -> [UInt8] {
    let tests = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: tests.appending(path: "Vectors/\(name).hex"), encoding: .utf8)
    return octets(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: " "))
}

/// `original` with a few octets changed, put in, or taken out.
func mutated(_ original: [UInt8], with random: inout SeededRandom) -> [UInt8] {
    var octets = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0...octets.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where index < octets.count: octets.remove(at: index)
        case 1: octets.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case 2 where index < octets.count: octets[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        default:
            if index < octets.count { octets[index] = UInt8.random(in: 0...255, using: &random) }
        }
    }
    return octets
}
