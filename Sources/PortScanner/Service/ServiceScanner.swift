package import Linux
import Reactor
import SystemPackage

/// Asks many open ports at once what they are: one thread, one loop, no decisions but those of `Inquiry`.
package struct ServiceScanner: ~Copyable {
    package struct Options: Sendable {
        package var inquiry = Inquiry.Options()
        /// Ports that are asked at a time.
        package var ports = 100
        /// The name that servers are asked by, instead of the address.
        package var hostName: String?

        package init() {}
    }

    /// A port to ask.
    package struct Target: Sendable {
        package let address: SocketAddress
        package let kind: ProbeProtocol
        /// The name that the user gave the host.
        package var name: String?

        package init(_ address: SocketAddress, _ kind: ProbeProtocol, name: String? = nil) {
            (self.address, self.kind, self.name) = (address, kind, name)
        }
    }

    private let options: Options
    private let context: TLSClientContext?
    private var poller: EpollPoller
    private var places: [ServiceConnection?] = []
    private var freePlaces: [Int] = []
    private var uses: UInt64 = 0

    package init(_ options: Options = Options()) throws(SystemError) {
        self.options = options
        context = TLSClientContext()
        poller = try EpollPoller()
    }

    /// Asks every target; `found` is told of each once, with nil if nothing is known.
    ///
    /// `watch` is called now and then, and ends all by returning false.
    package mutating func run(
        _ targets: [Target], watch: () -> Bool = { true }, found: (_ index: Int, _ identity: ServiceIdentity?) -> Void
    ) throws(SystemError) {
        var next = 0
        var active: [Int: Inquiry] = [:]
        while next < targets.count || !active.isEmpty {
            let now = Clock.monotonic
            while next < targets.count, active.count < options.ports {
                let target = targets[next]
                let host = options.hostName ?? target.name ?? target.address.host
                active[next] = Inquiry(
                    target.kind, port: target.address.port, host: host, options: options.inquiry, at: now)
                next += 1
            }
            for index in active.keys.sorted() { try begin(index, targets[index], &active, at: now) }
            for (index, inquiry) in active where inquiry.isFinished {
                found(index, inquiry.verdict)
                active[index] = nil
                close(inquiriesOf: index)
            }
            guard watch() else {
                for index in active.keys { close(inquiriesOf: index) }
                return
            }
            if active.isEmpty { continue }
            try wait(&active, at: now)
        }
    }

    /// Begins what an inquiry wants to begin.
    private mutating func begin(
        _ index: Int, _ target: Target, _ active: inout [Int: Inquiry], at now: UInt64
    ) throws(SystemError) {
        active[index]?.tick(at: now)
        while let attempt = active[index]?.next(at: now) {
            let name = options.hostName ?? target.name
            guard
                let connection = ServiceConnection(
                    attempt, target: index, address: target.address, isDatagram: target.kind == .udp, context: context,
                    name: name)
            else {
                active[index]?.finish(attempt.number, .unreachable, at: now)
                continue
            }
            let place = freePlaces.popLast() ?? places.count
            if place == places.count { places.append(nil) }
            uses += 1
            connection.token = uses << 20 | UInt64(place)
            places[place] = connection
            try poller.add(connection.descriptor, token: connection.token)
        }
    }

    /// Waits for events and deadlines, and hands outcomes to the inquiries.
    private mutating func wait(_ active: inout [Int: Inquiry], at now: UInt64) throws(SystemError) {
        var soonest = now + 100_000_000
        for inquiry in active.values { soonest = min(soonest, inquiry.wake(after: now)) }
        for connection in places { if let connection { soonest = min(soonest, connection.deadline) } }
        let count = poller.wait(nanoseconds: soonest > now ? soonest - now : 0)
        let later = Clock.monotonic
        for number in 0..<count {
            let event = poller.event(number)
            let place = Int(event.token & 0xF_FFFF)
            guard place < places.count, let connection = places[place], connection.token == event.token else {
                continue
            }
            if let outcome = connection.advance(event.readiness) { conclude(place, outcome, &active, at: later) }
        }
        for place in places.indices {
            guard let connection = places[place], connection.deadline <= later else { continue }
            conclude(place, connection.expire(), &active, at: later)
        }
    }

    private mutating func conclude(
        _ place: Int, _ outcome: Inquiry.Outcome, _ active: inout [Int: Inquiry], at now: UInt64
    ) {
        guard let connection = places[place] else { return }
        release(place)
        active[connection.target]?.finish(connection.number, outcome, at: now)
        // Inside of TLS all begins anew: what ran beside the handshake is of no interest any more.
        if case .encrypted = outcome { close(inquiriesOf: connection.target) }
        if active[connection.target]?.isAlone == true { close(inquiriesOf: connection.target) }
    }

    private mutating func close(inquiriesOf index: Int) {
        for place in places.indices where places[place]?.target == index { release(place) }
    }

    private mutating func release(_ place: Int) {
        guard let connection = places[place] else { return }
        connection.close()
        places[place] = nil
        freePlaces.append(place)
    }
}
