/// JSON lines: a document `scan` first, one `host` for each host, and `summary` last; `schema` describes all three.
public struct JSONReport: ReportWriter {
    public init() {}

    public mutating func begin(_ description: ScanDescription) -> String {
        var json = JSONText()
        json.object { json in
            json.member("type", "scan")
            json.member("format", 1)
            json.member("scanner", "apus")
            json.member("version", description.version)
            json.member("arguments", description.arguments)
            json.member("start", Timestamp.iso(description.startTime))
            json.array("techniques") { json in
                for scan in description.scans {
                    json.object { json in
                        json.member("kind", scan.kind)
                        json.member("protocol", scan.protocol.rawValue)
                        json.member("ports", scan.ports.description)
                    }
                }
            }
        }
        return json.text + "\n"
    }

    public mutating func add(_ host: HostResult) -> String {
        var json = JSONText()
        json.object { json in
            json.member("type", "host")
            json.member("address", host.address.description)
            json.member("name", host.name)
            if !host.reverseNames.isEmpty {
                json.array("reverse_names") { json in host.reverseNames.forEach { json.element($0) } }
            }
            json.member("status", host.status.rawValue)
            Self.write(host.reason, to: &json)
            json.member("mac", host.hardwareAddress.map { "\($0)" })
            if let roundTrip = host.roundTrip {
                json.member("round_trip_us", Int(Timestamp.microseconds(roundTrip.smoothed)))
            }
            json.array("ports") { json in
                for port in host.ports {
                    json.object { json in
                        json.member("protocol", port.protocol.rawValue)
                        json.member("port", Int(port.port))
                        json.member("state", port.state.rawValue)
                        Self.write(port.reason, to: &json)
                        if let service = port.service { Self.write(service, to: &json) }
                    }
                }
            }
            json.array("others") { json in
                for tally in host.otherPorts where !tally.ports.isEmpty {
                    json.object { json in
                        json.member("protocol", tally.protocol.rawValue)
                        json.member("state", tally.state.rawValue)
                        json.member("reason", tally.cause.rawValue)
                        json.member("count", tally.ports.count)
                        json.member("ports", tally.ports.description)
                    }
                }
            }
            if let system = host.system { Self.write(system, to: &json) }
            if !host.rateLimits.isEmpty {
                json.array("rate_limits") { json in
                    for limit in host.rateLimits {
                        json.object { json in
                            json.member("kind", limit.kind.rawValue)
                            json.member("per_second", hundredths: Int((limit.perSecond * 100).rounded()))
                        }
                    }
                }
            }
            if !host.remarks.isEmpty { json.array("remarks") { json in host.remarks.forEach { json.element($0) } } }
        }
        return json.text + "\n"
    }

    public mutating func finish(_ summary: ScanSummary) -> String {
        var json = JSONText()
        json.object { json in
            json.member("type", "summary")
            json.member("end", Timestamp.iso(summary.endTime))
            json.member("elapsed_us", Int(Timestamp.microseconds(summary.elapsed)))
            json.member("hosts_up", summary.hostsUp)
            json.member("hosts_down", summary.hostsDown)
            json.member("hosts_total", summary.hostsTotal)
            json.member("probes_sent", summary.probesSent)
            json.member("answers_received", summary.answersReceived)
            json.member("answers_lost", summary.answersLost)
            json.member("undecided", summary.undecided)
            switch summary.outcome {
            case .complete: json.member("outcome", "complete")
            case .interrupted: json.member("outcome", "interrupted")
            case .failed(let message):
                json.member("outcome", "failed")
                json.member("message", message)
            }
        }
        return json.text + "\n"
    }

    private static func write(_ reason: StateReason, to json: inout JSONText) {
        json.member("reason", reason.cause.rawValue)
        if let timeToLive = reason.timeToLive { json.member("ttl", Int(timeToLive)) }
        json.member("reason_source", reason.source?.description)
    }

    private static func write(_ service: ServiceIdentity, to json: inout JSONText) {
        json.object("service") { json in
            json.member("name", service.name)
            if service.isEncrypted { json.member("tls", true) }
            json.member("confidence", service.confidence.rawValue)
            json.member("product", service.product)
            json.member("version", service.version)
            json.member("extra", service.extraInformation)
            json.member("host_name", service.hostName)
            json.member("system", service.operatingSystem)
            json.member("banner", service.banner)
            if !service.platforms.isEmpty {
                json.array("cpe") { json in service.platforms.forEach { json.element($0) } }
            }
            if let certificate = service.certificate {
                json.object("certificate") { json in
                    json.member("subject", certificate.subject)
                    json.member("issuer", certificate.issuer)
                    json.array("names") { json in certificate.names.forEach { json.element($0) } }
                    json.member("not_before", Timestamp.iso(Double(certificate.notBefore)))
                    json.member("not_after", Timestamp.iso(Double(certificate.notAfter)))
                    json.member("sha256", certificate.fingerprint)
                    json.member("tls_version", certificate.version)
                    json.member("cipher", certificate.cipher)
                    json.member("alpn", certificate.applicationProtocol)
                }
            }
        }
    }

    private static func write(_ system: SystemGuess, to json: inout JSONText) {
        json.object("system") { json in
            json.array("candidates") { json in
                for candidate in system.candidates {
                    json.object { json in
                        json.member("name", candidate.name)
                        json.member("vendor", candidate.vendor)
                        json.member("family", candidate.family)
                        json.member("generation", candidate.generation)
                        json.member("device", candidate.deviceType)
                        json.member("accuracy", candidate.accuracy)
                        json.member("from_documentation", candidate.isFromDocumentation)
                        json.array("cpe") { json in candidate.platforms.forEach { json.element($0) } }
                    }
                }
            }
            json.member("fingerprint", system.fingerprint)
        }
    }
}
