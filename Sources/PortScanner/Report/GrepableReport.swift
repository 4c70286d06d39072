/// A line for each host with its ports, as `grep` and `cut` like it.
public struct GrepableReport: ReportWriter {
    public init() {}

    public mutating func begin(_ description: ScanDescription) -> String {
        var text =
            "# Nmap-compatible output of Apus \(description.version), initiated \(Timestamp.text(description.startTime)) as: \(description.arguments)\n"
        let parts = ProbeProtocol.allCases.map { kind in
            let ports = description.scans.filter { $0.protocol == kind }.reduce(PortSet()) { $0.union($1.ports) }
            return "\(kind.rawValue.uppercased())(\(ports.count);\(ports))"
        }
        text += "# Ports scanned: \(parts[0]) \(parts[1]) \(parts[2]) PROTOCOLS(\(parts[3].dropFirst(3))\n"
        return text
    }

    public mutating func add(_ host: HostResult) -> String {
        let name = host.name ?? host.reverseNames.first ?? ""
        let head =
            "Host: \(host.address) (\(name))\tStatus: \(host.status.rawValue.first?.uppercased() ?? "")\(host.status.rawValue.dropFirst())\n"
        guard host.status == .up, !host.ports.isEmpty || !host.otherPorts.isEmpty else { return head }
        let ports = host.ports.map { port in
            let service = port.service
            let version = NormalReport.version(service).map { $0 == "/" || $0 == "," ? "|" : $0 }
            let name =
                (service?.isEncrypted == true ? "ssl|" : "")
                + (service?.name ?? ServiceTable.name(of: port.port, port.protocol) ?? "")
            return "\(port.port)/\(port.state)/\(port.protocol)//\(name)//\(String(version))/"
        }
        var line = "Host: \(host.address) (\(name))"
        if !ports.isEmpty { line += "\tPorts: \(ports.joined(separator: ", "))" }
        for tally in host.otherPorts where !tally.ports.isEmpty {
            line += "\tIgnored State: \(tally.state) (\(tally.ports.count))"
        }
        if let best = host.system?.candidates.first { line += "\tOS: \(best.name)" }
        return head + line + "\n"
    }

    public mutating func finish(_ summary: ScanSummary) -> String {
        "# Apus done at \(Timestamp.text(summary.endTime)) -- \(summary.hostsTotal) IP addresses (\(summary.hostsUp) hosts up) "
            + "scanned in \(Timestamp.seconds(summary.elapsed)) seconds\n"
    }
}
