/// What was asked for: the head of a report.
public struct ScanDescription: Hashable, Sendable {
    /// The command line, or what stands for it.
    public var arguments: String

    /// The scanner's version.
    public var version: String

    /// Seconds since 1970.
    public var startTime: Double

    /// What was scanned how, one entry for each technique.
    public var scans: [Technique]

    /// How wordy the report is to be: 0, and one more for each `-v`.
    public var verbosity = 0
    public var debugging = 0

    public init(arguments: String, version: String, startTime: Double, scans: [Technique]) {
        (self.arguments, self.version, self.startTime, self.scans) = (arguments, version, startTime, scans)
    }

    /// One technique with its ports.
    public struct Technique: Hashable, Sendable {
        /// nmap's word, such as `syn`, `connect`, `udp` or `fin`.
        public var kind: String
        public var `protocol`: ProbeProtocol
        public var ports: PortSet

        public init(_ kind: String, _ protocol: ProbeProtocol, _ ports: PortSet) {
            (self.kind, self.protocol, self.ports) = (kind, `protocol`, ports)
        }
    }
}

/// How a scan ended: the foot of a report.
public struct ScanSummary: Hashable, Sendable {
    /// Seconds since 1970.
    public var endTime: Double
    public var elapsed: Duration

    public var hostsUp = 0
    public var hostsDown = 0
    public var hostsTotal = 0

    public var probesSent = 0
    public var answersReceived = 0

    /// Answers that arrived and that we could not take, by the kernel's own count.
    public var answersLost = 0

    /// Ports of which the network did not let us know the state.
    public var undecided = 0

    public var outcome: Outcome

    public init(endTime: Double, elapsed: Duration, outcome: Outcome) {
        (self.endTime, self.elapsed, self.outcome) = (endTime, elapsed, outcome)
    }

    /// Whether all was done.
    public enum Outcome: Hashable, Sendable {
        case complete
        /// Stopped before the end, by the user or a limit; what is there is right.
        case interrupted
        /// An error ended it.
        case failed(String)
    }
}
