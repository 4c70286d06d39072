import Foundation

/// Another program that reads messages, run over a capture file.
///
/// For each packet it gives fields by their names in tshark, each with all of its values in their order.
enum PeerReader {
    typealias Fields = [String: [String]]

    /// Between a field's values; no text in the generated messages has it.
    private static let separator: Character = "|"

    /// tshark, whatever the checksums.
    static func tshark(_ capture: URL, fields: [String]) throws -> [Fields] {
        let arguments =
            ["-r", capture.path, "-n", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\(separator)"]
            + fields.flatMap { ["-e", $0] }
        return try run("tshark", arguments).map { line in
            var found: Fields = [:]
            for (name, value) in zip(fields, line.split(separator: "\t", omittingEmptySubsequences: false))
            where !value.isEmpty {
                found[name] = value.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
            }
            return found
        }
    }

    /// scapy, by a script of ours that names fields as tshark does.
    static func scapy(_ capture: URL, protocol name: String) throws -> [Fields] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Support/scapy-fields.py")
        return try run("/usr/bin/python3", [script.path, capture.path, name]).map { line in
            var found: Fields = [:]
            for part in line.split(separator: "\t") {
                guard let equals = part.firstIndex(of: "=") else { continue }
                found[String(part[..<equals])] = part[part.index(after: equals)...]
                    .split(separator: separator, omittingEmptySubsequences: false).map(String.init)
            }
            return found
        }
    }

    /// CI has both, and fails where they are missing.
    private static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    static let hasTshark = isCI || (try? run("tshark", ["--version"]))?.isEmpty == false
    static let hasScapy =
        isCI
        || (try? run("/usr/bin/python3", ["-c", "import scapy; print(scapy.VERSION)"]))?.isEmpty == false

    /// Writes IP packets as a capture file of tcpdump's format, little-endian, of the link type for bare IP.
    static func write(_ packets: [[UInt8]], to file: URL) throws {
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        var octets = little(0xA1B2_C3D4) + little(0x0004_0002) + little(0) + little(0) + little(65535) + little(101)
        for (index, packet) in packets.enumerated() {
            octets += little(UInt32(index)) + little(0) + little(UInt32(packet.count)) + little(UInt32(packet.count))
            octets += packet
        }
        try Data(octets).write(to: file)
    }

    /// The lines that a program prints.
    private static func run(_ program: String, _ arguments: [String]) throws -> [Substring] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }
}
