import Foundation
import Testing
import Wire

/// Our reading of thousands of frames beside that of others, field by field.
@Suite("Differential")
struct DifferentialTests {
    /// Fields that are compared with neither, and why.
    ///
    /// - `llc.control`, the SNAP type: tshark shows parts of the first and files the second under the protocol inside.
    /// - Extension headers but the fragment's: tshark names each kind's fields differently; where the transport header
    ///   begins behind them is compared by its ports.
    /// - The IPv4 and IPv6 options: read in each our own way; their bounds are tested by known octets.
    /// - `checksum.status` with scapy, which verifies nothing; tshark does.
    /// - Reserved bits, which are passed over by one or the other.
    private static let count = 4000

    private static let fields = [
        "eth.dst", "eth.src", "eth.type", "eth.len", "vlan.id", "vlan.priority", "vlan.dei", "ieee8021ad.id",
        "ieee8021ad.priority", "ieee8021ad.dei", "llc.dsap", "llc.ssap", "llc.oui", "arp.opcode", "arp.src.hw_mac",
        "arp.src.proto_ipv4", "arp.dst.hw_mac", "arp.dst.proto_ipv4", "ip.hdr_len", "ip.dsfield", "ip.len", "ip.id",
        "ip.flags", "ip.frag_offset", "ip.ttl", "ip.proto", "ip.checksum", "ip.checksum.status", "ip.src", "ip.dst",
        "ipv6.tclass", "ipv6.flow", "ipv6.plen", "ipv6.nxt", "ipv6.hlim", "ipv6.src", "ipv6.dst", "ipv6.fraghdr.nxt",
        "ipv6.fraghdr.offset", "ipv6.fraghdr.more", "ipv6.fraghdr.ident", "udp.srcport", "udp.dstport", "udp.length",
        "udp.checksum", "udp.checksum.status", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw",
        "tcp.hdr_len", "tcp.flags", "tcp.window_size_value", "tcp.checksum", "tcp.checksum.status",
        "tcp.urgent_pointer", "tcp.options.mss_val", "tcp.options.wscale.shift", "tcp.options.timestamp.tsval",
        "tcp.options.timestamp.tsecr", "tcp.options.sack_le", "tcp.options.sack_re", "icmp.type", "icmp.code",
        "icmp.checksum", "icmp.checksum.status", "icmp.ident", "icmp.seq", "icmpv6.type", "icmpv6.code",
        "icmpv6.checksum", "icmpv6.checksum.status", "icmpv6.echo.identifier", "icmpv6.echo.sequence_number",
    ]

    @Test(.enabled(if: PeerReader.hasTshark, "tshark is not installed"), arguments: [false, true])
    func `tshark reads the same`(mutated: Bool) throws {
        try compare(mutated: mutated, least: mutated ? 55000 : 75000) { try PeerReader.tshark($0, fields: Self.fields) }
    }

    @Test(.enabled(if: PeerReader.hasScapy, "scapy is not installed"), arguments: [false, true])
    func `scapy reads the same`(mutated: Bool) throws {
        try compare(mutated: mutated, verifies: false, least: mutated ? 50000 : 70000, PeerReader.scapy)
    }

    private func compare(mutated: Bool, verifies: Bool = true, least: Int, _ read: (URL) throws -> [[String: String]])
        throws
    {
        var generator = PacketGenerator(seed: mutated ? 8 : 7)
        let frames = (0..<Self.count).map { _ in mutated ? generator.mutatedFrame() : generator.frame() }
        let file = FileManager.default.temporaryDirectory.appending(path: "wire-\(UUID().uuidString).pcap")
        defer { try? FileManager.default.removeItem(at: file) }
        try PeerReader.write(frames, to: file)
        let theirs = try read(file)
        try #require(theirs.count == frames.count)
        var compared = 0
        var differences: [String] = []
        for (index, frame) in frames.enumerated() {
            let ours = FieldList(frame)
            if !mutated { #expect(ours.frame.error == nil) }
            // tshark 4.0 takes the length behind a lone service tag for a type, and shows the rest as data.
            if ours.frame.llc != nil, ours.frame.ethernet?.outerTag?.type == .serviceVLAN,
                ours.frame.ethernet?.innerTag == nil
            {
                continue
            }
            for (name, value) in ours.fields {
                guard let other = theirs[index][name] else {
                    if !mutated, verifies || !name.hasSuffix("checksum.status") {
                        differences.append("\(index) \(name): \(value), but they have none")
                    }
                    continue
                }
                compared += 1
                if normal(value) != normal(other) {
                    differences.append("\(index) \(name): \(value), but they have \(other)")
                }
            }
        }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(20).joined(separator: "\n"))")
        #expect(compared > least)
    }

    /// A number in decimal, however it was written; else the text.
    private func normal(_ value: String) -> String {
        if value.hasPrefix("0x"), let number = UInt64(value.dropFirst(2), radix: 16) { return String(number) }
        if value == "True" { return "1" }
        if value == "False" { return "0" }
        return UInt64(value).map(String.init) ?? value
    }
}
