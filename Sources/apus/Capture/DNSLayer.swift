import Settings
import Wire

/// Shows DNS messages.
enum DNSLayer {
    static func layer(_ message: DNSMessage) -> DecodedLayer {
        let header = message.header
        let isResponse = header.flags.contains(.response)
        let questions = message.questions.map { "\(name($0.type)) \($0.name)" }
        let sections = [message.answers, message.authorities, message.additional].map { records in
            records.filter { $0.data.type != .options }
        }
        let answers = sections[0].map(text)
        var line = "\(isResponse ? "response" : "query") \(header.identifier)"
        if header.operation != 0 { line += ", opcode \(header.operation)" }
        if !questions.isEmpty { line += ", " + questions.joined(separator: ", ") }
        if isResponse {
            if header.responseCode != 0 { line += ", \(name(ofCode: header.responseCode))" }
            if header.flags.contains(.truncated) { line += ", truncated" }
            line += ": " + (answers.isEmpty ? "no answer" : answers.prefix(4).joined(separator: ", "))
            if answers.count > 4 { line += " and \(answers.count - 4) more" }
        } else if !answers.isEmpty {
            // Multicast DNS asks with the answers that it knows already (RFC 6762, 7.1).
            line += ", knows " + (answers.count > 4 ? "\(answers.count) answers" : answers.joined(separator: ", "))
        }
        var layer = DecodedLayer(
            .message, "DNS", line,
            fields: [
                ("identifier", .integer(Int(header.identifier))), ("response", .boolean(isResponse)),
                ("responseCode", .integer(Int(header.responseCode))),
                ("questions", .array(questions.map { .string($0) })),
                ("answers", .array(message.answers.map(json))),
            ])
        for (title, records) in zip(["answer", "authority", "additional"], sections) {
            layer.details += records.map { "\(title) \($0.name), \(text($0)), for \($0.TTL) s" }
        }
        return layer
    }

    private static func json(_ record: DNSRecord) -> JSON {
        .object([
            ("name", .string("\(record.name)")), ("type", .string(name(record.data.type))),
            ("TTL", .integer(Int(record.TTL))), ("data", .string(text(record))),
        ])
    }

    /// Type and data, as zone files write them.
    private static func text(_ record: DNSRecord) -> String {
        let type = name(record.data.type)
        switch record.data {
        case .address(let address): return "\(type) \(address)"
        case .address6(let address): return "\(type) \(address)"
        case .nameServer(let name), .canonicalName(let name), .pointer(let name): return "\(type) \(name)"
        case .text(let strings):
            return "\(type) " + strings.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }.joined(separator: " ")
        case .service(let service):
            return "\(type) \(service.target):\(service.port), priority \(service.priority), weight \(service.weight)"
        case .startOfAuthority(let start):
            return "\(type) \(start.server) \(start.mailbox) serial \(start.serial)"
        case .options: return type
        case .other(let number, let octets):
            // Of MX the preference; its name may point into the rest of the message.
            if number.rawValue == 15, octets.count > 2 {
                return "\(type), preference \(octets.span.octets.uint16(at: 0))"
            }
            return "\(type), \(octets.count.counted("octet"))"
        }
    }

    /// A type as zone files write it (IANA, "Resource Record (RR) TYPEs").
    private static func name(_ type: DNSRecordType) -> String {
        let names: [UInt16: String] = [
            1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV",
            35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 50: "NSEC3",
            52: "TLSA", 64: "SVCB", 65: "HTTPS", 251: "IXFR", 252: "AXFR", 255: "ANY", 257: "CAA",
        ]
        return names[type.rawValue] ?? "type \(type.rawValue)"
    }

    /// A response code as RFC 1035 and RFC 2136 name it.
    private static func name(ofCode code: UInt8) -> String {
        let names = [
            "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
            "NOTAUTH", "NOTZONE",
        ]
        return names.indices.contains(Int(code)) ? names[Int(code)] : "response code \(code)"
    }
}
