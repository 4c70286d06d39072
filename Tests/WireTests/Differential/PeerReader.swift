import Foundation

/// Another program that reads frames, run over a capture file.
struct PeerReader {
    /// tshark, with nothing reassembled and every checksum verified.
    static func tshark(_ capture: URL, fields: [String]) throws -> [[String: String]] {
        let preferences = [
            "ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.check_checksum:TRUE", "udp.check_checksum:TRUE",
            "tcp.check_checksum:TRUE", "tcp.desegment_tcp_streams:FALSE", "tcp.analyze_sequence_numbers:FALSE",
            "eth.assume_padding:TRUE", "ip.tso_support:FALSE",
        ]
        let arguments =
            ["-r", capture.path, "-n", "-T", "fields", "-E", "occurrence=f"]
            + preferences.prefix(7).flatMap { ["-o", $0] } + fields.flatMap { ["-e", $0] }
        return try run("tshark", arguments).map { line in
            var found: [String: String] = [:]
            for (name, value) in zip(fields, line.split(separator: "\t", omittingEmptySubsequences: false))
            where !value.isEmpty {
                found[name] = String(value)
            }
            return found
        }
    }

    /// scapy, by a script of ours that names fields as tshark does.
    static func scapy(_ capture: URL) throws -> [[String: String]] {
        let script = folder.appending(path: "Tests/Vectors/wire/scapy-fields.py")
        return try run("/usr/bin/python3", [script.path, capture.path]).map { line in
            var found: [String: String] = [:]
            for part in line.split(separator: "\t") {
                guard let separator = part.firstIndex(of: "=") else { continue }
                found[String(part[..<separator])] = String(part[part.index(after: separator)...])
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

    /// Writes `frames` as a capture file of tcpdump's format, little-endian, with microseconds.
    static func write(_ frames: [[UInt8]], to file: URL) throws {
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        var octets = little(0xA1B2_C3D4) + little(0x0004_0002) + little(0) + little(0) + little(65535) + little(1)
        for (index, frame) in frames.enumerated() {
            octets += little(UInt32(index)) + little(0) + little(UInt32(frame.count)) + little(UInt32(frame.count))
            octets += frame
        }
        try Data(octets).write(to: file)
    }

    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

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
