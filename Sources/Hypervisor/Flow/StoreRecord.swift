import FoundationEssentials

/// A record of a file that only grows: a line with its size and checksum, then its octets and a line break.
package enum StoreRecord {
    /// The most octets of a file.
    static let limit = 1 << 30

    /// A record's octets in the file.
    package static func octets(_ text: String) -> [UInt8] {
        let body = Array(text.utf8)
        let sum = String(checksum(body[...]), radix: 16)
        return Array("record \(body.count) \(sum)\n".utf8) + body + [0x0A]
    }

    /// A file's records, and how many octets of a last, cut one were dropped.
    ///
    /// Anything wrong before the last record is an error: it was acknowledged, and is damaged.
    static func read(_ path: String) throws(HypervisorError) -> (texts: [String], dropped: Int) {
        let octets: [UInt8]
        do {
            octets = [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw HypervisorError("read \(path)", "\(error)")
        }
        guard octets.count <= limit else { throw HypervisorError("read \(path)", "it has more than \(limit) octets") }
        return try parse(octets, path)
    }

    package static func parse(_ octets: [UInt8], _ path: String) throws(HypervisorError) -> (
        texts: [String], dropped: Int
    ) {
        var texts: [String] = []
        var start = 0
        while start < octets.count {
            func damaged(_ why: String) -> HypervisorError {
                HypervisorError("read \(path)", "it is damaged at octet \(start): \(why); see the manual, 'Recovery'")
            }
            // A head has at most this many octets.
            guard let line = octets[start..<min(start + 64, octets.count)].firstIndex(of: 0x0A) else {
                guard octets.count - start < 64 else { throw damaged("there is no record") }
                return (texts, octets.count - start)
            }
            let words = String(decoding: octets[start..<line], as: UTF8.self).split(separator: " ")
            guard words.count == 3, words[0] == "record", let size = Int(words[1]),
                let sum = UInt32(words[2], radix: 16),
                size >= 0, size <= limit
            else { throw damaged("there is no record") }
            let end = line + 1 + size
            guard end < octets.count else { return (texts, octets.count - start) }
            guard octets[end] == 0x0A, checksum(octets[(line + 1)..<end]) == sum else {
                // Blocks of a last record may have come to the disk in any order.
                guard end + 1 == octets.count else { throw damaged("the checksum differs") }
                return (texts, octets.count - start)
            }
            texts.append(String(decoding: octets[(line + 1)..<end], as: UTF8.self))
            start = end + 1
        }
        return (texts, 0)
    }

    /// CRC-32 (ISO-HDLC: reflected, polynomial 0x04C11DB7), as Ethernet and zip have it.
    static func checksum(_ octets: ArraySlice<UInt8>) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for octet in octets { sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ octet)] ^ (sum >> 8) }
        return ~sum
    }

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        return value
    }
}
