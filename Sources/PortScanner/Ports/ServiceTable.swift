/// Which service a port number is by custom: names of IANA's registry or of common use, and an order of how often a port is
/// worth a look.
///
/// Both are of our own making, from what the services are for; no other scanner's file was read.
public enum ServiceTable {
    /// The service that a port is by custom; nil if it has none.
    public static func name(of port: UInt16, _ protocol: ProbeProtocol) -> String? {
        names[`protocol` == .udp ? .udp : `protocol` == .ip ? .ip : .tcp]?[port]
    }

    /// The ports whose names match a pattern of `*` and `?`.
    static func ports(matching pattern: [UInt8], _ protocol: ProbeProtocol) -> [UInt16] {
        let table = names[`protocol` == .udp ? .udp : `protocol` == .ip ? .ip : .tcp] ?? [:]
        return table.filter { matches(Array($0.value.utf8), pattern) }.map(\.key)
    }

    /// The `count` ports that are most worth a look: those in our order, then the named ones, then by number.
    public static func top(_ count: Int, _ protocol: ProbeProtocol) -> PortSet {
        let order = (`protocol` == .udp ? udpOrder : tcpOrder)
        var seen = Set<UInt16>()
        var ports: [UInt16] = []
        let named = (names[`protocol` == .udp ? .udp : .tcp] ?? [:]).keys.sorted()
        for run in [order, named, Array(1...1023), Array(1024...65_535)] {
            for port in run where ports.count < count && seen.insert(port).inserted { ports.append(port) }
        }
        return PortSet(ports)
    }

    private static let names: [ProbeProtocol: [UInt16: String]] = [
        .tcp: read(tcpNames), .udp: read(udpNames), .ip: read(ipNames),
    ]

    private static func read(_ text: String) -> [UInt16: String] {
        var found: [UInt16: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            for word in words.dropFirst() {
                if let port = UInt16(word) { found[port] = String(words[0]) }
            }
        }
        return found
    }

    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        // The last star is the only one that need be tried again.
        var (place, mark) = (0, 0)
        var (star, retry): (Int?, Int) = (nil, 0)
        while place < name.count {
            if mark < pattern.count, pattern[mark] == UInt8(ascii: "?") || pattern[mark] == name[place] {
                (place, mark) = (place + 1, mark + 1)
            } else if mark < pattern.count, pattern[mark] == UInt8(ascii: "*") {
                (star, retry) = (mark, place)
                mark += 1
            } else if let star {
                retry += 1
                (mark, place) = (star + 1, retry)
            } else {
                return false
            }
        }
        return pattern[mark...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
