import Testing
import Wire

/// Octets from hexadecimal digits; blanks and line ends between them count for nothing.
func octets(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    precondition(digits.count % 2 == 0, "octets have two digits each")
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// What `write` appends.
func written(capacity: Int = 2048, _ write: (inout OutputSpan<UInt8>) -> Void) -> [UInt8] {
    [UInt8](capacity: capacity, initializingWith: write)
}

/// A type of the wire as the tests see it: one reader, one writer.
protocol Codec: Equatable, Sendable {
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

/// Reads all of `octets` as one value.
func read<Value: Codec>(_ type: Value.Type, _ octets: [UInt8], leaving left: Int = 0) throws -> Value {
    var rest = octets.span.octets
    let value = try Value(reading: &rest)
    try #require(rest.byteCount == left)
    return value
}

/// What is thrown when `octets` are read.
func refusal<Value: Codec>(_ type: Value.Type, _ octets: [UInt8]) -> WireError? {
    var rest = octets.span.octets
    do throws(WireError) {
        _ = try Value(reading: &rest)
        return nil
    } catch {
        return error
    }
}

// An argument that may not escape cannot be in the condition of an expectation, so arrays stand in for spans.

extension UDPHeader {
    func isChecksumValid(pseudoHeader: Checksum, payload: [UInt8]) -> Bool {
        isChecksumValid(pseudoHeader: pseudoHeader, payload: payload.span.octets)
    }
}

extension TCPHeader {
    func isChecksumValid(pseudoHeader: Checksum, payload: [UInt8]) -> Bool {
        isChecksumValid(pseudoHeader: pseudoHeader, payload: payload.span.octets)
    }
}

extension ICMPv4Header {
    func isChecksumValid(payload: [UInt8]) -> Bool { isChecksumValid(payload: payload.span.octets) }
}

extension ICMPv6Header {
    func isChecksumValid(source: IPv6Address, destination: IPv6Address, payload: [UInt8]) -> Bool {
        isChecksumValid(source: source, destination: destination, payload: payload.span.octets)
    }
}
