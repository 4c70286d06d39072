import Wire

extension Output: CustomStringConvertible {
    public var description: String {
        if port == .controller { return "CONTROLLER:\(maximumLength)" }
        return port.rawValue < 0xFF00 ? "output:\(port)" : "\(port)"
    }
}

extension Controller: CustomStringConvertible {
    public var description: String {
        var parts: [String] = []
        if reason != 1 {
            parts.append(
                "reason=\(Int(reason) < FlagNames.reasons.count ? FlagNames.reasons[Int(reason)] : "\(reason)")")
        }
        if parts.isEmpty, identifier == 0, userData.isEmpty, !pauses, meter == 0 {
            return "CONTROLLER:\(maximumLength)"
        }
        if maximumLength != 0xFFFF { parts.append("max_len=\(maximumLength)") }
        if identifier != 0 { parts.append("id=\(identifier)") }
        if !userData.isEmpty { parts.append("userdata=\(TextWriter.octets(userData))") }
        if pauses { parts.append("pause") }
        if meter != 0 { parts.append("meter_id=\(meter)") }
        return "controller(\(parts.joined(separator: ",")))"
    }
}

extension Resubmit: CustomStringConvertible {
    public var description: String {
        if port != .inPort, table == 255 { return "resubmit:\(port)" }
        let from = port == .inPort ? "" : "\(port)"
        return "resubmit(\(from),\(table == 255 ? "" : "\(table)")\(usesConnection ? ",ct" : ""))"
    }
}

extension ConnectionTracking: CustomStringConvertible {
    public var description: String {
        var parts: [String] = []
        if commits { parts.append("commit") }
        if forces { parts.append("force") }
        if let table { parts.append("table=\(table)") }
        switch zone {
        case .number(0): break
        case .number(let number): parts.append("zone=\(number)")
        case .field(let source): parts.append("zone=\(source)")
        }
        var rest = actions[...]
        if case .networkAddressTranslation(let translation)? = rest.first {
            parts.append(translation.description)
            rest = rest.dropFirst()
        }
        if !rest.isEmpty { parts.append("exec(\(Array(rest).text))") }
        switch helper {
        case 0: break
        case 21: parts.append("alg=ftp")
        case 69: parts.append("alg=tftp")
        default: parts.append("alg=\(helper)")
        }
        return "ct(\(parts.joined(separator: ",")))"
    }
}

extension NetworkAddressTranslation: CustomStringConvertible {
    public var description: String {
        guard translatesSource || translatesTarget else { return "nat" }
        var text = translatesSource ? "src" : "dst"
        guard addresses != nil || firstPort != 0 else { return "nat(\(text))" }
        text += "="
        switch addresses {
        case .ipv4(let first, let last):
            text += first.description
            if let last, last != first { text += "-\(last)" }
        case .ipv6(let first, let last):
            // Brackets tell the address from the ports.
            let (open, close) = firstPort != 0 ? ("[", "]") : ("", "")
            text += open + Field.ipv6(first.rawValue) + close
            if let last, last != first { text += "-" + open + Field.ipv6(last.rawValue) + close }
        case nil: break
        }
        if firstPort != 0 {
            text += ":\(firstPort)"
            if lastPort != 0, lastPort != firstPort { text += "-\(lastPort)" }
        }
        if isPersistent { text += ",persistent" }
        if hashesPort { text += ",hash" }
        if randomizesPort { text += ",random" }
        return "nat(\(text))"
    }
}

extension FinTimeout: CustomStringConvertible {
    public var description: String {
        var parts: [String] = []
        if idle != 0 { parts.append("idle_timeout=\(idle)") }
        if hard != 0 { parts.append("hard_timeout=\(hard)") }
        // With neither, ovs-ofctl takes the parenthesis for the list's last comma.
        return "fin_timeout(\(parts.joined(separator: ",")))"
    }
}

extension HashFields: CustomStringConvertible {
    public var description: String { Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "<unknown>" }
}

extension Multipath: CustomStringConvertible {
    public var description: String {
        let name = Int(algorithm) < Self.algorithms.count ? Self.algorithms[Int(algorithm)] : "<unknown>"
        return "multipath(\(fields),\(basis),\(name),\(Int(lastLink) + 1),\(argument),\(target))"
    }
}

extension BundleAction: CustomStringConvertible {
    public var description: String {
        let name = Int(algorithm) < Self.algorithms.count ? Self.algorithms[Int(algorithm)] : "<unknown>"
        let ports = ports.map(\.description).joined(separator: ",")
        let load = target.map { "\($0)," } ?? ""
        return "bundle\(target == nil ? "" : "_load")(\(fields),\(basis),\(name),ofport,\(load)members:\(ports))"
    }
}

extension Sample: CustomStringConvertible {
    public var description: String {
        var text = "sample(probability=\(probability),collector_set_id=\(collectorSet)"
        text += ",obs_domain_id=\(observationDomain),obs_point_id=\(observationPoint)"
        if port != .any { text += ",sampling_port=\(port)" }
        if direction != 0 { text += direction == 1 ? ",ingress" : ",egress" }
        return text + ")"
    }
}

extension Learn: CustomStringConvertible {
    public var description: String {
        var parts = ["table=\(table)"]
        if idleTimeout != 0 { parts.append("idle_timeout=\(idleTimeout)") }
        if hardTimeout != 0 { parts.append("hard_timeout=\(hardTimeout)") }
        if finIdleTimeout != 0 { parts.append("fin_idle_timeout=\(finIdleTimeout)") }
        if finHardTimeout != 0 { parts.append("fin_hard_timeout=\(finHardTimeout)") }
        if priority != FlowMod.defaultPriority { parts.append("priority=\(priority)") }
        if tellsRemoval { parts.append("send_flow_rem") }
        if deletesLearned { parts.append("delete_learned") }
        if cookie != 0 { parts.append("cookie=\(TextWriter.hexadecimal(cookie))") }
        if limit != 0 { parts.append("limit=\(limit)") }
        if let result { parts.append("result_dst=\(result)") }
        return "learn(\((parts + specifications.map(\.description)).joined(separator: ",")))"
    }
}

extension LearnSpecification: CustomStringConvertible {
    public var description: String {
        switch (source, target) {
        case (.value(let value), .match(let to)):
            to.isWhole ? "\(to.field.name)=\(to.field.text(value))" : "\(to)=\(TextWriter.hexadecimal(value))"
        case (.field(let from), .match(let to)):
            from.field == to.field && from.offset == to.offset ? "\(to)" : "\(to)=\(from)"
        case (.value(let value), .load(let to)): "load:\(TextWriter.hexadecimal(value))->\(to)"
        case (.field(let from), .load(let to)): "load:\(from)->\(to)"
        case (.field(let from), .output): "output:\(from)"
        case (.value, .output): "output"
        }
    }
}
