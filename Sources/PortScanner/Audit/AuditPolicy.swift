/// What a firewall is meant to let through, seen from one place: rules on targets and ports.
///
/// A port that no rule speaks of is expected to be unreachable if `isExhaustive`, else not looked at.
public struct AuditPolicy: Sendable {
    /// What a rule expects of its ports.
    public enum Expectation: String, Sendable, CaseIterable {
        /// Something answers.
        case open
        /// Nothing listens, and the host says so: the firewall lets the question through.
        case closed
        /// No connection gets through, whatever keeps it: filtered or rejected.
        case filtered
        /// Filtered in silence.
        case dropped
        /// Filtered with an answer: a reset in the host's stead, or an ICMP error.
        case rejected
        /// Open or closed: the firewall lets it through.
        case reachable
        /// Anything but open.
        case unreachable
    }

    /// Expectations of some ports of some targets.
    public struct Rule: Sendable {
        public var name: String
        /// The source that it is about; nil for every source.
        public var source: String?
        public var targets: TargetSet
        public var ports: PortSelection
        public var expectation: Expectation

        public init(_ name: String, source: String?, targets: TargetSet, ports: PortSelection, expectation: Expectation)
        {
            (self.name, self.source, self.targets) = (name, source, targets)
            (self.ports, self.expectation) = (ports, expectation)
        }
    }

    /// What kind of firewall it is meant to be.
    public enum Firewall: String, Sendable, CaseIterable { case any, stateful, stateless, none }

    public var rules: [Rule]
    public var firewall = Firewall.any

    public init(rules: [Rule]) { self.rules = rules }

    /// The rules that count at a source.
    public func rules(at source: String?) -> [Rule] {
        rules.filter { $0.source == nil || source == nil || $0.source == source }
    }
}
