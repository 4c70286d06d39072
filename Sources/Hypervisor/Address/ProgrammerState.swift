/// Which droplets' flows are to be programmed, and when it is tried again, as a value.
struct ProgrammerState: Sendable {
    typealias Time = ContinuousClock.Instant

    /// What is to be done in one request.
    struct Work: Sendable {
        var needsBase = false
        var records: [DropletRecord] = []
        var removals: [UInt16] = []

        var isEmpty: Bool { !needsBase && records.isEmpty && removals.isEmpty }
    }

    private struct Entry {
        /// Nil where the tag's flows are to go.
        var record: DropletRecord?
        var isDone = false
        var attempts = 0
        var due: Time
    }

    private var entries: [UInt16: Entry] = [:]
    /// Tags that may have something to do, so that a round does not look at all.
    private var open: Set<UInt16> = []
    private var isBaseDone = false
    private var baseDue = Time.now
    private var generation: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var auditDue = Time.now
    /// Whether hvflowd was asked what it has, and what is of no droplet was taken away.
    var hasBegun = false
    var isReachable = false
    var error = "hvflowd was not asked yet"

    var tags: [UInt16] { entries.filter { $0.value.record != nil }.map(\.key) }

    mutating func put(_ record: DropletRecord) {
        entries[record.tag] = Entry(record: record, due: .now)
        open.insert(record.tag)
    }

    mutating func remove(_ tag: UInt16) {
        entries[tag] = Entry(record: nil, due: .now)
        open.insert(tag)
    }

    /// What is due, up to so many tags.
    mutating func due(at now: Time, limit: Int) -> Work {
        var work = Work()
        if !isBaseDone, baseDue <= now {
            work.needsBase = true
            baseDue = now + .seconds(1)
        }
        for tag in open where work.records.count + work.removals.count < limit {
            guard let entry = entries[tag], !entry.isDone, entry.due <= now else { continue }
            if let record = entry.record { work.records.append(record) } else { work.removals.append(tag) }
        }
        return work
    }

    /// Tries again after a while, which doubles with each attempt up to five seconds.
    mutating func postpone(_ tags: [UInt16], at now: Time) {
        for tag in tags {
            guard var entry = entries[tag] else { continue }
            entry.due = now + .milliseconds(min(5000, 100 << min(entry.attempts, 6)))
            entry.attempts += 1
            entries[tag] = entry
        }
    }

    /// Notes what became of a droplet's flows; false if others are wanted meanwhile.
    mutating func answered(_ record: DropletRecord, isDone: Bool, at now: Time) -> Bool {
        guard entries[record.tag]?.record == record else { return false }
        if isDone {
            entries[record.tag]?.isDone = true
            entries[record.tag]?.attempts = 0
            open.remove(record.tag)
        } else {
            postpone([record.tag], at: now)
        }
        return true
    }

    /// Notes that tags' flows are gone; those that were not wanted again meanwhile.
    mutating func removed(_ tags: [UInt16]) -> [UInt16] {
        tags.filter { tag in
            guard let entry = entries[tag], entry.record == nil else { return false }
            entries[tag] = nil
            open.remove(tag)
            return true
        }
    }

    mutating func baseIsDone(_ isDone: Bool) { isBaseDone = isDone }

    /// The number of the next change.
    mutating func nextGeneration() -> UInt64 {
        generation += 1
        return generation
    }

    /// What hvflowd's number of our last change must be, or it has lost something.
    var expected: UInt64 { acknowledged }

    /// Has hvflowd asked at once what it has.
    mutating func requestAudit() { auditDue = .now }

    mutating func isAuditDue(at now: Time) -> Bool { now >= auditDue }

    /// Notes that hvflowd has taken a change, and the number that it counts for it.
    mutating func acknowledge(_ number: UInt64) { acknowledged = number }

    /// Notes hvflowd's count of our changes; nil if it did not answer.
    ///
    /// If it is not that of the last change that it took, it
    /// has lost something, or has heard another, and gets everything again.
    mutating func noteAudit(generation heard: UInt64?, at now: Time) {
        auditDue = now + (hasBegun && heard != nil ? FlowProgrammer.auditInterval : .milliseconds(200))
        guard let heard else { return }
        if !isReachable {
            // What waits for its turn has waited for this.
            for tag in open { entries[tag]?.due = now }
            (isReachable, error) = (true, "")
        }
        guard heard != acknowledged else { return }
        acknowledged = heard
        generation = max(generation, heard)
        isBaseDone = false
        baseDue = now
        for tag in entries.keys {
            entries[tag]?.isDone = false
            entries[tag]?.due = now
            open.insert(tag)
        }
    }
}
