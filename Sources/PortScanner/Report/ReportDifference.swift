/// What changed between two scans: hosts and ports that came, went, or are not what they were.
public struct ReportDifference: Hashable, Sendable {
    /// One change, for people and for programs.
    public struct Change: Hashable, Sendable {
        public var address: String
        /// Such as `22/tcp`; nil for the host as a whole.
        public var port: String?
        /// What it was and is: a state and a service, or `up`; nil if it was not seen.
        public var before: String?
        public var after: String?
    }

    public var changes: [Change]

    /// Compares two reports in JSON lines; throws if one of them is none.
    ///
    /// A port that only one of the scans asked for is no change.
    public init(from old: [UInt8], to new: [UInt8]) throws(ReportError) {
        let (before, after) = (try Snapshot(old), try Snapshot(new))
        changes = []
        for address in Set(before.hosts.keys).union(after.hosts.keys).sorted() {
            let (one, other) = (before.hosts[address], after.hosts[address])
            let (was, isNow) = (one?.status, other?.status)
            if was != isNow, was == "up" || isNow == "up" {
                changes.append(Change(address: address, port: nil, before: was, after: isNow))
            }
            guard was == "up" || isNow == "up" else { continue }
            for port in Set((one?.ports ?? [:]).keys).union((other?.ports ?? [:]).keys).sorted(by: Snapshot.isBefore) {
                let (first, second) = (one?.told(port), other?.told(port))
                // Without a trace in one of them the port was not asked for there, unless the host itself is new or gone.
                guard first != second, first != nil || one == nil, second != nil || other == nil else { continue }
                changes.append(Change(address: address, port: port, before: first, after: second))
            }
        }
    }

    /// A line for each change: `+` came, `-` went, `~` changed.
    public var text: String {
        changes.map { change in
            let what = change.address + (change.port.map { " \($0)" } ?? "")
            switch (change.before, change.after) {
            case (nil, let after?): return "+ \(what): \(after)\n"
            case (let before?, nil): return "- \(what): \(before)\n"
            default: return "~ \(what): \(change.before ?? "") -> \(change.after ?? "")\n"
            }
        }.joined()
    }

    private struct Snapshot {
        struct Host {
            var status = ""
            var ports: [String: String] = [:]
            var others: [(kind: String, state: String, ports: PortSet)] = []

            /// What is told of a port, also of one that was only counted.
            func told(_ port: String) -> String? {
                if let told = ports[port] { return told }
                let parts = port.split(separator: "/")
                guard parts.count == 2, let number = UInt16(parts[0]) else { return nil }
                return others.first { $0.kind == parts[1] && $0.ports.contains(number) }?.state
            }
        }

        var hosts: [String: Host] = [:]

        init(_ octets: [UInt8]) throws(ReportError) {
            var lines = 0
            for line in octets.split(separator: 0x0A) {
                lines += 1
                guard let value = JSONValue(Array(line)), let type = value["type"]?.string else {
                    throw ReportError("line \(lines) is no document of a report in JSON lines")
                }
                guard type == "host", let address = value["address"]?.string else { continue }
                var host = Host()
                host.status = value["status"]?.string ?? ""
                for port in value["ports"]?.array ?? [] {
                    guard let number = port["port"]?.integer, let kind = port["protocol"]?.string,
                        let state = port["state"]?.string
                    else { throw ReportError("line \(lines) has a port without number, protocol and state") }
                    let service = port["service"]
                    let words = [service?["name"]?.string, service?["product"]?.string, service?["version"]?.string]
                    host.ports["\(number)/\(kind)"] = ([state] + words.compactMap(\.self)).joined(separator: " ")
                }
                for tally in value["others"]?.array ?? [] {
                    guard let kind = tally["protocol"]?.string, let state = tally["state"]?.string,
                        let text = tally["ports"]?.string,
                        let ports = Self.ports(text)
                    else { throw ReportError("line \(lines) has a tally without protocol, state and ports") }
                    host.others.append((kind, state, ports))
                }
                hosts[address] = host
            }
            guard lines > 0 else { throw ReportError("the report is empty") }
        }

        private static func ports(_ text: String) -> PortSet? {
            guard !text.isEmpty else { return PortSet() }
            return try? PortSpecification(for: [.tcp]).read(text).tcp
        }

        static func isBefore(_ left: String, _ right: String) -> Bool {
            let (one, other) = (left.split(separator: "/"), right.split(separator: "/"))
            guard one.last == other.last else { return (one.last ?? "") < (other.last ?? "") }
            return (Int(one.first ?? "") ?? 0) < (Int(other.first ?? "") ?? 0)
        }
    }
}

/// Why a report cannot be read.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
