package import Linux
import Reactor
import SystemPackage

/// Makes a sweep with the kernel's own connections: what anyone may do, and what goes through proxies of the network layer.
///
/// One loop holds as many sockets as the process may have descriptors. What a shortage of our own keeps from being asked is
/// asked again when the shortage is over; it never counts as silence.
package struct ConnectSweep: ~Copyable {
    /// A socket on its way.
    private struct Attempt: BitwiseCopyable {
        var descriptor: Int32
        var position: Int32
        var attempt: UInt8
        var began: UInt64
        /// The answer is not waited for any longer.
        var deadline: UInt64
    }

    private struct Shot {
        var position: Int
        var attempt: Int
        /// Nanoseconds since its connection was begun.
        var age: UInt64 = 0
    }

    /// After a second the kernel asks again, and which of the two is answered it does not say (RFC 6298, 2.1).
    private static let kernelTimeout: UInt64 = 900_000_000

    /// Descriptors that are left to the rest of the process.
    private static let reserve = 64

    private let request: SweepRequest
    private let plan: ProbePlan
    private var poller: EpollPoller
    private var slots: Slab<Attempt>
    /// Sockets at a time, which a shortage lowers.
    private var limit: Int
    private var queue: [UInt64] = []
    private var queueHead = 0
    /// What could not be asked for want of a descriptor or a port.
    private var postponed: [Shot] = []
    private var pausedUntil: UInt64 = 0
    /// How often an answer was there as soon as the call returned, of the last few.
    private var immediate = 8
    private var answers: [(Evidence, Shot)] = []
    private var counts = SweepCounts()

    /// `concurrency` sockets at most; fewer if the process may not have so many.
    package init(_ request: SweepRequest, concurrency: Int = 4096) throws(SystemError) {
        let most = max(8, min(concurrency, DescriptorLimit.raise() - Self.reserve))
        let poller = try EpollPoller(batch: 512)
        let slots = try Slab<Attempt>(capacity: most)
        self.request = request
        self.poller = poller
        self.slots = slots
        limit = most
        plan = ProbePlan(addresses: request.addresses, ports: request.ports, hash: request.hash)
        counts.planned = plan.count
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
    ) -> SweepCounts {
        var sweep = Sweep(count: Int(plan.count), options: request.options, plan: plan)
        for memory in request.memories {
            memory.restore(&sweep, plan, found)
        }
        let isWhole = run(&sweep, found, watch)
        if let label = request.label {
            remember(SweepMemory(sweep, plan, request.hash, label: label, isWhole: isWhole))
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
                        address: address, port: port, evidence: outcome.evidence, timeToLive: outcome.timeToLive),
                    isUndecided)
            }
        }
        counts.limits = limits
        return counts
    }

    private mutating func run(
        _ sweep: inout Sweep, _ found: (Finding) -> Void, _ watch: (SweepCounts) -> Bool
    ) -> Bool {
        var shots: [Shot] = []
        var nextLook: UInt64 = 0
        while true {
            var now = Clock.monotonic
            expire(at: now)
            shots.removeAll(keepingCapacity: true)
            if now >= pausedUntil {
                while let shot = postponed.popLast() {
                    guard slots.count < limit else {
                        postponed.append(shot)
                        break
                    }
                    if sweep.outcome(shot.position).evidence == .none { shots.append(shot) }
                }
                let free = min(64, limit - slots.count - shots.count)
                if free > 0, postponed.isEmpty {
                    _ = sweep.take(free, at: now) { shots.append(Shot(position: $0, attempt: $1)) }
                }
            }
            for shot in shots { begin(shot, timeout: sweep.roundTrip.timeout, at: now) }
            let isIdle = shots.isEmpty && answers.isEmpty
            let wait = isIdle ? min(sweep.wake(after: now) - now, untilExpiry(now), 20_000_000) : 0
            if slots.count > 0 || isIdle {
                let count = poller.wait(nanoseconds: wait)
                now = Clock.monotonic
                collect(count)
                if count < 512 { sweep.drained(at: now) }
            } else {
                now = Clock.monotonic
                sweep.drained(at: now)
            }
            for (evidence, shot) in answers {
                let isNew = sweep.receive(
                    evidence, position: shot.position, attempt: UInt8(min(shot.attempt, 255)), timeToLive: 0,
                    isTimed: shot.age < Self.kernelTimeout, at: now)
                if isNew { found(finding(UInt64(shot.position), evidence)) }
            }
            answers.removeAll(keepingCapacity: true)
            if now >= nextLook {
                nextLook = now + 5_000_000
                if !watch(counts(sweep)) { return false }
            }
            if sweep.isFinished, postponed.isEmpty { return true }
        }
    }

    /// Starts a connection.
    private mutating func begin(_ shot: Shot, timeout: UInt64, at now: UInt64) {
        let (host, port) = plan.probe(at: UInt64(shot.position))
        let address = plan.addresses[number: host]
        let target =
            request.path.isIPv6
            ? SocketAddress(
                ipv6: address, scope: address >> 118 == 0x3FA ? UInt32(request.path.interfaceIndex) : 0, port: port)
            : SocketAddress(ipv4: UInt32(truncatingIfNeeded: address), port: port)
        let made = Socket.stream(for: target)
        guard let number = made.count else {
            // EMFILE, ENFILE, ENOBUFS, ENOMEM: too many at a time for this machine.
            limit = max(8, min(limit, slots.count) * 3 / 4)
            postpone(shot, at: now)
            return
        }
        let descriptor = Int32(number)
        var result = Socket.connect(descriptor, to: target)
        // On a short link the answer is there when the call returns: asking again tells it without the poller. EALREADY (114)
        // is the kernel's word for "not yet".
        if result.isPending, immediate > 0 {
            result = Socket.connect(descriptor, to: target)
            let isThere = !(result.isPending || result.failure?.rawValue == 114)
            immediate = isThere ? 16 : immediate - 1
            if !isThere { result = .wouldBlock }
        } else if result.isPending, shot.position & 127 == 0 {
            // Now and then the question is worth a call: links change.
            immediate = 1
        }
        if result.isPending {
            let attempt = Attempt(
                descriptor: descriptor, position: Int32(shot.position), attempt: UInt8(min(shot.attempt, 255)),
                began: now, deadline: now + timeout)
            guard let place = slots.take(attempt) else {
                Socket.close(descriptor)
                postpone(shot, at: now)
                return
            }
            let token = slots.token(for: place)
            do throws(SystemError) {
                try poller.add(descriptor, token: token)
                queue.append(token)
            } catch {
                slots.give(place)
                Socket.close(descriptor)
                postpone(shot, at: now)
            }
            return
        }
        conclude(result.failure, descriptor, shot, target, at: now)
    }

    /// A connection stands or failed: what that tells.
    private mutating func conclude(
        _ failure: Errno?, _ descriptor: Int32, _ shot: Shot, _ target: SocketAddress?, at now: UInt64
    ) {
        defer { Socket.close(descriptor) }
        guard let failure else {
            // A connection to a free port of this machine may have been given that very port, and so met itself.
            if let target, Socket.localAddress(descriptor) == target {
                answers.append((.refused, shot))
                return
            }
            // One reset leaves nothing behind, neither there nor here (TIME_WAIT).
            Socket.resetOnClose(descriptor)
            answers.append((.connected, shot))
            return
        }
        switch failure {
        case .connectionRefused: answers.append((.refused, shot))
        case .connectionReset: answers.append((.reset, shot))
        case .noRouteToHost, .hostIsDown: answers.append((.hostUnreachable, shot))
        case .networkUnreachable, .networkDown: answers.append((.networkUnreachable, shot))
        case .protocolNotAvailable: answers.append((.protocolUnreachable, shot))
        case .permissionDenied, .notPermitted: answers.append((.localRefusal, shot))
        case .invalidArgument, .addressFamilyNotSupported: answers.append((.networkUnreachable, shot))
        // Silence, told by the kernel's patience before ours ended.
        case .timedOut: break
        default:
            // EADDRNOTAVAIL: no free port towards this one; EAGAIN, ENOBUFS: no room. Both pass.
            postpone(shot, at: now)
        }
    }

    private mutating func postpone(_ shot: Shot, at now: UInt64) {
        counts.refused += 1
        postponed.append(shot)
        pausedUntil = now + 2_000_000
    }

    /// Takes what the poller told.
    private mutating func collect(_ count: Int) {
        let now = Clock.monotonic
        for index in 0..<count {
            let event = poller.event(index)
            guard let place = slots.place(for: event.token) else { continue }
            let attempt = slots[place]
            let failure = Socket.pendingError(attempt.descriptor)
            if failure == nil, !event.readiness.contains(.write) { continue }
            slots.give(place)
            let shot = Shot(
                position: Int(attempt.position), attempt: Int(attempt.attempt), age: now - attempt.began)
            var target: SocketAddress?
            if failure == nil, request.path.isLoopback {
                let own = Socket.localAddress(attempt.descriptor)
                target = own?.port == plan.probe(at: UInt64(shot.position)).port ? own : nil
            }
            conclude(failure, attempt.descriptor, shot, target, at: now)
        }
    }

    /// Gives up what is not answered in time; the next try has a socket of its own.
    private mutating func expire(at now: UInt64) {
        while queueHead < queue.count {
            guard let place = slots.place(for: queue[queueHead]) else {
                queueHead += 1
                continue
            }
            // While there is room a late answer is welcome: it tells how long answers take here.
            guard slots[place].deadline <= now, slots.count > limit / 2 else { break }
            Socket.close(slots[place].descriptor)
            slots.give(place)
            queueHead += 1
        }
        if queueHead > 4096 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
    }

    private func untilExpiry(_ now: UInt64) -> UInt64 {
        guard queueHead < queue.count, let place = slots.place(for: queue[queueHead]) else { return 1_000_000 }
        let deadline = slots[place].deadline
        return deadline > now ? deadline - now : slots.count > limit / 2 ? 0 : 20_000_000
    }

    private func finding(_ position: UInt64, _ evidence: Evidence) -> Finding {
        let (host, port) = plan.probe(at: position)
        return Finding(address: plan.addresses[number: host], port: port, evidence: evidence, timeToLive: 0)
    }

    private func counts(_ sweep: borrowing Sweep) -> SweepCounts {
        var counts = counts
        counts.take(sweep)
        return counts
    }

    deinit {
        // What is still on its way when the sweep is over.
        var head = queueHead
        while head < queue.count {
            if let place = slots.place(for: queue[head]) { Socket.close(slots[place].descriptor) }
            head += 1
        }
    }
}
