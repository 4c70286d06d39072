import PortScanner

/// Results for people, host by host.
struct PlainReport {
    private let command: ScanCommand
    private let names: [TargetAddress: String]
    /// Whether something was not asked for want of time.
    private(set) var isIncomplete = false

    init(_ command: ScanCommand, names: [TargetAddress: String]) { (self.command, self.names) = (command, names) }

    /// Writes what is known of a host.
    mutating func add(_ host: HostResult) {
        if host.remarks.contains(where: { $0.hasPrefix("the time for this host ran out") }) { isIncomplete = true }
        let isDown = host.status == .down
        if isDown, command.output.verbose == 0 { return }
        var text = "\n"
        var title = "\(host.address)"
        if let name = names[host.address] ?? host.reverseNames.first { title = "\(name) (\(title))" }
        text += "Scan report for \(title)\n"
        if isDown {
            Stream.standardOutput.write(text + "Host is down (\(host.reason.cause)).\n")
            return
        }
        let status = host.status == .unknown ? "Host was not looked for" : "Host is up"
        text += "\(status) (\(host.reason.cause)).\n"
        if let hardware = host.hardwareAddress { text += "MAC address: \(hardware)\n" }
        for tally in host.otherPorts where !command.output.isOpenOnly || tally.state.mayBeOpen {
            text += "Not shown: \(tally.ports.count) \(tally.state) \(tally.protocol) ports (\(tally.cause))\n"
        }
        let ports = host.ports.filter { !command.output.isOpenOnly || $0.state.mayBeOpen }
        if !ports.isEmpty {
            var rows = [["PORT", "STATE", "SERVICE"] + (command.output.reason ? ["REASON"] : [])]
            for port in ports {
                let service = port.service?.name ?? ServiceTable.name(of: port.port, port.protocol) ?? "unknown"
                var row = ["\(port.port)/\(port.protocol)", "\(port.state)", service]
                if command.output.reason { row.append(Self.reason(port.reason)) }
                rows.append(row)
            }
            text += Self.table(rows)
        }
        for remark in host.remarks { text += "Note: \(remark).\n" }
        Stream.standardOutput.write(text)
    }

    private static func reason(_ reason: StateReason) -> String {
        var text = "\(reason.cause)"
        if let timeToLive = reason.timeToLive { text += " ttl \(timeToLive)" }
        if let source = reason.source { text += " from \(source)" }
        return text
    }

    private static func table(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: " ") + "\n"
        }.joined()
    }
}
