/// A sweep to be made: what is asked of whom, and along which path.
package struct SweepRequest: Sendable {
    /// The link-layer addresses that frames go to.
    package enum Stations: Sendable {
        /// A router's, or that of a link that has no addresses.
        case one(UInt64)
        /// Each host's own, by its number.
        case each([UInt64])

        @inline(__always)
        subscript(host: UInt64) -> UInt64 {
            switch self {
            case .one(let address): address
            case .each(let addresses): addresses[Int(host)]
            }
        }
    }

    package var technique: Technique
    package var path: Path
    package var addresses: AddressSpace
    package var ports: [UInt16]
    package var stations: Stations
    package var options: Sweep.Options
    package var payloads = ProbePayloads.all
    /// Whether frames go through a ring that is shared with the kernel; for TCP alone, whose frames are short.
    package var usesTransmitRing = false
    /// Keys the order and the cookies; a sweep that is resumed has the key it began with.
    package var hash: KeyedHash
    /// What sweeps before this one, which were ended, saw of the same ports.
    package var memories: [SweepMemory] = []
    /// The name that the sweep is remembered by; nil if it is not.
    package var label: String?
    /// Octets of a block of the ring that answers come through, and blocks.
    package var receiveRing = (blockSize: 1 << 17, blockCount: 128)

    package init(
        technique: Technique, path: Path, addresses: AddressSpace, ports: [UInt16], stations: Stations,
        options: Sweep.Options, hash: KeyedHash = KeyedHash()
    ) {
        (self.technique, self.path, self.addresses, self.ports) = (technique, path, addresses, ports)
        (self.stations, self.options, self.hash) = (stations, options, hash)
    }
}

/// The bounds of a sweep: more is made of several.
package enum SweepLimit {
    /// Probes of one sweep, each of which takes two octets of memory and a bit.
    package static let probes: UInt64 = 1 << 22
    /// Hosts of one sweep.
    package static let hosts: UInt64 = 1 << 20
}

/// What a sweep saw of one probe.
package struct Finding: Equatable, Sendable {
    package var address: UInt128
    package var port: UInt16
    /// `none` if there was no answer.
    package var evidence: Evidence
    package var timeToLive: UInt8
    /// Who answered in the host's stead.
    package var reporter: UInt128?
    package var hardwareAddress: UInt64 = 0
}

/// The counts of a sweep, and what they tell of its truth.
package struct SweepCounts: Equatable, Sendable {
    /// Probes sent, tries included, of so many that were planned.
    package var sent: UInt64 = 0
    package var planned: UInt64 = 0
    /// Probes that were answered.
    package var answered: UInt64 = 0
    /// Probes that only a later try got an answer for: so many tries, or answers, the network lost.
    package var lost: UInt64 = 0
    /// Frames that this machine lost for want of room; what they answered was tried again.
    package var dropped: UInt64 = 0
    /// Frames that the interface had no room for.
    package var refused: UInt64 = 0
    package var duplicates: UInt64 = 0
    /// Packets with a wrong cookie.
    package var strangers: UInt64 = 0
    /// Probes whose silence is not believed.
    package var undecided: UInt64 = 0
    /// Probes per second, at the end.
    package var rate = 0.0
    /// Nanoseconds that an answer took, smoothed; nil if none came.
    package var roundTrip: UInt64?
    /// Whether somebody ended it before its time.
    package var isInterrupted = false
    /// Limits that hosts' answers met.
    package var limits: [UInt128: RateLimit] = [:]

    package init() {}

    /// Takes what a sweep knows of itself.
    mutating func take(_ sweep: borrowing Sweep) {
        sent = sweep.sent
        answered = UInt64(sweep.count - sweep.silent - sweep.restored)
        lost = UInt64(sweep.loss.losses)
        duplicates = UInt64(sweep.duplicates)
        rate = sweep.pace.rate
        roundTrip = sweep.roundTrip.smoothed
    }

    /// Adds another sweep's.
    package mutating func add(_ other: SweepCounts) {
        sent += other.sent
        planned += other.planned
        answered += other.answered
        lost += other.lost
        dropped += other.dropped
        refused += other.refused
        duplicates += other.duplicates
        strangers += other.strangers
        if let trip = other.roundTrip { roundTrip = trip }
        undecided += other.undecided
        rate = other.rate
        isInterrupted = isInterrupted || other.isInterrupted
    }
}
