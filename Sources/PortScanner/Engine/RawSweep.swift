package import Link
import Linux
import SystemPackage
import Wire

/// Makes a sweep with frames of our own: one thread sends and receives by turns, and nothing is shared.
package struct RawSweep: ~Copyable {
    private static let batch = 256
    private static let receiveBatch = 512
    /// A stranger must not make us remember without end.
    private static let reporterLimit = 1 << 16

    private let request: SweepRequest
    private let plan: ProbePlan
    private let writer: ProbeWriter
    private var reader: AnswerReader
    private var sender: ProbeSender
    private var receiver: PacketSocket
    private var drops = 0
    /// Who answered in hosts' stead.
    private var reporters: [UInt128: UInt128] = [:]
    private var counts = SweepCounts()

    /// Opens the sockets; needs CAP_NET_RAW.
    package init(_ request: SweepRequest) throws(LinkError) {
        let cookie = Cookie(hash: request.hash)
        // All that throws comes first: a value that is not copied cannot be left half made.
        let receiver = try Self.receiver(request, cookie)
        let sender = try ProbeSender(
            request.path, batch: Self.batch, usesRing: request.usesTransmitRing && request.technique.isTCP)
        self.request = request
        plan = ProbePlan(addresses: request.addresses, ports: request.ports, hash: request.hash)
        writer = ProbeWriter(
            technique: request.technique, path: request.path, cookie: cookie, payloads: request.payloads)
        reader = AnswerReader(technique: request.technique, path: request.path, cookie: cookie)
        self.sender = sender
        self.receiver = receiver
        counts.planned = plan.count
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
            blockSize: request.receiveRing.blockSize, blockCount: request.receiveRing.blockCount,
            timeout: .milliseconds(1))
        return try PacketSocket(options)
    }

    /// Makes the sweep.
    ///
    /// `found` is told of each answer when it comes, once; `collect` of every probe in the end, host by host and port by port,
    /// also of the silent ones, and whether their silence is not believed. `watch` is called now and then, and ends the sweep by
    /// returning false; then `collect` is told of answers alone.
    /// `remember` is told what another sweep has to know to go on after it, if the request names it.
    package consuming func run(
        found: (Finding) -> Void = { _ in }, collect: (Finding, _ isUndecided: Bool) -> Void,
        remember: (SweepMemory) -> Void = { _ in }, watch: (SweepCounts) -> Bool
    ) throws(LinkError) -> SweepCounts {
        var sweep = Sweep(count: Int(plan.count), options: request.options, plan: plan)
        for memory in request.memories {
            memory.restore(&sweep, plan) { finding in
                if let reporter = finding.reporter { reporters[finding.address] = reporter }
                found(finding)
            }
        }
        let isWhole = try run(&sweep, found, watch)
        if let label = request.label {
            remember(SweepMemory(sweep, plan, request.hash, label: label, isWhole: isWhole, reporters: reporters))
        }
        var counts = counts(sweep)
        counts.isInterrupted = !isWhole
        var limits: [UInt128: RateLimit] = [:]
        for host in 0..<plan.addresses.count {
            let address = plan.addresses[number: host]
            let isDoubted = sweep.leavesUndecided(host: Int(host))
            if let limit = sweep.limit(host: Int(host)) { limits[address] = limit }
            for (place, port) in plan.ports.enumerated() {
                let outcome = sweep.outcome(Int(plan.position(host: host, place: place)))
                let isSilent = outcome.evidence == .none
                if isSilent, !isWhole { continue }
                let isUndecided = isSilent && isDoubted
                if isUndecided { counts.undecided += 1 }
                collect(
                    Finding(
                        address: address, port: port, evidence: outcome.evidence, timeToLive: outcome.timeToLive,
                        reporter: reporters[address]),
                    isUndecided)
            }
        }
        counts.limits = limits
        return counts
    }

    /// Whether it came to its end.
    private mutating func run(
        _ sweep: inout Sweep, _ found: (Finding) -> Void, _ watch: (SweepCounts) -> Bool
    ) throws(LinkError) -> Bool {
        var shots: [(position: Int, attempt: Int)] = []
        shots.reserveCapacity(Self.batch)
        var nextLook: UInt64 = 0
        while true {
            let now = Clock.monotonic
            shots.removeAll(keepingCapacity: true)
            _ = sweep.take(Self.batch, at: now) { shots.append(($0, $1)) }
            if !shots.isEmpty { try send(shots, &sweep) }
            let count = try receive(&sweep, found)
            if now >= nextLook {
                nextLook = now + 5_000_000
                try look(&sweep, at: now)
                if !watch(counts(sweep)) { return false }
            }
            if sweep.isFinished { return true }
            if shots.isEmpty, count == 0 {
                try wait(until: min(sweep.wake(after: now), now + 20_000_000))
            }
        }
    }

    private mutating func send(
        _ shots: [(position: Int, attempt: Int)], _ sweep: inout Sweep
    ) throws(LinkError) {
        do throws(LinkError) {
            try sender.send(shots.count) { [plan, writer, request] number, place in
                let (host, port) = plan.probe(at: UInt64(shots[number].position))
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
        _ sweep: inout Sweep, _ found: (Finding) -> Void
    ) throws(LinkError) -> Int {
        let now = Clock.monotonic
        var reader = reader
        var reporters: [UInt128: UInt128] = [:]
        swap(&reporters, &self.reporters)
        let plan = plan
        // Those of neighbors do not tell which try they answer.
        let isTimed = request.technique != .neighbor && request.technique != .ipProtocol
        let count = try receiver.poll { frame, _ in
            guard let answer = reader.read(frame),
                let position = plan.position(address: answer.address, port: answer.port)
            else { return }
            let isNew = sweep.receive(
                answer.evidence, position: Int(position), attempt: answer.attempt,
                timeToLive: answer.timeToLive, isTimed: isTimed, at: now)
            guard isNew else { return }
            if let reporter = answer.reporter, reporters.count < Self.reporterLimit {
                reporters[answer.address] = reporter
            }
            found(
                Finding(
                    address: answer.address, port: answer.port, evidence: answer.evidence,
                    timeToLive: answer.timeToLive, reporter: answer.reporter, hardwareAddress: answer.hardwareAddress))
        }
        self.reader = reader
        swap(&reporters, &self.reporters)
        if count < Self.receiveBatch { sweep.drained(at: now) }
        return count
    }

    private mutating func wait(until moment: UInt64) throws(LinkError) {
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

    /// The counts so far.
    private func counts(_ sweep: borrowing Sweep) -> SweepCounts {
        var counts = counts
        counts.take(sweep)
        counts.strangers = UInt64(reader.strangers)
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
