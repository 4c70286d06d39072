import DHCP
import Link
import Linux
import Logging
import Reactor
import Wire

/// DHCPv6, router advertisement and neighbor discovery in the loop.
extension ServerLoop {
    /// The configuration as the conduct of DHCPv6 wants it: with a name for the server.
    static func named(_ configuration: ServerConfiguration, _ ports: some Collection<LinkPort>) -> DHCPv6.Configuration
    {
        var named = configuration.v6
        if let duid = configuration.duid ?? MachineIdentifier.duid() {
            named.serverIdentifier = duid
        } else if let port = ports.min(by: { $0.name < $1.name }) {
            // A machine without an identifier is known by an interface of its.
            let address = [UInt8](capacity: MACAddress.size) { port.hardwareAddress.write(to: &$0) }
            named.serverIdentifier = DUID(.linkLayer(hardwareType: 1, address: address)) ?? MachineIdentifier.none
        }
        return named
    }

    /// Whether anything of IPv6 is served, so that a socket is needed.
    static func servesIPv6(_ configuration: ServerConfiguration) -> Bool {
        configuration.v6.networks.contains { !$0.subnets.isEmpty }
    }

    /// Opens the socket for relayed messages, once there is a need for it.
    func openDatagrams6() {
        guard datagrams6 < 0, Self.servesIPv6(configuration) else { return }
        do throws(SystemError) {
            datagrams6 = try Socket.datagram(
                isIPv6: true, port: DHCPv6.serverPort, receiveBuffer: LinkPort.account(configuration.queue))
            try poller.addListener(datagrams6, token: Self.datagram6Token)
        } catch {
            logger.error("relay agents cannot be served", metadata: ["error": "\(error)"])
        }
    }

    /// Takes a message that came as a frame.
    func take6(
        _ octets: RawSpan, source: IPv6Address, target: IPv6Address, sourcePort: UInt16, station: MACAddress,
        on link: LinkIdentifier, network: Int, at now: Instant
    ) {
        let arrival = Arrival(
            link: link, network: network, hardwareSource: station, source: source, target: target,
            sourcePort: sourcePort)
        conduct6.receive(octets, from: arrival, at: now, into: &outcome)
    }

    /// Takes a datagram on an interface that no frames are taken from: of a relay agent.
    func take6(_ octets: RawSpan, _ datagram: IncomingDatagram, at now: Instant) {
        let arrival = Arrival(
            link: LinkIdentifier(interfaceIndex: datagram.interface), network: nil, hardwareSource: nil,
            source: IPv6Address(rawValue: datagram.source.bits), target: IPv6Address(rawValue: datagram.target),
            sourcePort: datagram.source.port)
        conduct6.receive(octets, from: arrival, at: now, into: &outcome)
    }

    /// Takes a frame with a message of neighbor discovery.
    func takeNeighbor(_ frame: RawSpan, isChecksumPartial: Bool, on link: LinkIdentifier, at now: Instant) {
        guard var neighbor = neighbors.removeValue(forKey: link) else { return tally.drop("ND", "not-served") }
        let result = neighbor.receive(
            frame, isChecksumPartial: isChecksumPartial, on: link, at: now, using: &random, into: &outcome)
        neighbors[link] = neighbor
        switch result {
        case .inUse(let address, let station), .tried(let address, let station):
            conduct6.probeAnswered(LeaseAddress(address), by: station, at: now, into: &outcome)
        case .send, .scheduled, .drop: break
        }
    }

    /// Makes what advertises and answers on each link be as the configuration and the interfaces are now.
    func refreshNeighbors() {
        var wanted: [LinkIdentifier: (LinkPort, Int)] = [:]
        for port in ports.values {
            for (vlan, network) in port.networks where servesNeighbors(network) {
                wanted[LinkIdentifier(interfaceIndex: port.index, vlan: vlan)] = (port, network)
            }
        }
        for link in neighbors.keys where wanted[link] == nil {
            // Whoever is a router no more says so, as long as there is a link to say it on.
            guard ports[link.interfaceIndex] != nil, neighbors[link]?.advertiser?.isFinished == false else {
                neighbors[link] = nil
                continue
            }
            neighbors[link]?.advertiser?.stop(at: clock.now.elapsed)
        }
        for (link, (port, network)) in wanted { refresh(link, port, network) }
    }

    private func servesNeighbors(_ network: Int) -> Bool {
        router(of: network) != nil
            || configuration.v6.networks.indices.contains(network)
                && !configuration.v6.networks[network].subnets.isEmpty
    }

    /// What is advertised on a network; nil if nothing is.
    func router(of network: Int) -> ServerConfiguration.Router? {
        configuration.routers.indices.contains(network) ? configuration.routers[network] : nil
    }

    private func refresh(_ link: LinkIdentifier, _ port: LinkPort, _ network: Int) {
        let router = router(of: network)
        let address = router?.address ?? port.linkLocal
        // The kernel answers for what it has; for what it has not, nobody else would.
        let own: Set<IPv6Address> = port.hasLinkLocal(address) ? [] : [address]
        let responder = NeighborResponder(
            hardwareAddress: port.hardwareAddress, addresses: own,
            isRouter: router.map { $0.configuration.lifetime > 0 } ?? false)
        var advertiser = neighbors[link]?.advertiser
        if let router {
            if let old = advertiser, old.address == address, old.hardwareAddress == port.hardwareAddress {
                advertiser?.reconfigure(router.configuration, at: clock.now.elapsed)
            } else {
                advertiser = RouterAdvertiser(
                    router.configuration, from: address, port.hardwareAddress, at: clock.now.elapsed)
            }
        } else {
            advertiser?.stop(at: clock.now.elapsed)
        }
        if neighbors[link] == nil {
            neighbors[link] = NeighborLink(responder: responder, advertiser: advertiser)
        } else {
            neighbors[link]?.update(responder: responder, advertiser: advertiser)
        }
    }

    /// Does what is due of IPv6.
    func tick6(at now: Instant) {
        if let next = conduct6.nextTick, next <= now { conduct6.tick(at: now, into: &outcome) }
        for link in neighbors.keys {
            guard let next = neighbors[link]?.nextTick, next <= now else { continue }
            neighbors[link]?.tick(on: link, at: now, using: &random, into: &outcome)
        }
    }

    /// When the next of it is due.
    var nextTick6: Instant? {
        var next = conduct6.nextTick
        for neighbor in neighbors.values {
            guard let due = neighbor.nextTick else { continue }
            next = next.map { min($0, due) } ?? due
        }
        return next
    }

    /// Says farewell as a router, which takes three seconds at most for each.
    func sayFarewell() {
        for link in neighbors.keys { neighbors[link]?.advertiser?.stop(at: clock.now.elapsed) }
        while let next = neighbors.values.compactMap(\.nextTick).min() {
            let left = next.nanoseconds &- clock.now.nanoseconds
            if left > 0 { _ = poller.wait(nanoseconds: UInt64(min(left, 50_000_000))) }
            for port in ports.values { _ = try? port.socket.poll { _, _ in } }
            tick6(at: clock.now)
            flush()
        }
    }

    /// Asks a link whether somebody has an IPv6 address.
    func probe6(_ probe: Probe, _ address: IPv6Address, on port: LinkPort) {
        guard let packet = neighbors[probe.link]?.responder.probe(for: address) else { return }
        let payload = [UInt8](capacity: packet.message.size) {
            packet.message.write(to: &$0, from: packet.source, to: packet.destination)
        }
        let transmission = Transmission(
            target: .neighbor(packet.hardwareDestination, packet.destination, source: packet.source), link: probe.link,
            range: 0..<payload.count)
        try? port.socket.send(count: 1, until: .now) { _, frame in
            FrameWriter.write(
                transmission, payload.span.octets, from: port.hardwareAddress, linkLocal: port.linkLocal, to: &frame)
        }
    }
}
