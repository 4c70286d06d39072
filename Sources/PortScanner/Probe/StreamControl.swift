import Wire

/// As much of SCTP as a scan speaks: an INIT, and what may answer it (RFC 9260).
enum StreamControl {
    /// A packet with one INIT chunk.
    static func initiation(port: UInt16, _ fields: Cookie.Fields) -> [UInt8] {
        var packet = [UInt8](capacity: 32) {
            $0.append(uint16: fields.sourcePort)
            $0.append(uint16: port)
            // The tag is 0 in the packet of an INIT (8.5.1), and the sum is taken with 0 in its place.
            $0.append(uint32: 0)
            $0.append(uint32: 0)
            // INIT, flags, length; then our tag, window, streams out and in, and the first number.
            $0.append(uint32: 0x0100_0014)
            $0.append(uint32: tag(fields))
            $0.append(uint32: 32768)
            $0.append(uint32: 10 << 16 | 2048)
            $0.append(uint32: fields.acknowledgment)
        }
        let sum = checksum(packet)
        for place in 0..<4 { packet[8 + place] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * place)) }
        return packet
    }

    /// Our tag, which every answer carries; it is never 0.
    static func tag(_ fields: Cookie.Fields) -> UInt32 { fields.sequence | 1 }

    /// CRC32c (RFC 9260, appendix A), bit by bit.
    static func checksum(_ octets: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for octet in octets {
            sum ^= UInt32(octet)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~sum
    }
}
