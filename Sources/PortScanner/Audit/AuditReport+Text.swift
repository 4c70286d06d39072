extension AuditReport {
    /// For people: what is not as it should be, then the counts.
    public var text: String {
        var text = ""
        for check in checks where check.verdict != .met {
            text +=
                "\(check.verdict.rawValue): \(check.target) \(check.port)/\(check.protocol) is \(check.state) (\(check.cause)), "
            text += "expected \(check.expected.rawValue) by rule '\(check.rule)'\n"
        }
        for behaviour in behaviours {
            var words = behaviour.kind == .none ? "no filtering was seen" : "\(behaviour.kind.rawValue) filtering"
            if behaviour.dropped > 0 { words += ", \(behaviour.dropped) ports dropped" }
            if behaviour.rejectedByError > 0 { words += ", \(behaviour.rejectedByError) rejected by ICMP" }
            if behaviour.rejectedByReset > 0 {
                words += ", \(behaviour.rejectedByReset) rejected by a reset of another sender"
            }
            if behaviour.limited > 0 { words += ", answers are rate-limited" }
            text += "\(behaviour.verdict == .met ? "firewall" : "unexpected firewall"): \(behaviour.target): \(words)\n"
        }
        let met = checks.count { $0.verdict == .met }
        let undecided = checks.count { $0.verdict == .undecided }
        text += "\(met) of \(checks.count) checks met" + (undecided > 0 ? ", \(undecided) undecided" : "") + "\n"
        return text
    }

    /// For programs: one JSON document.
    public var json: String {
        var json = JSONText()
        json.object { json in
            json.member("met", isMet)
            json.array("checks") { json in
                for check in checks {
                    json.object { json in
                        json.member("rule", check.rule)
                        json.member("target", check.target.description)
                        json.member("protocol", check.protocol.rawValue)
                        json.member("port", Int(check.port))
                        json.member("expected", check.expected.rawValue)
                        json.member("state", check.state.rawValue)
                        json.member("reason", check.cause.rawValue)
                        json.member("verdict", check.verdict.rawValue)
                    }
                }
            }
            json.array("firewalls") { json in
                for behaviour in behaviours {
                    json.object { json in
                        json.member("target", behaviour.target.description)
                        json.member("kind", behaviour.kind.rawValue)
                        json.member("dropped", behaviour.dropped)
                        json.member("rejected_by_reset", behaviour.rejectedByReset)
                        json.member("rejected_by_icmp", behaviour.rejectedByError)
                        json.member("rate_limited", behaviour.limited)
                        json.member("verdict", behaviour.verdict.rawValue)
                    }
                }
            }
        }
        return json.text + "\n"
    }

    /// For CI: the form of JUnit's reports that its readers have in common, a suite for each rule.
    public var junit: String {
        func escaped(_ text: String) -> String {
            var result = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": result += "&amp;"
                case "<": result += "&lt;"
                case ">": result += "&gt;"
                case "\"": result += "&quot;"
                default: result.unicodeScalars.append(scalar.value < 0x20 ? "." : scalar)
                }
            }
            return result
        }
        var order: [String] = []
        var suites: [String: [Check]] = [:]
        for check in checks {
            if suites[check.rule] == nil { order.append(check.rule) }
            suites[check.rule, default: []].append(check)
        }
        let failures = checks.count { $0.verdict != .met }
        var text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"\(checks.count)\" failures=\"\(failures)\">\n"
        for rule in order {
            let checks = suites[rule] ?? []
            let failures = checks.count { $0.verdict != .met }
            text += "<testsuite name=\"\(escaped(rule))\" tests=\"\(checks.count)\" failures=\"\(failures)\">\n"
            for check in checks {
                let name = "\(check.target) \(check.port)/\(check.protocol) \(check.expected.rawValue)"
                text += "<testcase classname=\"\(escaped(rule))\" name=\"\(escaped(name))\""
                if check.verdict == .met {
                    text += "/>\n"
                } else {
                    text +=
                        "><failure type=\"\(check.verdict.rawValue)\" message=\"\(escaped("\(check.state) (\(check.cause))"))\"/></testcase>\n"
                }
            }
            text += "</testsuite>\n"
        }
        return text + "</testsuites>\n"
    }
}
