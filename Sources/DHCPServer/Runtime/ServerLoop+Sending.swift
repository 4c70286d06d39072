import DHCP
import Link
import Linux
import Wire

extension ServerLoop {
    /// Sends the transmissions of a batch that are promises, or those that are none: at once if they are few.
    func leave(_ batch: Outcome, promises: Bool) {
        guard !batch.transmissions.isEmpty else { return }
        guard departures.isEmpty, departures.allowance(at: Clock.monotonic) >= batch.transmissions.count else {
            return departures.add(batch, promises: promises)
        }
        departures.note(send(batch, batch.transmissions.indices, promises: promises))
    }

    /// Sends what may leave by now; all of it once the server drains.
    func depart() {
        guard !departures.isEmpty else { return }
        let allowance = departures.allowance(at: Clock.monotonic)
        var left = isDraining ? Int.max : allowance
        while left > 0, let group = departures.next(left) {
            let count = send(group.batch, group.range, promises: group.promises)
            departures.note(count)
            left -= count
        }
    }

    /// Sends those of a batch's transmissions in `range` that are promises, or those that are none; how many they were.
    private func send(_ batch: Outcome, _ range: Range<Int>, promises: Bool) -> Int {
        var count = 0
        outgoing.removeAll(keepingCapacity: true)
        var outgoing6: [OutgoingDatagram] = []
        for index in frames.keys { frames[index]?.removeAll(keepingCapacity: true) }
        for number in range where batch.transmissions[number].isPromise == promises {
            let transmission = batch.transmissions[number]
            count += 1
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
            tally.unsent &+= UInt64(datagramBatch.send(outgoing, of: batch.octets, to: datagrams))
        }
        if !outgoing6.isEmpty {
            tally.unsent &+= UInt64(datagramBatch.send(outgoing6, of: batch.octets, to: datagrams6))
        }
        for (index, numbers) in frames where !numbers.isEmpty {
            guard let port = ports[index] else {
                tally.unsent &+= UInt64(numbers.count)
                continue
            }
            do throws(LinkError) {
                try send(numbers, of: batch, on: port)
            } catch {
                // One that the interface refuses, since it is longer than the interface takes, must not cost the others theirs;
                // that some go twice does no harm.
                for number in numbers {
                    do throws(LinkError) { try send([number], of: batch, on: port) } catch { tally.unsent &+= 1 }
                }
            }
        }
        return count
    }

    /// Sends some of a batch's transmissions as frames.
    private func send(_ numbers: [Int], of batch: Outcome, on port: LinkPort) throws(LinkError) {
        let (transmissions, octets) = (batch.transmissions, batch.octets)
        try port.socket.send(count: numbers.count, until: .after(.milliseconds(20))) { place, frame in
            let transmission = transmissions[numbers[place]]
            FrameWriter.write(
                transmission, octets.span.octets.extracting(transmission.range), from: port.hardwareAddress,
                linkLocal: port.linkLocal, to: &frame)
        }
    }

    func probe(_ batch: Outcome) {
        for probe in batch.probes {
            guard let port = ports[probe.link.interfaceIndex] else { continue }
            if let address = probe.address.ipv6 { probe6(probe, address, on: port) }
            guard let address = probe.address.ipv4 else { continue }
            try? port.socket.send(count: 1, until: .now) { _, frame in
                FrameWriter.writeProbe(for: address, probe, from: port.hardwareAddress, to: &frame)
            }
        }
    }
}
