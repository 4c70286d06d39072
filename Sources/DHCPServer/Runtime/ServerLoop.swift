import DHCP
import Link
import Linux
import Logging
import Reactor
import Telemetry
import Wire

/// The loop of a server: takes frames, lets the conducts decide, commits, sends.
///
/// One thread decides everything, so that no client is ever handled by two at once, and nothing is locked. Each round takes what has
/// come; offers leave at once; what promises something waits for the commit of its batch, which another thread makes while this one
/// goes on. While the disk works, more comes, and the next batch is larger: so the rate of syncs adapts to the load by itself.
final class ServerLoop {
    /// What the file says, and that with what was reserved by hand.
    var written: ServerConfiguration
    var configuration: ServerConfiguration
    var conduct: DHCPv4.Server
    var conduct6: DHCPv6.Server
    /// What we are to our neighbors on each link where IPv6 is served.
    var neighbors: [LinkIdentifier: NeighborLink] = [:]
    var random = ConductRandom()
    let store: any LeaseStore
    var clock: LeaseClock
    let logger: Logger
    let mailbox: Mailbox<@Sendable (ServerLoop) -> Void>

    var poller: EpollPoller
    var monitor: InterfaceMonitor
    var ports: [UInt32: LinkPort] = [:]
    let datagrams: Int32
    /// -1 while nothing of DHCPv6 is served.
    var datagrams6: Int32 = -1
    let datagramBatch = DatagramBatch(capacity: 256)
    let committer: Committer

    /// What the present round decides; what waits for the next commit; what is being committed.
    var outcome = Outcome()
    var waiting = Outcome()
    var underWay = Outcome()
    var isCommitting = false
    /// When a commit that failed is tried again, by the monotonic clock.
    var retryTime: UInt64 = 0
    /// Changes of a commit that failed, which come before all others.
    var unsaved: [LeaseChange] = []
    var outgoing: [OutgoingDatagram] = []
    /// Numbers of the outcome's transmissions, by the interface that they leave on as frames.
    var frames: [UInt32: [Int]] = [:]
    var tally = Tally()
    var watchers: [LeaseWatcher] = []
    /// What was reserved by hand, beside what the file says.
    var reserved: [StoredReservation] = []
    var isDraining = false
    /// What came faster than it could be decided on.
    private var backlog = Backlog()
    var cadence = Cadence()
    /// Answers that leave a little later, so that not too many leave at once.
    var departures = Departures()
    /// How many messages the present round took.
    private var taken = 0
    /// Who wants to know of each exchange; nil if nobody does.
    let tracer = ExchangeTracer()
    /// Frames of before this time of day are too old to be answered.
    private var oldest: UInt64 = 0
    var savedOffset: Int64?

    /// The most messages that are decided on before offers leave.
    static let roundLimit = 256

    /// The most changes that wait for a commit: enough that a disk which needs some milliseconds for a sync does not limit the rate.
    static let batchLimit = 1024

    /// How long a disk is left alone that has refused a commit, in nanoseconds.
    static let retryPeriod: UInt64 = 100_000_000

    /// How many batches of an interface are taken before others have their turn.
    private static let pollLimit = 128

    private static let mailboxToken = UInt64.max
    private static let monitorToken = UInt64.max - 1
    private static let datagramToken = UInt64.max - 2
    static let datagram6Token = UInt64.max - 3
    private static let committerToken = UInt64.max - 4

    /// Opens everything that can fail to open; the leases are loaded already.
    init(
        _ configuration: ServerConfiguration, written: ServerConfiguration, reserved: [StoredReservation],
        conduct: DHCPv4.Server, conduct6: DHCPv6.Server, store: any LeaseStore,
        clock: LeaseClock,
        mailbox: Mailbox<@Sendable (ServerLoop) -> Void>, logger: Logger
    ) throws(ServerFailure) {
        (self.written, self.configuration) = (written, configuration)
        (self.conduct, self.store, self.clock, self.reserved) = (conduct, store, clock, reserved)
        (self.conduct6, self.mailbox, self.logger) = (conduct6, mailbox, logger)
        do throws(SystemError) {
            poller = try EpollPoller()
            datagrams = try Socket.datagram(
                isIPv6: false, port: 67, receiveBuffer: LinkPort.account(configuration.queue))
            try poller.addListener(mailbox.descriptor, token: Self.mailboxToken)
            try poller.addListener(datagrams, token: Self.datagramToken)
            committer = try Committer(store)
            try poller.addListener(committer.descriptor, token: Self.committerToken)
        } catch {
            throw .system(error)
        }
        do throws(LinkError) {
            monitor = try InterfaceMonitor([.interfaces, .addresses])
            try FrameFilter.datagrams(except: []).attach(to: datagrams)
        } catch {
            throw .link(error)
        }
        do throws(SystemError) {
            try poller.addListener(monitor.fileDescriptor, token: Self.monitorToken)
        } catch {
            throw .system(error)
        }
        openDatagrams6()
        refreshLinks()
    }

    deinit {
        Socket.close(datagrams)
        if datagrams6 >= 0 { Socket.close(datagrams6) }
    }

    /// Runs until told to stop.
    func run() {
        while !isDraining {
            let count = poller.wait(nanoseconds: departures.isEmpty ? idleTime() : 0)
            var hasFrames = false
            for index in 0..<count {
                switch poller.event(index).token {
                case Self.mailboxToken: for message in mailbox.drain() { message(self) }
                case Self.monitorToken: followLinks()
                default: hasFrames = true
                }
            }
            takeCommitted()
            // Under load, more is let come first.
            let now = Clock.monotonic
            Thread.sleep(nanoseconds: max(hasFrames ? cadence.delay(at: now) : 0, departures.delay(at: now)))
            // Everything that has come, in rounds, before the next wait.
            var more = hasFrames
            repeat {
                more = more && takeRound()
                tick()
                flush()
            } while more
        }
        // What had come before the signal is answered still.
        while takeRound() || !backlog.isEmpty, unsaved.isEmpty { settle() }
        settle()
        sayFarewell()
        committer.stop()
        // Not when the last reference goes: callers of the control socket may hold one until the process ends.
        store.close()
    }

    private func idleTime() -> UInt64 {
        var longest: UInt64 = unsaved.isEmpty ? 1_000_000_000 : Self.retryPeriod
        if waiting.isPromise, !isCommitting, unsaved.isEmpty { longest = Cadence.commitPeriod }
        guard let next = [conduct.nextTick, nextTick6].compactMap({ $0 }).min() else { return longest }
        let left = next.nanoseconds &- clock.now.nanoseconds
        return left <= 0 ? 0 : min(UInt64(left), longest)
    }

    /// Does at once what somebody has made due.
    func tickNow() {
        tick()
        flush()
    }

    private func tick() {
        let now = clock.now
        if let next = conduct.nextTick, next <= now { conduct.tick(at: now, into: &outcome) }
        tick6(at: now)
        // The time of day was set: where the clock is from it must be known after a restart.
        if !isCommitting, abs(clock.offset &- (savedOffset ?? 0)) > 2_000_000_000 {
            savedOffset = clock.offset
            store.clockOffset = clock.offset
        }
    }

    /// Takes a round of messages from every socket in turn; whether there may be more.
    ///
    /// What does not fit into a round waits in the backlog, where the newest of each client counts, instead of in the kernel's queue,
    /// where the oldest does.
    private func takeRound() -> Bool {
        adoptOthers()
        let (now, begin) = (clock.now, Clock.monotonic)
        defer {
            cadence.note(taken, at: begin)
            taken = 0
        }
        oldest = Clock.real &- UInt64(configuration.queueTime) &* 1_000_000
        var mayHaveMore = false
        for port in ports.values {
            var (batches, count) = (0, 0)
            repeat {
                let isWaiting = !backlog.isEmpty || isHeldBack || outcome.events.count >= Self.roundLimit
                count =
                    (try? port.socket.poll { octets, information in
                        taken += 1
                        if isWaiting {
                            wait(octets, information, port)
                        } else {
                            take(octets, information, port, at: now)
                        }
                    }) ?? 0
                batches += 1
            } while count == port.socket.options.batchCount && batches < Self.pollLimit
            if count == port.socket.options.batchCount { mayHaveMore = true }
        }
        while !isHeldBack, outcome.events.count < Self.roundLimit, let entry = backlog.next() {
            guard let port = ports[entry.port] else { continue }
            take(entry.octets.span.octets, entry.information, port, at: now)
        }
        let transfer = datagramBatch.receive(from: datagrams) { octets, datagram in take(octets, datagram, at: now) }
        taken += transfer.count ?? 0
        if transfer.count == datagramBatch.capacity { mayHaveMore = true }
        if datagrams6 >= 0 {
            let transfer = datagramBatch.receive(from: datagrams6) { octets, datagram in
                take6(octets, datagram, at: now)
            }
            taken += transfer.count ?? 0
            if transfer.count == datagramBatch.capacity { mayHaveMore = true }
        }
        // Held back, the loop waits for the disk.
        return mayHaveMore || !backlog.isEmpty && !isHeldBack
    }

    /// Lets a frame wait for its turn.
    private func wait(_ octets: RawSpan, _ information: FrameInformation, _ port: LinkPort) {
        let (replaced, lost) = backlog.add(octets, information, port: port.index)
        for _ in 0..<replaced { tally.drop("frame", "newer-came") }
        for _ in 0..<lost { tally.drop("frame", "overload") }
    }

    private func take(_ octets: RawSpan, _ information: FrameInformation, _ port: LinkPort, at now: Instant) {
        guard information.timestamp == 0 || information.timestamp > oldest else {
            return tally.drop("frame", "queued-too-long")
        }
        let frame: FrameReader.Frame
        do throws(FrameReader.Refusal) {
            guard octets.byteCount == information.originalLength else { throw FrameReader.Refusal("too-long") }
            frame = try FrameReader.read(
                octets, checksum: information.checksum, vlan: information.vlan?.identifier)
        } catch {
            return tally.drop("frame", error.reason)
        }
        let first = outcome.events.count
        defer { noteArrival(information.timestamp, first: first) }
        guard let network = port.networks[frame.vlan] else { return tally.drop("frame", "unserved-vlan") }
        let link = LinkIdentifier(interfaceIndex: port.index, vlan: frame.vlan)
        switch frame.content {
        case .dhcpv4(let source, let target, let sourcePort, let payload):
            var arrival = Arrival(
                link: link, network: network, hardwareSource: frame.source, source: IPv6Address(mapping: source),
                target: IPv6Address(mapping: target), sourcePort: sourcePort)
            arrival.localAddress = localAddress(on: port, network: network)
            conduct.receive(octets.extracting(payload), from: arrival, at: now, into: &outcome)
        case .arpReply(let address, let hardware):
            conduct.probeAnswered(LeaseAddress(address), by: hardware, at: now, into: &outcome)
        case .dhcpv6(let source, let target, let sourcePort, let payload):
            take6(
                octets.extracting(payload), source: source, target: target, sourcePort: sourcePort,
                station: frame.source, on: link, network: network, at: now)
        case .neighbor:
            takeNeighbor(octets, isChecksumPartial: information.checksum != .unknown, on: link, at: now)
        }
    }

    /// A datagram on an interface that no frames are taken from: of a relay agent, or a client behind routers.
    private func take(_ octets: RawSpan, _ datagram: IncomingDatagram, at now: Instant) {
        guard let source = datagram.source.unmapped else { return }
        let target = IPv4Address(rawValue: UInt32(truncatingIfNeeded: datagram.target))
        var arrival = Arrival(
            link: LinkIdentifier(interfaceIndex: datagram.interface), network: nil, hardwareSource: nil,
            source: IPv6Address(mapping: IPv4Address(rawValue: source)), target: IPv6Address(mapping: target),
            sourcePort: datagram.source.port)
        arrival.localAddress = target
        conduct.receive(octets, from: arrival, at: now, into: &outcome)
    }

    private func localAddress(on port: LinkPort, network: Int) -> IPv4Address {
        port.address(in: configuration.v4.networks[network].subnets) ?? .any
    }
}
