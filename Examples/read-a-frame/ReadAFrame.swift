import Wire

/// Prints who talks to whom in a frame.
///
/// Its octets are the arguments, in hexadecimal: `read-a-frame 00005e005301…`
@main
enum ReadAFrame {
    static func main() {
        let digits = CommandLine.arguments.dropFirst().joined().compactMap(\.hexDigitValue)
        let octets = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        let frame = Dissection(octets.span.octets)
        if let ethernet = frame.ethernet { print("from \(ethernet.source) to \(ethernet.destination)") }
        if let ip = frame.ipv4 { print("IPv4 from \(ip.source) to \(ip.destination)") }
        if let ip = frame.ipv6 { print("IPv6 from \(ip.source) to \(ip.destination)") }
        if case .udp(let udp)? = frame.transport { print("UDP to port \(udp.destination)") }
        if case .tcp(let tcp)? = frame.transport {
            print("TCP to port \(tcp.destination), sequence \(tcp.sequenceNumber)")
        }
        print("\(frame.payload.count) octets of payload")
        if let error = frame.error, let offset = frame.errorOffset { print("at octet \(offset): \(error)") }
    }
}
