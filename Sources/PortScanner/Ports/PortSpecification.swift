/// Reads nmap's syntax of ports: `22`, `1-1024`, `-`, `U:53,T:21-25,S:9`, `http*`, `[-1024]`.
public struct PortSpecification: Sendable {
    /// What a list is read for: the protocols that a part without `T:`, `U:`, `S:` or `P:` is of.
    public let protocols: Set<ProbeProtocol>

    public init(for protocols: Set<ProbeProtocol> = [.tcp]) { self.protocols = protocols }

    /// Reads a list.
    public func read(_ text: String) throws(SpecificationError) -> PortSelection {
        var reader = Reader(text: text, octets: Array(text.utf8), current: protocols, all: protocols)
        try reader.list(until: nil)
        return PortSelection(
            tcp: reader.set(.tcp), udp: reader.set(.udp), sctp: reader.set(.sctp), ip: reader.set(.ip))
    }

    private struct Reader {
        let text: String
        let octets: [UInt8]
        var current: Set<ProbeProtocol>
        let all: Set<ProbeProtocol>
        var offset = 0
        var found: [ProbeProtocol: [UInt16]] = [:]

        func set(_ protocol: ProbeProtocol) -> PortSet { PortSet(found[`protocol`] ?? []) }

        func failure(_ message: String, at place: Int? = nil) -> SpecificationError {
            SpecificationError(message, in: text, at: place ?? offset)
        }

        var next: UInt8? { offset < octets.count ? octets[offset] : nil }

        mutating func skipSpace() {
            while next == 0x20 { offset += 1 }
        }

        /// Elements apart by commas, up to `]` or the end.
        mutating func list(until end: UInt8?) throws(SpecificationError) {
            guard !octets.isEmpty else { throw failure("ports are missing") }
            while true {
                skipSpace()
                if next == end { return }
                guard next != nil else { throw failure("']' is missing") }
                try element(isListed: end != nil)
                skipSpace()
                guard let octet = next else {
                    guard end == nil else { throw failure("']' is missing") }
                    return
                }
                if octet == end { return }
                guard octet == 0x2C else { throw failure("a comma must stand between ports") }
                offset += 1
            }
        }

        /// A range, a name, or a list in brackets; `isListed` keeps only ports that have a name.
        private mutating func element(isListed: Bool) throws(SpecificationError) {
            if offset + 1 < octets.count, octets[offset + 1] == 0x3A {
                switch octets[offset] | 0x20 {
                case UInt8(ascii: "t"): current = [.tcp]
                case UInt8(ascii: "u"): current = [.udp]
                case UInt8(ascii: "s"): current = [.sctp]
                case UInt8(ascii: "p"): current = [.ip]
                default: throw failure("a protocol is T:, U:, S: or P:")
                }
                offset += 2
                skipSpace()
            }
            switch next ?? 0 {
            case UInt8(ascii: "[") where !isListed:
                offset += 1
                try list(until: UInt8(ascii: "]"))
                offset += 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try range(isListed: isListed)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "*"), UInt8(ascii: "?"): try name()
            default: throw failure("a port, a range or a service's name in lower case is missing")
            }
        }

        private mutating func range(isListed: Bool) throws(SpecificationError) {
            let place = offset
            let most = current == [.ip] ? 255 : 65_535
            let first = try number(most)
            var last = first
            if next == UInt8(ascii: "-") {
                offset += 1
                last = try number(most) ?? most
            }
            // A range without a begin starts at 1, but protocols are numbered from 0.
            let low = first ?? (current == [.ip] ? 0 : 1)
            guard let high = last, low <= high else { throw failure("the range is reversed", at: place) }
            for kind in current where kind != .ip || high <= 255 {
                let ports = (low...high).map { UInt16($0) }
                found[kind, default: []] += isListed ? ports.filter { ServiceTable.name(of: $0, kind) != nil } : ports
            }
        }

        private mutating func number(_ most: Int) throws(SpecificationError) -> Int? {
            let start = offset
            var value = 0
            while let octet = next, (0x30...0x39).contains(octet) {
                value = value * 10 + Int(octet - 0x30)
                guard value <= most else { throw failure("a number is above \(most)", at: start) }
                offset += 1
            }
            return offset == start ? nil : value
        }

        private mutating func name() throws(SpecificationError) {
            let start = offset
            while let octet = next, octet != 0x2C, octet != 0x5D, octet != 0x20 { offset += 1 }
            let pattern = Array(octets[start..<offset])
            var count = 0
            for kind in current {
                let ports = ServiceTable.ports(matching: pattern, kind)
                count += ports.count
                found[kind, default: []] += ports
            }
            guard count > 0 else {
                throw failure("no service is named '\(String(decoding: pattern, as: UTF8.self))'", at: start)
            }
        }
    }
}
