import DHCP
import Link
import Linux
import Logging
import Wire

extension ServerLoop {
    /// Makes what the round decided durable, then sends it; nothing is sent of what could not be made durable.
    func flush() {
        defer { outcome.removeAll() }
        guard commit() else {
            outcome.dropTransmissions()
            return report()
        }
        send()
        probe()
        report()
    }

    private func commit() -> Bool {
        guard !outcome.changes.isEmpty || !unsaved.isEmpty else { return true }
        let begin = Clock.monotonic
        if !unsaved.isEmpty {
            outcome.changes = unsaved + outcome.changes
            unsaved = []
        }
        do throws(LeaseStoreError) {
            try store.commit(outcome.changes)
        } catch {
            tally.failedCommits &+= 1
            // Of each address only the last change counts, so that a disk that stays full does not fill the memory, too.
            var last: [LeaseAddress: LeaseChange] = [:]
            for change in outcome.changes { last[change.address] = change }
            unsaved = Array(last.values)
            logger.error(
                "leases cannot be written, nobody is answered that needs it", metadata: ["error": "\(error.reason)"])
            return false
        }
        notify()
        tally.commits &+= 1
        tally.changes &+= UInt64(outcome.changes.count)
        tally.commitTime &+= Clock.monotonic &- begin
        return true
    }

    private func send() {
        guard !outcome.transmissions.isEmpty else { return }
        outgoing.removeAll(keepingCapacity: true)
        var outgoing6: [OutgoingDatagram] = []
        for index in frames.keys { frames[index]?.removeAll(keepingCapacity: true) }
        for (number, transmission) in outcome.transmissions.enumerated() {
            switch transmission.target {
            case .routed(let address, let port):
                outgoing.append(
                    OutgoingDatagram(
                        range: transmission.range, target: SocketAddress(ipv4: address.rawValue, port: port),
                        source: SocketAddress(ipv4: 0, port: 67)))
            case .client, .client6, .neighbor: frames[transmission.link.interfaceIndex, default: []].append(number)
            case .routed6(let address, let port):
                outgoing6.append(
                    OutgoingDatagram(
                        range: transmission.range, target: SocketAddress(ipv6: address.rawValue, port: port),
                        source: SocketAddress(ipv6: 0, port: 547)))
            }
        }
        if !outgoing.isEmpty {
            tally.unsent &+= UInt64(batch.send(outgoing, of: outcome.octets, to: datagrams))
        }
        if !outgoing6.isEmpty {
            tally.unsent &+= UInt64(batch.send(outgoing6, of: outcome.octets, to: datagrams6))
        }
        for (index, numbers) in frames where !numbers.isEmpty {
            guard let port = ports[index] else {
                tally.unsent &+= UInt64(numbers.count)
                continue
            }
            do throws(LinkError) {
                try send(numbers, on: port)
            } catch {
                // One that the interface refuses, since it is longer than the interface takes, must not cost the others theirs;
                // that some go twice does no harm.
                for number in numbers {
                    do throws(LinkError) { try send([number], on: port) } catch { tally.unsent &+= 1 }
                }
            }
        }
    }

    /// Sends some of the outcome's transmissions as frames.
    private func send(_ numbers: [Int], on port: LinkPort) throws(LinkError) {
        let (transmissions, octets) = (outcome.transmissions, outcome.octets)
        try port.socket.send(count: numbers.count, until: .after(.milliseconds(20))) { place, frame in
            let transmission = transmissions[numbers[place]]
            FrameWriter.write(
                transmission, octets.span.octets.extracting(transmission.range), from: port.hardwareAddress,
                linkLocal: port.linkLocal, to: &frame)
        }
    }

    private func probe() {
        for probe in outcome.probes {
            guard let port = ports[probe.link.interfaceIndex] else { continue }
            if let address = probe.address.ipv6 { probe6(probe, address, on: port) }
            guard let address = probe.address.ipv4 else { continue }
            try? port.socket.send(count: 1, until: .now) { _, frame in
                FrameWriter.writeProbe(for: address, probe, from: port.hardwareAddress, to: &frame)
            }
        }
    }

    private func report() {
        traceEvents()
        for event in outcome.events {
            tally.count(event.kind)
            switch event.kind {
            case .dropped(let message, let reason):
                log(event, "\(message) dropped", ["reason": "\(reason)"])
            case .answered(let message, let answer): log(event, "\(message) answered with \(answer)", [:])
            case .taken(let message): log(event, "\(message) taken", [:])
            case .refused("answer-too-large"):
                logger.error(
                    "an answer found no room in what its client takes, which got a refusal instead",
                    metadata: [
                        "client": "\(event.client.map { "\($0)" } ?? "?")",
                        "advice": "see the options of its subnet, and what its relay agent adds",
                    ])
            case .refused(let reason): log(event, "refused", ["reason": "\(reason)"])
            case .lease(let address, let state, let reason):
                guard state == .declined else {
                    log(event, "lease \(state)", ["reason": "\(reason)"])
                    continue
                }
                logger.warning(
                    "an address is in use by somebody else",
                    metadata: [
                        "address": "\(address)", "reason": "\(reason)", "by": "\(event.hardwareAddress ?? .zero)",
                    ])
            }
        }
    }

    private func log(_ event: ConductEvent, _ message: @autoclosure () -> Logger.Message, _ metadata: Logger.Metadata) {
        guard logger.logLevel <= .debug else { return }
        var metadata = metadata
        if let client = event.client { metadata["client"] = "\(client)" }
        if let hardware = event.hardwareAddress { metadata["hardware"] = "\(hardware)" }
        if let address = event.address { metadata["address"] = "\(address)" }
        if let link = event.link, let port = ports[link.interfaceIndex] {
            metadata["interface"] = "\(port.name)\(link.vlan == 0 ? "" : ".\(link.vlan)")"
        }
        logger.debug(message(), metadata: metadata)
    }
}
