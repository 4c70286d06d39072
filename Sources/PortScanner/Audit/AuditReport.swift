/// What an audit found: for each port that a rule speaks of whether it is as it should be.
public struct AuditReport: Sendable {
    /// A port that was looked at.
    public struct Check: Hashable, Sendable {
        public enum Verdict: String, Sendable {
            case met
            /// Open, though it should not be.
            case unexpectedlyOpen = "unexpected-open"
            /// Out of reach, though it should be within.
            case unexpectedlyFiltered = "unexpected-filtered"
            /// Something else than what was expected.
            case different
            /// The network did not let us know.
            case undecided
        }

        public var rule: String
        public var target: TargetAddress
        public var `protocol`: ProbeProtocol
        public var port: UInt16
        public var expected: AuditPolicy.Expectation
        public var state: PortState
        public var cause: StateReason.Cause
        public var verdict: Verdict
    }

    /// How the firewall before a host behaves.
    public struct Behaviour: Hashable, Sendable {
        public var target: TargetAddress
        /// From ACK against SYN: filtered ports that let a bare acknowledgment through are not tracked.
        public var kind: AuditPolicy.Firewall
        public var dropped = 0
        public var rejectedByReset = 0
        public var rejectedByError = 0
        /// Ports whose silence may be a limit on errors.
        public var limited = 0
        public var verdict: Check.Verdict
    }

    public var checks: [Check] = []
    public var behaviours: [Behaviour] = []

    /// Whether everything is as it should be, and known.
    public var isMet: Bool { checks.allSatisfy { $0.verdict == .met } && behaviours.allSatisfy { $0.verdict == .met } }

    /// Whether something is known to be wrong.
    public var isViolated: Bool {
        checks.contains { $0.verdict != .met && $0.verdict != .undecided }
            || behaviours.contains { $0.verdict == .different }
    }

    /// Holds what scans found against the rules of a policy.
    ///
    /// `synchronize` are the hosts as a scan with SYN or connections saw them, `acknowledge` as one with ACK did, if it was made.
    public init(
        _ policy: AuditPolicy, source: String?, synchronize: [HostResult], acknowledge: [HostResult] = []
    ) {
        let rules = policy.rules(at: source)
        for host in synchronize {
            for rule in rules where rule.targets.contains(host.address) {
                for kind in [ProbeProtocol.tcp, .udp, .sctp] {
                    for port in rule.ports[kind] {
                        let found = host.finding(kind, port)
                        checks.append(
                            Check(
                                rule: rule.name, target: host.address, protocol: kind, port: port,
                                expected: rule.expectation,
                                state: found.state, cause: found.cause,
                                verdict: Self.judge(rule.expectation, found.state, found.cause)))
                    }
                }
            }
            guard let other = acknowledge.first(where: { $0.address == host.address }) else { continue }
            behaviours.append(Self.behaviour(of: host, against: other, policy.firewall))
        }
    }

    static func judge(
        _ expected: AuditPolicy.Expectation, _ state: PortState, _ cause: StateReason.Cause
    ) -> Check.Verdict {
        if state == .undecided { return .undecided }
        let isRejected = state == .filtered && cause != .noResponse
        let isMet: Bool =
            switch expected {
            case .open: state == .open
            case .closed: state == .closed
            // A reset in the host's stead looks like the host's own: closed counts as kept out.
            case .filtered: state == .filtered
            case .dropped: state == .filtered && cause == .noResponse
            case .rejected: isRejected || state == .closed
            case .reachable: state == .open || state == .closed || state == .unfiltered
            case .unreachable: state != .open && state != .openOrFiltered
            }
        if isMet { return .met }
        if state == .openOrFiltered { return .undecided }
        if state == .open { return .unexpectedlyOpen }
        if state == .filtered, expected == .open || expected == .closed || expected == .reachable {
            return .unexpectedlyFiltered
        }
        return .different
    }

    private static func behaviour(
        of host: HostResult, against other: HostResult, _ expected: AuditPolicy.Firewall
    ) -> Behaviour {
        var behaviour = Behaviour(target: host.address, kind: .none, verdict: .met)
        var (filtered, passed) = (0, 0)
        for finding in host.findings where finding.protocol == .tcp {
            switch finding.state {
            case .undecided: behaviour.limited += 1
            case .filtered:
                filtered += 1
                if finding.cause == .noResponse { behaviour.dropped += 1 } else { behaviour.rejectedByError += 1 }
                if other.finding(.tcp, finding.port).state == .unfiltered { passed += 1 }
            default: break
            }
        }
        // Open ports that refuse a stray acknowledgment are tracked, too.
        let open = host.findings.filter { $0.protocol == .tcp && $0.state == .open }
        let refused = open.count { other.finding(.tcp, $0.port).state == .filtered }
        if passed > 0 {
            behaviour.kind = .stateless
        } else if filtered > 0 || refused > 0 {
            behaviour.kind = refused > 0 || passed == 0 && filtered > 0 ? .stateful : .none
        }
        // A reset that comes from nearer or farther than the host's own answers is a firewall's.
        let own = Set(host.ports.filter { $0.state == .open }.compactMap(\.reason.timeToLive))
        if !own.isEmpty {
            behaviour.rejectedByReset = host.ports.count { port in
                port.state == .closed && port.reason.timeToLive.map { !own.contains($0) } ?? false
            }
        }
        if expected != .any, behaviour.kind != expected { behaviour.verdict = .different }
        return behaviour
    }
}

extension HostResult {
    /// Every port that was asked, whether it is listed or counted.
    var findings: [Finding] {
        var found = ports.map { Finding(protocol: $0.protocol, port: $0.port, state: $0.state, cause: $0.reason.cause) }
        for tally in otherPorts {
            for port in tally.ports {
                found.append(Finding(protocol: tally.protocol, port: port, state: tally.state, cause: tally.cause))
            }
        }
        return found
    }

    /// A port, as an audit sees it.
    struct Finding {
        var `protocol`: ProbeProtocol
        var port: UInt16
        var state: PortState
        var cause: StateReason.Cause
    }

    /// What was found out about a port; undecided if it was not asked.
    func finding(_ kind: ProbeProtocol, _ port: UInt16) -> (state: PortState, cause: StateReason.Cause) {
        if let found = ports.first(where: { $0.protocol == kind && $0.port == port }) {
            return (found.state, found.reason.cause)
        }
        if let tally = otherPorts.first(where: { $0.protocol == kind && $0.ports.contains(port) }) {
            return (tally.state, tally.cause)
        }
        return (status == .down ? .filtered : .undecided, .noResponse)
    }
}
