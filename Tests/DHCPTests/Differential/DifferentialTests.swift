import Foundation
import Testing
import Wire

/// Our reading of thousands of messages beside that of others, field by field.
///
/// Not compared with tshark, and why:
///
/// - The values of DHCPv4 options over 255 octets: it does not put pieces together.
/// - Names in DHCP options: it shows some with a dot at their end, and some as several texts. They are tested by octets.
/// - The bits behind a delegated prefix, which we clear: its address is not compared, its length is.
/// - The IAID of temporary addresses, seconds whose low octet is zero: see `FieldList`.
/// - The destination of a redirect and nonces, for which it has no field of their own.
/// - Text with escapes or control characters: it has octal ones, and ends at a zero.
///
/// Messages that tshark calls malformed are passed over if we read them: it looks into options that we keep as octets. Of
/// changed messages, a field is compared if both have as many values of it: one may refuse an option, or a whole
/// message, that the other shows in part.
///
/// With scapy, only what its classes have by one name each: headers, and the types of options and records.
@Suite("Differential", .serialized)
struct DifferentialTests {
    private static let count = 1500

    private static let fields: [MessageGenerator.Format: [String]] = [
        .dhcpv4: [
            "type", "hw.type", "hw.len", "hops", "id", "secs", "flags", "ip.client", "ip.your", "ip.server", "ip.relay",
            "hw.mac_addr", "option.type", "option.value", "option.dhcp", "option.subnet_mask",
            "option.router", "option.domain_name_server", "option.ip_address_lease_time", "option.renewal_time_value",
            "option.rebinding_time_value", "option.requested_ip_address", "option.dhcp_server_id",
            "option.dhcp_max_message_size", "option.interface_mtu", "option.request_list_item",
            "option.client_system_architecture", "fqdn.flags",
        ].map { "dhcp.\($0)" },
        .dhcpv6: [
            "msgtype", "xid", "hopcount", "linkaddr", "peeraddr", "duid.bytes", "iaid", "iaid.t1", "iaid.t2",
            "iaaddr.ip", "iaaddr.pref_lifetime", "iaaddr.valid_lifetime", "iaprefix.pref_len",
            "iaprefix.pref_lifetime", "iaprefix.valid_lifetime", "dns_server", "status_code", "elapsed_time",
        ].map { "dhcpv6.\($0)" },
        .neighbor: [
            "type", "nd.ra.cur_hop_limit", "nd.ra.flag", "nd.ra.router_lifetime", "nd.ra.reachable_time",
            "nd.ra.retrans_timer", "nd.ns.target_address", "nd.na.target_address", "nd.na.flag",
            "nd.rd.target_address", "opt.type", "opt.length", "opt.mtu", "opt.prefix.length", "opt.prefix.flag",
            "opt.prefix.valid_lifetime", "opt.prefix.preferred_lifetime", "opt.prefix", "opt.rdnss.lifetime",
            "opt.rdnss", "opt.dnssl.lifetime", "opt.pref64.plc",
        ].map { "icmpv6.\($0)" },
        .dns: [
            "id", "flags", "count.queries", "count.answers", "count.auth_rr", "count.add_rr", "qry.name", "qry.type",
            "resp.name", "resp.type", "resp.ttl", "a", "aaaa", "ns", "cname", "ptr.domain_name", "srv.priority",
            "srv.weight", "srv.port", "srv.target", "soa.mname", "soa.rname", "soa.serial_number",
            "soa.refresh_interval", "soa.retry_interval", "soa.expire_limit", "soa.minimum_ttl", "txt",
        ].map { "dns.\($0)" },
    ]

    @Test(
        .enabled(if: PeerReader.hasTshark, "tshark is not installed"), arguments: MessageGenerator.Format.allCases,
        [false, true])
    func `tshark reads the same`(format: MessageGenerator.Format, isMutated: Bool) throws {
        try compare(format, isMutated: isMutated, least: isMutated ? 5000 : 15_000) { capture in
            try PeerReader.tshark(capture, fields: ["_ws.malformed", "_ws.expert.group"] + (Self.fields[format] ?? []))
                .map(
                    Self.joiningOptions)
        }
    }

    @Test(
        .enabled(if: PeerReader.hasScapy, "scapy is not installed"), arguments: MessageGenerator.Format.allCases)
    func `scapy reads the same`(format: MessageGenerator.Format) throws {
        try compare(format, isMutated: false, isWhole: false, least: 2500) {
            try PeerReader.scapy($0, protocol: format.rawValue)
        }
    }

    /// Puts the pieces of a DHCPv4 option that tshark lists under a name for the option.
    private static func joiningOptions(_ fields: PeerReader.Fields) -> PeerReader.Fields {
        guard let types = fields["dhcp.option.type"] else { return fields }
        var fields = fields
        var values = (fields["dhcp.option.value"] ?? [])[...]
        var joined: [String: String] = [:]
        for type in types where type != "0" && type != "255" {
            guard let value = values.popFirst() else { break }
            joined["option \(type)", default: ""] += value == "<MISSING>" ? "" : value
        }
        for (name, value) in joined { fields[name] = [value] }
        // The client identifier's address and its type have the same names.
        for name in ["dhcp.hw.mac_addr", "dhcp.hw.type"] { fields[name] = fields[name].map { Array($0.prefix(1)) } }
        return fields
    }

    /// Reads generated messages with both, and compares each field that both have.
    ///
    /// Of unchanged messages, the other must have every field that it can name, if `isWhole`.
    private func compare(
        _ format: MessageGenerator.Format, isMutated: Bool, isWhole: Bool = true, least: Int,
        _ read: (URL) throws -> [PeerReader.Fields]
    ) throws {
        var generator = MessageGenerator(seed: isMutated ? 52 : 51)
        let messages = (0..<Self.count).map { _ in
            let message = generator.message(format)
            return isMutated ? mutated(message, with: &generator.random) : message
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "dhcp-\(UUID().uuidString).pcap")
        defer { try? FileManager.default.removeItem(at: file) }
        try PeerReader.write(messages.map { MessageGenerator.packet($0, format) }, to: file)
        let theirs = try read(file)
        try #require(theirs.count == messages.count)
        var (compared, refused, stumbled) = (0, 0, 0)
        var differences: [String] = []
        for (index, message) in messages.enumerated() {
            let ours: FieldList
            do throws(WireError) {
                ours = try FieldList(message, format)
            } catch {
                refused += 1
                if !isMutated { differences.append("\(index): \(error)") }
                continue
            }
            // The group of what is malformed (PI_MALFORMED in its epan/proto.h).
            let groups = theirs[index]["_ws.expert.group"] ?? []
            guard theirs[index]["_ws.malformed"] == nil, !groups.contains("117440512"), !ours.hasRefused else {
                stumbled += 1
                continue
            }
            for (name, values) in ours.fields where values.allSatisfy(isPlain) {
                guard let others = theirs[index][name] else {
                    if !isMutated, isWhole { differences.append("\(index) \(name): \(values), but they have none") }
                    continue
                }
                // Of changed options, one may refuse some that the other shows in part.
                if isMutated, others.count != values.count { continue }
                compared += values.count
                if values.map(normal) != others.map(normal) {
                    differences.append("\(index) \(name): \(values), but they have \(others)")
                }
            }
        }
        let differ = differences.count
        #expect(differ == 0, "\(differences.prefix(20).joined(separator: "\n"))")
        #expect(compared > least)
        #expect(isMutated == (refused > 0))
        #expect(stumbled < Self.count / (isMutated ? 3 : 20))
        if ProcessInfo.processInfo.environment["APUS_VERBOSE"] != nil {
            print(
                "\(format) isMutated: \(isMutated), compared: \(compared), refused: \(refused), stumbled: \(stumbled)")
        }
    }

    /// Whether the text is without escapes and control characters, which it shows in another way.
    private func isPlain(_ value: String) -> Bool {
        value.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) && $0 != "\\" }
    }

    /// A number in decimal, however it was written; an address in our form; else the text.
    private func normal(_ value: String) -> String {
        let digits = value.hasPrefix("0x") ? value.dropFirst(2) : value[...]
        if value.hasPrefix("0x"), let number = UInt64(digits, radix: 16) { return String(number) }
        if let address = IPv6Address(value) { return address.description }
        return UInt64(value).map(String.init) ?? value.lowercased()
    }
}
