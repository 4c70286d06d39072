/// What makes a host's result doubtful though every answer was true.
enum Doubts {
    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// So many ports asked, and so large a share of them open, is nobody's server.
    private static let (leastPorts, share) = (64, 0.9)
    /// So many addresses of one link behind one link-layer address are a proxy's, or a machine's of a rare kind.
    private static let sharers = 16

    static func remarks(about record: HostRecord, _ kinds: [ScanOptions.Kind]) -> [String] {
        var remarks: [String] = []
        if record.sharers >= sharers {
            remarks.append(
                "its link-layer address answers for \(record.sharers) addresses of this link: a proxy (proxy ARP), "
                    + "or one machine that has them all; whether a host is there is not certain")
        }
        for limit in record.limits {
            let rate = limit.perSecond >= 10 ? "\(Int(limit.perSecond.rounded()))" : Self.tenths(limit.perSecond)
            remarks.append(
                "rate-limited: about \(rate) \(limit.kind == .errors ? "ICMP errors" : "resets") a second came, however fast it was asked"
            )
        }
        for (number, kind) in kinds.enumerated() {
            let ports = record.ports.filter { $0.kind == UInt8(number) }
            let open = ports.count {
                Verdict(kind.technique ?? .synchronize, $0.evidence, isUndecided: $0.isUndecided).state == .open
            }
            if ports.count >= leastPorts, Double(open) >= share * Double(ports.count) {
                remarks.append(
                    "\(open) of \(ports.count) \(kind.protocol) ports are open: a tarpit, a SYN proxy or a honeypot answers for them"
                )
            }
            let undecided = ports.count { $0.isUndecided }
            if undecided > 0 {
                remarks.append(
                    "\(undecided) \(kind.protocol) ports are undecided: answers are rate-limited or lost, and more tries did not help"
                )
            }
        }
        return remarks
    }
}
