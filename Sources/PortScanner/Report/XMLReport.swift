import Wire

/// nmap's XML, by its DTD: what `ndiff` and the libraries that read nmap's reports understand.
///
/// States that nmap does not have are told in words that it has, with ours as the reason: an undecided port is filtered.
public struct XMLReport: ReportWriter {
    public init() {}

    public mutating func begin(_ description: ScanDescription) -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n"
        text +=
            "<nmaprun scanner=\"nmap\" args=\(quoted(description.arguments)) start=\"\(Int(description.startTime))\""
        text += " startstr=\(quoted(Timestamp.text(description.startTime))) version=\(quoted(description.version))"
        text += " profile_name=\"apus\" xmloutputversion=\"1.05\">\n"
        for scan in description.scans {
            text += "<scaninfo type=\"\(scan.kind)\" protocol=\"\(scan.protocol)\" numservices=\"\(scan.ports.count)\""
            text += " services=\"\(scan.ports)\"/>\n"
        }
        text += "<verbose level=\"\(description.verbosity)\"/>\n<debugging level=\"\(description.debugging)\"/>\n"
        return text
    }

    public mutating func add(_ host: HostResult) -> String {
        var text = "<host starttime=\"\(Int(host.startTime))\" endtime=\"\(Int(host.endTime))\">"
        text += "<status state=\"\(host.status.rawValue)\" \(reason(host.reason))/>\n"
        text +=
            "<address addr=\"\(host.address.withoutZone)\" addrtype=\"\(host.address.isIPv6 ? "ipv6" : "ipv4")\"/>\n"
        if let hardware = host.hardwareAddress {
            text += "<address addr=\"\("\(hardware)".uppercased())\" addrtype=\"mac\"/>\n"
        }
        text += "<hostnames>\n"
        if let name = host.name { text += "<hostname name=\(quoted(name)) type=\"user\"/>\n" }
        for name in host.reverseNames { text += "<hostname name=\(quoted(name)) type=\"PTR\"/>\n" }
        text += "</hostnames>\n"
        if !host.ports.isEmpty || !host.otherPorts.isEmpty { text += ports(host) }
        if let system = host.system { text += self.system(system) }
        if let roundTrip = host.roundTrip {
            let srtt = Timestamp.microseconds(roundTrip.smoothed)
            let deviation = Timestamp.microseconds(roundTrip.deviation)
            text += "<times srtt=\"\(srtt)\" rttvar=\"\(deviation)\" to=\"\(max(100_000, srtt + 4 * deviation))\"/>\n"
        }
        return text + "</host>\n"
    }

    public mutating func finish(_ summary: ScanSummary) -> String {
        let seconds = Timestamp.seconds(summary.elapsed)
        var text =
            "<runstats><finished time=\"\(Int(summary.endTime))\" timestr=\(quoted(Timestamp.text(summary.endTime)))"
        let line =
            "Apus done at \(Timestamp.text(summary.endTime)); \(summary.hostsTotal) IP addresses (\(summary.hostsUp) hosts up) "
            + "scanned in \(seconds) seconds"
        text += " summary=\(quoted(line)) elapsed=\"\(seconds)\""
        switch summary.outcome {
        case .complete: text += " exit=\"success\"/>"
        case .interrupted: text += " exit=\"error\" errormsg=\"interrupted\"/>"
        case .failed(let message): text += " exit=\"error\" errormsg=\(quoted(message))/>"
        }
        text += "<hosts up=\"\(summary.hostsUp)\" down=\"\(summary.hostsDown)\" total=\"\(summary.hostsTotal)\"/>\n"
        return text + "</runstats>\n</nmaprun>\n"
    }

    private func ports(_ host: HostResult) -> String {
        var text = "<ports>"
        for state in PortState.allCases {
            let tallies = host.otherPorts.filter { $0.state == state && !$0.ports.isEmpty }
            guard !tallies.isEmpty else { continue }
            let count = tallies.reduce(0) { $0 + $1.ports.count }
            text += "<extraports state=\"\(Self.word(state))\" count=\"\(count)\">\n"
            for tally in tallies {
                text +=
                    "<extrareasons reason=\"\(tally.cause)\" count=\"\(tally.ports.count)\" proto=\"\(tally.protocol)\""
                text += " ports=\"\(tally.ports)\"/>\n"
            }
            text += "</extraports>\n"
        }
        for port in host.ports { text += self.port(port) }
        return text + "</ports>\n"
    }

    private func port(_ port: PortResult) -> String {
        var text = "<port protocol=\"\(port.protocol)\" portid=\"\(port.port)\">"
        text += "<state state=\"\(Self.word(port.state))\" \(reason(port.reason))"
        if let source = port.reason.source { text += " reason_ip=\"\(source.withoutZone)\"" }
        text += "/>"
        if let service = port.service {
            text += "<service name=\(quoted(service.name))"
            if let product = service.product { text += " product=\(quoted(product))" }
            if let version = service.version { text += " version=\(quoted(version))" }
            if let extra = service.extraInformation { text += " extrainfo=\(quoted(extra))" }
            if service.isEncrypted { text += " tunnel=\"ssl\"" }
            if let host = service.hostName { text += " hostname=\(quoted(host))" }
            if let system = service.operatingSystem { text += " ostype=\(quoted(system))" }
            if service.product == nil, let banner = service.banner { text += " servicefp=\(quoted(banner))" }
            let method = service.confidence == .portNumber ? "table" : "probed"
            text += " method=\"\(method)\" conf=\"\(service.confidence.rawValue)\">"
            for platform in service.platforms { text += "<cpe>\(escaped(platform))</cpe>" }
            text += "</service>"
            if let certificate = service.certificate { text += script(certificate) }
        } else if let name = ServiceTable.name(of: port.port, port.protocol) {
            text += "<service name=\(quoted(name)) method=\"table\" conf=\"3\"/>"
        }
        return text + "</port>\n"
    }

    /// The certificate, where readers of nmap's reports look for it.
    private func script(_ certificate: CertificateSummary) -> String {
        let output =
            "Subject: \(certificate.subject)\nIssuer: \(certificate.issuer)\nNot valid before: \(Timestamp.iso(Double(certificate.notBefore)))"
            + "\nNot valid after: \(Timestamp.iso(Double(certificate.notAfter)))\nSHA-256: \(certificate.fingerprint)"
        return "<script id=\"ssl-cert\" output=\(quoted(output))/>"
    }

    private func system(_ system: SystemGuess) -> String {
        var text = "<os>"
        for candidate in system.candidates {
            text += "<osmatch name=\(quoted(candidate.name)) accuracy=\"\(candidate.accuracy)\" line=\"0\">\n"
            text +=
                "<osclass vendor=\(quoted(candidate.vendor)) osgen=\(quoted(candidate.generation)) type=\(quoted(candidate.deviceType))"
            text += " accuracy=\"\(candidate.accuracy)\" osfamily=\(quoted(candidate.family))>"
            for platform in candidate.platforms { text += "<cpe>\(escaped(platform))</cpe>" }
            text += "</osclass>\n</osmatch>\n"
        }
        return text + "<osfingerprint fingerprint=\(quoted(system.fingerprint))/>\n</os>\n"
    }

    private func reason(_ reason: StateReason) -> String {
        "reason=\"\(reason.cause)\" reason_ttl=\"\(reason.timeToLive ?? 0)\""
    }

    private static func word(_ state: PortState) -> String {
        state == .undecided ? PortState.filtered.rawValue : state.rawValue
    }

    private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Text for XML 1.0, which has no words at all for most control characters.
    private func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t", "\r": escaped += "&#\(scalar.value);"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: escaped += "."
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension TargetAddress {
    /// The address without a zone, which readers of reports don't expect.
    var withoutZone: String {
        switch self {
        case .ipv4(let address): address.description
        case .ipv6(let address, _): address.description
        }
    }
}
