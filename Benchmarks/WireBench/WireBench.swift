import DHCP
import Wire

/// What reading and writing a frame costs, from another module: prints a line `JOB<tab>NANOSECONDS` for each job.
///
/// `wire-bench [FRAMES [NAME=OCTETS]... [only=JOB]]`: how many frames each job takes, ten million if not said, and what some
/// jobs read, in hexadecimal. One round; `Benchmarks/WirePeers/run` repeats it in turn with others.
@main
enum WireBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let frames = arguments.first.flatMap { Int($0) } ?? 10_000_000
        let samples = Samples(arguments.dropFirst())
        let udp = sample(payload: 22)
        let large = [UInt8](repeating: 0xA5, count: 1500)
        measure("seven fields of Ethernet, IPv4 and UDP", frames) { sevenFields(udp.span.octets) }
        measure("the same, by a dissection", frames) { dissect(udp.span.octets) }
        _ = [UInt8](capacity: 42) { output in
            measure("writing the three headers", frames) { write(to: &output) }
        }
        measure("the checksum of 1500 octets", frames / 10) { UInt64(Checksum.of(large.span.octets)) }
        measure("IPv6 text read", frames / 10) { text("2001:db8::8:800:200c:417a") }
        measure("ARP packet", frames, samples["ARP"]) { arp($0) }
        measure("IPv6 header", frames, samples["IPv6"]) { ipv6($0) }
        measure("TCP header and its options", frames, samples["TCP"]) { tcp($0) }
        measure("DHCPv4 message, its type and address", frames / 10, samples["DHCPv4"]) { dhcp($0) }
    }

    /// By the three headers' readers; not inlined, so that the loop cannot keep anything.
    @inline(never)
    static func sevenFields(_ frame: RawSpan) -> UInt64 {
        var rest = frame
        guard let ethernet = try? EthernetHeader(reading: &rest), ethernet.type == .ipv4,
            let ip = try? IPv4Header(reading: &rest), ip.protocol == .udp,
            let udp = try? UDPHeader(reading: &rest)
        else { return 0 }
        let addresses = ethernet.destination.rawValue ^ ethernet.source.rawValue
        let hosts = UInt64(ip.source.rawValue) ^ UInt64(ip.destination.rawValue)
        let ports = UInt64(udp.source.rawValue) ^ UInt64(udp.destination.rawValue)
        return addresses ^ hosts ^ ports ^ UInt64(ethernet.type.rawValue)
    }

    @inline(never)
    static func dissect(_ octets: RawSpan) -> UInt64 {
        let frame = Dissection(octets)
        guard let ethernet = frame.ethernet, let ip = frame.ipv4, case .udp(let udp)? = frame.transport else {
            return 0
        }
        let addresses = ethernet.destination.rawValue ^ ethernet.source.rawValue
        let hosts = UInt64(ip.source.rawValue) ^ UInt64(ip.destination.rawValue)
        let ports = UInt64(udp.source.rawValue) ^ UInt64(udp.destination.rawValue)
        return addresses ^ hosts ^ ports ^ UInt64(ethernet.type.rawValue)
    }

    /// Into memory that is there already, checksum included.
    @inline(never)
    static func write(to output: inout OutputSpan<UInt8>) -> UInt64 {
        output.removeAll()
        EthernetHeader(destination: .broadcast, source: .zero, type: .ipv4).write(to: &output)
        let ip = IPv4Header(
            source: IPv4Address(192, 0, 2, 1), destination: IPv4Address(192, 0, 2, 2), protocol: .udp, payloadLength: 8)
        ip.write(to: &output)
        UDPHeader(source: 1000, destination: 53, payloadLength: 0).write(to: &output)
        return UInt64(output[41])
    }

    @inline(never)
    static func text(_ text: String) -> UInt64 {
        UInt64(truncatingIfNeeded: IPv6Address(text)?.rawValue ?? 0)
    }

    /// A frame of 42 octets of headers and a payload.
    static func sample(payload: Int) -> [UInt8] {
        [UInt8](capacity: 42 + payload) { output in
            EthernetHeader(
                destination: MACAddress(0, 0, 0x5E, 0, 0x53, 1), source: MACAddress(0, 0, 0x5E, 0, 0x53, 2), type: .ipv4
            ).write(to: &output)
            IPv4Header(
                source: IPv4Address(192, 0, 2, 1), destination: IPv4Address(192, 0, 2, 2), protocol: .udp,
                payloadLength: 8 + payload
            ).write(to: &output)
            UDPHeader(source: 1000, destination: 9, payloadLength: payload).write(to: &output)
            for _ in 0..<payload { output.append(0) }
        }
    }

    /// Measures a job that reads a sample, if there is one.
    static func measure(_ job: String, _ count: Int, _ sample: [UInt8]?, _ work: (RawSpan) -> UInt64) {
        guard let sample else { return }
        measure(job, count) { work(sample.span.octets) }
    }

    static func measure(_ job: String, _ count: Int, _ work: () -> UInt64) {
        if let only = Samples.only, only != job { return }
        var sum: UInt64 = 0
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count { sum &+= work() }
        let spent = start.duration(to: clock.now)
        precondition(sum != 1, "the sum is used, so that the work is done")
        let nanoseconds = Double(spent.components.seconds) * 1e9 + Double(spent.components.attoseconds) / 1e9
        let tenths = Int(nanoseconds / Double(max(count, 1)) * 10 + 0.5)
        print("\(job)\t\(tenths / 10).\(tenths % 10)")
    }
}
