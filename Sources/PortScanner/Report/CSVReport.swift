/// Comma-separated values (RFC 4180), a line for each port, and one for each host without ports.
public struct CSVReport: ReportWriter {
    public init() {}

    public mutating func begin(_ description: ScanDescription) -> String {
        "address,name,status,protocol,port,state,reason,ttl,service,tls,product,version,extra,cpe\r\n"
    }

    public mutating func add(_ host: HostResult) -> String {
        let head = [host.address.description, host.name ?? host.reverseNames.first ?? "", host.status.rawValue]
        guard !host.ports.isEmpty else { return line(head + [String](repeating: "", count: 11)) }
        return host.ports.map { port in
            let service = port.service
            return line(
                head + [
                    port.protocol.rawValue, "\(port.port)", port.state.rawValue, port.reason.cause.rawValue,
                    port.reason.timeToLive.map { "\($0)" } ?? "", service?.name ?? "",
                    service?.isEncrypted == true ? "yes" : "",
                    service?.product ?? "", service?.version ?? "", service?.extraInformation ?? "",
                    service?.platforms.joined(separator: " ") ?? "",
                ])
        }.joined()
    }

    public mutating func finish(_ summary: ScanSummary) -> String { "" }

    private func line(_ fields: [String]) -> String {
        fields.map { field in
            // A table program takes some beginnings for formulas: they get a quotation mark for text in front.
            let guarded = "=+-@".contains(field.first ?? " ") ? "'" + field : field
            let isPlain = guarded.unicodeScalars.allSatisfy { $0 != "," && $0 != "\"" && $0 != "\n" && $0 != "\r" }
            return isPlain ? guarded : "\"" + guarded.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
        }.joined(separator: ",") + "\r\n"
    }
}
