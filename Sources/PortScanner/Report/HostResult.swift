public import Wire

/// What was found out about one host.
public struct HostResult: Hashable, Sendable {
    public var address: TargetAddress

    /// The name by which the user asked for it.
    public var name: String?

    /// The names that its address has in the DNS.
    public var reverseNames: [String] = []

    public var status: Status
    public var reason: StateReason

    /// Its address on the link, if it is on one of ours.
    public var hardwareAddress: MACAddress?

    /// The ports worth a line each, in the order of their protocol and number.
    public var ports: [PortResult] = []

    /// All others: how many there are in each state, and why.
    public var otherPorts: [PortTally] = []

    public var system: SystemGuess?

    /// Sentences on what makes the result doubtful, such as that every port is open.
    public var remarks: [String] = []

    /// Limits that its answers met, by what it was asked.
    public var rateLimits: [RateLimit] = []

    /// Seconds since 1970.
    public var startTime: Double = 0
    public var endTime: Double = 0

    /// The smoothed round trip and its deviation, if something answered.
    public var roundTrip: RoundTrip?

    public init(_ address: TargetAddress, _ status: Status, _ reason: StateReason) {
        (self.address, self.status, self.reason) = (address, status, reason)
    }

    /// Whether the host is there.
    public enum Status: String, Hashable, Sendable {
        case up, down, unknown, skipped
    }

    /// How long answers take.
    public struct RoundTrip: Hashable, Sendable {
        public var smoothed: Duration
        public var deviation: Duration

        public init(smoothed: Duration, deviation: Duration) {
            (self.smoothed, self.deviation) = (smoothed, deviation)
        }
    }
}

/// Ports of one protocol in one state for one reason that are counted instead of listed.
public struct PortTally: Hashable, Sendable {
    public var `protocol`: ProbeProtocol
    public var state: PortState
    public var cause: StateReason.Cause

    /// The ports, so that a report loses nothing.
    public var ports: PortSet

    public init(_ protocol: ProbeProtocol, _ state: PortState, _ cause: StateReason.Cause, _ ports: PortSet) {
        (self.protocol, self.state, self.cause, self.ports) = (`protocol`, state, cause, ports)
    }
}

/// Which system a host runs, as its TCP/IP stack tells it.
public struct SystemGuess: Hashable, Sendable {
    /// The best candidates, the likeliest first; empty if nothing known resembles it.
    public var candidates: [Candidate]

    /// What was seen, in one line, so that a rule can be made of it.
    public var fingerprint: String

    public init(candidates: [Candidate], fingerprint: String) {
        (self.candidates, self.fingerprint) = (candidates, fingerprint)
    }

    /// One system that it may be.
    public struct Candidate: Hashable, Sendable {
        /// Such as `Linux 6.x`.
        public var name: String
        public var vendor: String
        public var family: String
        /// Such as `6.X`; empty if it is not told apart.
        public var generation: String
        public var deviceType: String
        /// In percent.
        public var accuracy: Int
        public var platforms: [String]
        /// Whether the rule was made from documentation, and never held against such a system.
        public var isFromDocumentation: Bool

        public init(
            name: String, vendor: String, family: String, generation: String, deviceType: String, accuracy: Int,
            platforms: [String], isFromDocumentation: Bool
        ) {
            (self.name, self.vendor, self.family, self.generation) = (name, vendor, family, generation)
            (self.deviceType, self.accuracy, self.platforms) = (deviceType, accuracy, platforms)
            self.isFromDocumentation = isFromDocumentation
        }
    }
}
