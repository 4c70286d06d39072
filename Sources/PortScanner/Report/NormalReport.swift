/// A report for people, in the form that users of nmap know.
public struct NormalReport: ReportWriter {
    /// Whether reasons have a column.
    public var showsReasons: Bool
    /// Whether hosts that are down are told of.
    public var showsDown: Bool

    public init(showsReasons: Bool = false, showsDown: Bool = false) {
        (self.showsReasons, self.showsDown) = (showsReasons, showsDown)
    }

    public mutating func begin(_ description: ScanDescription) -> String {
        "# Apus \(description.version) scan initiated \(Timestamp.text(description.startTime)) as: \(description.arguments)\n"
    }

    public mutating func add(_ host: HostResult) -> String {
        let name = host.name ?? host.reverseNames.first
        let title = name.map { "\($0) (\(host.address))" } ?? host.address.description
        guard host.status == .up || showsDown else { return "" }
        var text = "Scan report for \(title)\n"
        guard host.status == .up else { return text + "Host is \(host.status.rawValue) (\(host.reason.cause)).\n\n" }
        text += "Host is up"
        if showsReasons { text += ", \(host.reason.cause)" + (host.reason.timeToLive.map { " ttl \($0)" } ?? "") }
        if let roundTrip = host.roundTrip { text += " (\(Self.milliseconds(roundTrip.smoothed)) ms latency)" }
        text += ".\n"
        if host.reverseNames.count > 1 || host.name != nil, !host.reverseNames.isEmpty {
            text += "rDNS record: \(host.reverseNames.joined(separator: ", "))\n"
        }
        for tally in host.otherPorts where !tally.ports.isEmpty {
            text += "Not shown: \(tally.ports.count) \(tally.state) \(tally.protocol) ports (\(tally.cause))\n"
        }
        if !host.ports.isEmpty { text += table(host.ports) }
        if let hardware = host.hardwareAddress { text += "MAC Address: \("\(hardware)".uppercased())\n" }
        if let system = host.system { text += self.system(system) }
        for remark in host.remarks { text += "Note: \(remark)\n" }
        return text + "\n"
    }

    public mutating func finish(_ summary: ScanSummary) -> String {
        var text = ""
        if summary.answersLost > 0 { text += "# \(summary.answersLost) answers were lost on this machine\n" }
        if summary.undecided > 0 {
            text += "# \(summary.undecided) ports are undecided: the network did not let us know\n"
        }
        switch summary.outcome {
        case .complete: break
        case .interrupted: text += "# Interrupted before the end\n"
        case .failed(let message): text += "# Failed: \(message)\n"
        }
        return text
            + "# Apus done at \(Timestamp.text(summary.endTime)) -- \(summary.hostsTotal) IP addresses (\(summary.hostsUp) hosts up) "
            + "scanned in \(Timestamp.seconds(summary.elapsed)) seconds\n"
    }

    private func table(_ ports: [PortResult]) -> String {
        let hasVersions = ports.contains {
            $0.service?.product != nil || $0.service?.extraInformation != nil || $0.service?.banner != nil
        }
        var rows = [["PORT", "STATE", "SERVICE"] + (showsReasons ? ["REASON"] : []) + (hasVersions ? ["VERSION"] : [])]
        for port in ports {
            var row = ["\(port.port)/\(port.protocol)", port.state.rawValue, Self.name(port)]
            if showsReasons { row.append("\(port.reason.cause)" + (port.reason.timeToLive.map { " ttl \($0)" } ?? "")) }
            if hasVersions { row.append(Self.version(port.service)) }
            rows.append(row)
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 1) }
            }
            return line.trimmed + "\n"
        }.joined()
    }

    static func name(_ port: PortResult) -> String {
        guard let service = port.service else {
            return ServiceTable.name(of: port.port, port.protocol).map { $0 + "?" } ?? "unknown"
        }
        return (service.isEncrypted ? "ssl/" : "") + service.name + (service.confidence == .portNumber ? "?" : "")
    }

    /// Product, version and the rest in one line.
    static func version(_ service: ServiceIdentity?) -> String {
        guard let service else { return "" }
        let words = [service.product, service.version].compactMap(\.self)
        let extra = service.extraInformation.map { words.isEmpty ? [$0] : ["(\($0))"] } ?? []
        let text = (words + extra).joined(separator: " ")
        return text.isEmpty ? service.banner.map { "says: \($0)" } ?? "" : text
    }

    private func system(_ system: SystemGuess) -> String {
        guard let best = system.candidates.first else { return "System: unknown; fingerprint: \(system.fingerprint)\n" }
        var text = "System: \(best.name) (\(best.accuracy) %\(best.isFromDocumentation ? ", by documentation" : ""))\n"
        let others = system.candidates.dropFirst().prefix(3).map { "\($0.name) (\($0.accuracy) %)" }
        if !others.isEmpty { text += "Also possible: \(others.joined(separator: ", "))\n" }
        return text
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = Timestamp.microseconds(duration)
        let rest = "\(microseconds % 1000)"
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
