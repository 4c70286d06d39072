import Wire

/// A type of the wire: one reader, one writer.
protocol Codec: Equatable {
    init(reading octets: inout RawSpan) throws(WireError)
    func write(to octets: inout OutputSpan<UInt8>)
}

extension MACAddress: Codec {}
extension IPv4Address: Codec {}
extension IPv6Address: Codec {}
extension VLANTag: Codec {}
extension EthernetHeader: Codec {}
extension LLCHeader: Codec {}
extension SNAPHeader: Codec {}
extension ARPPacket: Codec {}
extension IPv4Header: Codec {}
extension IPv6Header: Codec {}
extension IPv6FragmentHeader: Codec {}
extension ICMPv4Header: Codec {}
extension ICMPv6Header: Codec {}
extension UDPHeader: Codec {}
extension TCPHeader: Codec {}

/// Reads a value, writes it, and compares the octets but for those bits that are `reserved` in them.
func passThrough<Value: Codec>(_ type: Value.Type, _ octets: [UInt8], reserved: [Int: UInt8] = [:]) {
    var rest = octets.span.octets
    let value: Value
    do throws(WireError) {
        value = try Value(reading: &rest)
    } catch {
        if case .truncated(_, let needed, let available) = error {
            precondition(needed > available && available <= octets.count, "what is cut short needs more than there is")
        }
        return
    }
    var expected = Array(octets.prefix(octets.count - rest.byteCount))
    for (offset, mask) in reserved { expected[offset] &= ~mask }
    let written = [UInt8](capacity: 128, initializingWith: value.write)
    precondition(written == expected, "what was read is written as it came")
    precondition(whole(type, written) == value, "what was written reads as what it was")
}

/// Reads all of `octets` as one value; nil if they are refused, or if some are left.
private func whole<Value: Codec>(_ type: Value.Type, _ octets: [UInt8]) -> Value? {
    var rest = octets.span.octets
    guard let value = try? Value(reading: &rest) else { return nil }
    return rest.byteCount == 0 ? value : nil
}
