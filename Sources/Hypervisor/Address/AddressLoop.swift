package import DHCP
import Link
import Linux
package import Logging
package import Reactor
import Wire

/// The loop that answers: one thread, which has the conduct and the socket to itself.
///
/// Everybody else leaves messages for it, which it takes between two rounds of frames.
package final class AddressLoop {
    package typealias Message = @Sendable (AddressLoop) -> Void

    package private(set) var conduct: AddressConduct
    /// The interface's name.
    private let name: String
    private let queue: Int
    private let mailbox: Mailbox<Message>
    private var poller: EpollPoller
    private var monitor: InterfaceMonitor
    private var port: AddressPort?
    private var outcome = Outcome()
    private let clock: AddressClock
    private let logger: Logger
    private var isDraining = false

    /// Answers that the kernel did not take.
    package private(set) var unsent: UInt64 = 0
    /// How often the port was opened.
    package private(set) var openings: UInt64 = 0
    private var lost = 0

    private static let mailboxToken = UInt64.max
    private static let monitorToken = UInt64.max - 1
    private static let portToken: UInt64 = 0
    /// The most frames of one round.
    private static let roundLimit = 256

    package init(
        port name: String, conduct: AddressConduct, queue: Int, clock: AddressClock, mailbox: Mailbox<Message>,
        logger: Logger
    ) throws(HypervisorError) {
        (self.name, self.conduct, self.queue, self.clock) = (name, conduct, queue, clock)
        (self.mailbox, self.logger) = (mailbox, logger)
        do throws(SystemError) {
            poller = try EpollPoller(batch: 8)
            try poller.addListener(mailbox.descriptor, token: Self.mailboxToken)
        } catch {
            throw HypervisorError("make an event loop", "\(error)")
        }
        do throws(LinkError) {
            monitor = try InterfaceMonitor(.interfaces)
        } catch {
            throw HypervisorError("follow interfaces", "\(error)")
        }
        do throws(SystemError) {
            try poller.addListener(monitor.fileDescriptor, token: Self.monitorToken)
        } catch {
            throw HypervisorError("follow interfaces", "\(error)")
        }
        findPort()
    }

    /// Runs until `stop`.
    package func run() {
        while !isDraining {
            let count = poller.wait(nanoseconds: idleTime())
            var hasFrames = false
            for index in 0..<count {
                switch poller.event(index).token {
                case Self.mailboxToken: for message in mailbox.drain() { message(self) }
                case Self.monitorToken: followPort()
                default: hasFrames = true
                }
            }
            var more = hasFrames
            repeat {
                more = more && takeRound()
                let now = clock.now
                if let next = conduct.nextTick, next <= now { conduct.tick(at: now, into: &outcome) }
                send()
            } while more
        }
        while takeRound() { send() }
        send()
    }

    /// Ends the loop, after what has come is answered.
    package func stop() { isDraining = true }

    /// Serves a droplet by what changed.
    package func apply(_ changes: [DropletChange]) {
        let now = clock.now
        for change in changes {
            switch change {
            case .put(let record, let old):
                if let old, old.tag != record.tag { conduct.remove(tag: old.tag) }
                conduct.set(record.parameters, tag: record.tag, at: now)
            case .remove(let record, _): conduct.remove(tag: record.tag)
            case .bury, .synced, .cursor: break
            }
        }
    }

    /// Whether the port is there.
    package var isOpen: Bool { port != nil }

    /// What happened to all frames, with what only the socket knows.
    package var counters: [String: UInt64] {
        var named = conduct.tally.named
        countLost()
        named["lost"] = UInt64(lost)
        named["unsent"] = unsent
        return named
    }

    private func idleTime() -> UInt64 {
        guard let next = conduct.nextTick else { return 1_000_000_000 }
        let left = next.nanoseconds &- clock.now.nanoseconds
        return left <= 0 ? 0 : min(UInt64(left), 1_000_000_000)
    }

    /// Takes what has come, up to a round; whether there may be more.
    private func takeRound() -> Bool {
        guard let port else { return false }
        let now = clock.now
        var taken = 0
        while taken < Self.roundLimit {
            let count =
                (try? port.socket.poll { octets, information in
                    conduct.receive(
                        octets, vlan: information.vlan?.identifier, checksum: information.checksum,
                        originalLength: information.originalLength, at: now, into: &outcome)
                }) ?? 0
            taken += count
            guard count == port.socket.options.batchCount else { return false }
        }
        return true
    }

    private func send() {
        defer { outcome.removeAll() }
        guard !outcome.transmissions.isEmpty else { return }
        report()
        guard let port else {
            unsent &+= UInt64(outcome.transmissions.count)
            return
        }
        let sendable = outcome.transmissions.indices.filter { conduct.isSendable(outcome.transmissions[$0]) }
        unsent &+= UInt64(outcome.transmissions.count - sendable.count)
        do throws(LinkError) {
            try port.socket.send(count: sendable.count, until: .after(.milliseconds(20))) { place, frame in
                conduct.write(outcome.transmissions[sendable[place]], of: outcome, to: &frame)
            }
        } catch {
            unsent &+= UInt64(sendable.count)
        }
    }

    private func report() {
        guard logger.logLevel <= .debug else { return }
        for event in outcome.events { logger.debug("\(event.kind)", metadata: ["tag": "\(event.link?.vlan ?? 0)"]) }
    }

    // MARK: The port

    private func followPort() {
        var hasChanged = false
        while (try? monitor.next(until: .now)) != nil { hasChanged = true }
        if hasChanged { findPort() }
    }

    /// Opens the port where there is a new one of its name: a socket of the old one would be silent for ever.
    private func findPort() {
        guard let interfaces = try? Interfaces.all() else { return }
        let found = interfaces.first { $0.name == name && $0.flags.contains(.up) }
        if let port {
            if let found, UInt32(found.index) == port.index { return }
            countLost()
            poller.remove(port.socket.fileDescriptor)
            self.port = nil
            logger.notice("\(name) is gone")
        }
        guard let found else { return }
        do {
            let port = try AddressPort(found, queue: queue)
            try poller.addListener(port.socket.fileDescriptor, token: Self.portToken)
            self.port = port
            openings += 1
            closedLost = lost
            logger.notice("answering on \(name)", metadata: ["index": "\(found.index)"])
        } catch {
            logger.error("cannot answer on \(name)", metadata: ["error": "\(error)"])
        }
    }

    /// Frames that were lost on ports that are gone.
    private var closedLost = 0

    private func countLost() {
        guard let port, let statistics = try? port.socket.statistics() else { return }
        lost = closedLost + statistics.drops
    }
}

/// The monotonic clock, which is all that answers need: nothing they decide outlives a restart.
package struct AddressClock: Sendable {
    package init() {}
    package var now: Instant { Instant(nanoseconds: Int64(Clock.monotonic)) }
}
