package import Link
import Linux
import SystemPackage
import Wire

/// Makes a sweep with frames of our own: one thread sends and receives by turns, and nothing is shared.
package struct RawSweep: ~Copyable {
    /// Positions that are swept at a time: so many octets of memory, twice.
    private static let segment: UInt64 = 1 << 22
    private static let batch = 64
    private static let receiveBatch = 512

    private let request: SweepRequest
    private let plan: ProbePlan
    private let writer: ProbeWriter
    private var reader: AnswerReader
    private var sender: ProbeSender
    private var receiver: PacketSocket
    private var drops = 0
    private var counts = SweepCounts()

    /// Opens the sockets; needs CAP_NET_RAW.
    package init(_ request: SweepRequest) throws(LinkError) {
        let cookie = Cookie(hash: request.hash)
        // All that throws comes first: a value that is not copied cannot be left half made.
        let receiver = try Self.receiver(request, cookie)
        let sender = try ProbeSender(request.path, batch: Self.batch)
        self.request = request
        plan = ProbePlan(addresses: request.addresses, ports: request.ports, hash: request.hash)
        writer = ProbeWriter(
            technique: request.technique, path: request.path, cookie: cookie, payloads: request.payloads)
        reader = AnswerReader(technique: request.technique, path: request.path, cookie: cookie)
        self.sender = sender
        self.receiver = receiver
        counts.planned = request.positions.map { $0.upperBound - $0.lowerBound } ?? plan.count
    }

    private static func receiver(_ request: SweepRequest, _ cookie: Cookie) throws(LinkError) -> PacketSocket {
        var options = PacketSocket.Options(interface: request.path.interface)
        do throws(FilterError) {
            options.filter = try AnswerFilter.program(
                technique: request.technique, framing: request.path.framing, isIPv6: request.path.isIPv6,
                cookie: cookie)
        } catch {
            throw .filter(error)
        }
        options.isFilterLocked = true
        options.ignoresOutgoing = true
        options.batchCount = receiveBatch
        options.receiveRing = PacketSocket.Options.Ring(
            blockSize: 1 << 17, blockCount: 128, timeout: .milliseconds(1))
        return try PacketSocket(options)
    }

    /// Makes the sweep.
    ///
    /// `found` is told of each answer when it comes, once; `ended` of the silent ports, when their silence is believed or
    /// given up. `watch` is called now and then, and ends the sweep by returning false.
    package consuming func run(
        found: (Finding) -> Void, ended: (Finding, _ isUndecided: Bool) -> Void, watch: (SweepCounts) -> Bool
    ) throws(LinkError) -> SweepCounts {
        let positions = request.positions ?? 0..<plan.count
        var start = positions.lowerBound
        while start < positions.upperBound {
            let count = min(Self.segment, positions.upperBound - start)
            var sweep = Sweep(count: Int(count), options: request.options)
            let before = counts
            let isWhole = try run(&sweep, from: start, before, found: found, watch: watch)
            counts = self.counts(sweep, before)
            if !isWhole {
                counts.isInterrupted = true
                counts.position = start
                return counts
            }
            for position in 0..<Int(count) where sweep.outcome(position).evidence == .none {
                let (host, port) = plan.probe(at: start + UInt64(position))
                if sweep.leavesUndecided { counts.undecided += 1 }
                ended(
                    Finding(address: plan.addresses[number: host], port: port, evidence: .none, timeToLive: 0),
                    sweep.leavesUndecided)
            }
            start += count
            counts.position = start
        }
        return counts
    }

    /// One segment; whether it came to its end.
    private mutating func run(
        _ sweep: inout Sweep, from start: UInt64, _ before: SweepCounts, found: (Finding) -> Void,
        watch: (SweepCounts) -> Bool
    ) throws(LinkError) -> Bool {
        var shots: [(position: Int, attempt: Int)] = []
        shots.reserveCapacity(Self.batch)
        var nextLook: UInt64 = 0
        while true {
            let now = Clock.monotonic
            shots.removeAll(keepingCapacity: true)
            _ = sweep.take(Self.batch, at: now) { shots.append(($0, $1)) }
            if !shots.isEmpty { try send(shots, from: start, &sweep) }
            let count = try receive(&sweep, from: start, found)
            if now >= nextLook {
                nextLook = now + 5_000_000
                try look(&sweep, at: now)
                if !watch(counts(sweep, before)) { return false }
            }
            if sweep.isFinished { return true }
            if shots.isEmpty, count == 0 {
                try wait(until: min(sweep.wake(after: now), now + 20_000_000), &sweep, from: start, found)
            }
        }
    }

    private mutating func send(
        _ shots: [(position: Int, attempt: Int)], from start: UInt64, _ sweep: inout Sweep
    ) throws(LinkError) {
        do throws(LinkError) {
            try sender.send(shots.count) { [plan, writer, request] number, place in
                let (host, port) = plan.probe(at: start &+ UInt64(shots[number].position))
                writer.write(
                    plan.addresses[number: host], port: port, attempt: UInt8(min(shots[number].attempt, 7)),
                    hardware: request.stations[host], to: &place)
                return plan.addresses[number: host]
            }
        } catch {
            // The device has no room, or stands still: slower; what did not go is silent, and is tried again.
            guard error == .timedOut || error.isWantOfRoom else { throw error }
            counts.refused += UInt64(shots.count)
            sweep.lostHere(shots.count, at: Clock.monotonic)
        }
    }

    private mutating func receive(
        _ sweep: inout Sweep, from start: UInt64, _ found: (Finding) -> Void
    ) throws(LinkError) -> Int {
        let now = Clock.monotonic
        var reader = reader
        let plan = plan
        // Those of neighbors do not tell which try they answer.
        let isTimed = request.technique != .neighbor && request.technique != .ipProtocol
        let count = try receiver.poll { frame, _ in
            guard let answer = reader.read(frame),
                let position = plan.position(address: answer.address, port: answer.port),
                position >= start, position < start + UInt64(sweep.count)
            else { return }
            let isNew = sweep.receive(
                answer.evidence, position: Int(position - start), attempt: answer.attempt,
                timeToLive: answer.timeToLive, isTimed: isTimed, at: now)
            guard isNew else { return }
            found(
                Finding(
                    address: answer.address, port: answer.port, evidence: answer.evidence,
                    timeToLive: answer.timeToLive, reporter: answer.reporter, hardwareAddress: answer.hardwareAddress))
        }
        self.reader = reader
        if count < Self.receiveBatch { sweep.drained(at: now) }
        return count
    }

    private mutating func wait(
        until moment: UInt64, _ sweep: inout Sweep, from start: UInt64, _ found: (Finding) -> Void
    ) throws(LinkError) {
        let now = Clock.monotonic
        guard moment > now else { return }
        do throws(LinkError) {
            try receiver.wait(until: .after(.nanoseconds(Int64(moment - now))))
        } catch .timedOut {}
    }

    /// Asks the kernel what it had no room for.
    private mutating func look(_ sweep: inout Sweep, at now: UInt64) throws(LinkError) {
        let total = try receiver.statistics().drops
        sweep.lostHere(total - drops, at: now)
        counts.dropped += UInt64(total - drops)
        drops = total
    }

    /// The counts so far: of segments that ended, and of this one.
    private func counts(_ sweep: borrowing Sweep, _ before: SweepCounts) -> SweepCounts {
        var counts = before
        (counts.dropped, counts.refused) = (self.counts.dropped, self.counts.refused)
        counts.sent += sweep.sent
        counts.answered += UInt64(sweep.count - sweep.silent)
        counts.lost += UInt64(sweep.loss.losses)
        counts.duplicates += UInt64(sweep.duplicates)
        counts.strangers = UInt64(reader.strangers)
        counts.rate = sweep.pace.rate
        return counts
    }
}

extension LinkError {
    /// Whether the device's queue was full (ENOBUFS).
    var isWantOfRoom: Bool {
        if case .call(_, _, .noBufferSpace) = self { return true }
        return false
    }
}
