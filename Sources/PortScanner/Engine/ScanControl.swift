import Linux
import Synchronization

/// What a scan under way tells, and how it is ended from outside.
public final class ScanControl: Sendable {
    private let isAsked = Atomic<Bool>(false)
    private let state = Guarded(ScanProgress())
    private let memories = Guarded(ScanMemory())
    /// Hosts that were handed over, and not taken yet.
    private let untaken = Atomic<Int>(0)

    public init() {}

    /// Ends the scan soon; what is known by then is reported.
    public func stop() { isAsked.store(true, ordering: .relaxed) }

    /// Whether it was told to end.
    public var isStopped: Bool { isAsked.load(ordering: .relaxed) }

    /// How far it is.
    public var progress: ScanProgress { state.withLock { $0 } }

    /// What is known of the group under way, if the scan keeps it: after a scan was ended, what another has to know to go on.
    public var memory: ScanMemory { memories.withLock { $0 } }

    func remember(_ sweep: SweepMemory) { memories.withLock { $0.sweeps.append(sweep) } }

    /// The group is done.
    func forget() { memories.withLock { $0.sweeps = [] } }

    /// Whether more results may be handed over: who reads them slowly must not fill the memory.
    var hasRoom: Bool { untaken.load(ordering: .relaxed) < Self.mostUntaken }

    /// Whether every host that was handed over has been taken, and whoever took it came back for more.
    public var isTaken: Bool { untaken.load(ordering: .acquiring) == 0 }

    func handOver(_ hosts: Int) { untaken.add(hosts, ordering: .relaxed) }
    func take(_ hosts: Int) { untaken.subtract(hosts, ordering: .releasing) }

    private static let mostUntaken = 1 << 14

    func update(_ body: (inout ScanProgress) -> Void) { state.withLock { body(&$0) } }
}

/// How far a scan is.
public struct ScanProgress: Sendable {
    /// What is done now, such as `discovery` or `syn`.
    public var phase = ""
    /// Probes of this phase: planned without tries, sent with them, answered.
    public var planned: UInt64 = 0
    public var sent: UInt64 = 0
    public var answered: UInt64 = 0
    /// Tries that got lost in the network, and frames that this machine had no room for.
    public var lost: UInt64 = 0
    public var dropped: UInt64 = 0
    /// Probes a second that are aimed at.
    public var rate = 0.0
    /// The target that everything before is done with, as an index of the set.
    public var done = 0
    /// Sums over the whole scan.
    public var totals = Totals()

    /// The counts of phases that are over.
    public struct Totals: Sendable {
        public var sent: UInt64 = 0
        public var answered: UInt64 = 0
        public var lost: UInt64 = 0
        public var dropped: UInt64 = 0
        public var refused: UInt64 = 0
        public var duplicates: UInt64 = 0
        public var strangers: UInt64 = 0
        public var undecided: UInt64 = 0
        public var up = 0
        public var down = 0
    }
}
