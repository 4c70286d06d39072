package import DHCP
package import DHCPServer
import Link
package import Wire

/// What answers one droplet: servers of its own, and what we are on its link.
package struct DropletConduct: Sendable {
    package private(set) var parameters: DropletParameters

    /// The VLAN tag that its port's frames carry between the bridge and us.
    package let tag: UInt16

    private var server4: DHCPv4.Server?
    private var server6: DHCPv6.Server?
    private var neighbor: NeighborLink
    private var limiter: RateLimiter

    /// What happened to the droplet's frames.
    package private(set) var tally = AddressTally()

    /// Makes what answers a droplet; `identity` is what we are on every link.
    package init(_ parameters: DropletParameters, tag: UInt16, as identity: HypervisorIdentity, at now: Instant) {
        precondition((1...4094).contains(tag), "a VLAN tag's identifier is 1 to 4094")
        (self.parameters, self.tag) = (parameters, tag)
        limiter = RateLimiter(rate: parameters.rate, burst: parameters.burst, cells: 1)
        neighbor = NeighborLink(responder: Self.responder(parameters, identity), advertiser: nil)
        update(parameters, as: identity, at: now)
    }

    /// Answers by other parameters from now on: what was advertised and is no longer so is taken back.
    package mutating func update(_ new: DropletParameters, as identity: HypervisorIdentity, at now: Instant) {
        if new.rate != parameters.rate || new.burst != parameters.burst {
            limiter = RateLimiter(rate: new.rate, burst: new.burst, cells: 1)
        }
        parameters = new
        server4 = new.configuration4.map { DHCPv4.Server($0, random: ConductRandom(seed: 1)) }
        server6 = new.configuration6(serverIdentifier: identity.serverIdentifier).map {
            DHCPv6.Server($0, random: ConductRandom(seed: 1))
        }
        var advertiser = neighbor.advertiser
        if let router = new.ipv6?.router, let address = new.ipv6?.routerAddress {
            if let old = advertiser, old.address == address, !old.isFinished {
                advertiser?.reconfigure(router, at: now.elapsed)
            } else {
                advertiser = RouterAdvertiser(router, from: address, identity.hardwareAddress, at: now.elapsed)
            }
        } else {
            advertiser?.stop(at: now.elapsed)
        }
        neighbor.update(responder: Self.responder(new, identity), advertiser: advertiser)
    }

    private static func responder(
        _ parameters: DropletParameters, _ identity: HypervisorIdentity
    ) -> NeighborResponder {
        // Of a droplet without IPv6 nobody is the router: its link-local address alone needs none.
        NeighborResponder(
            hardwareAddress: identity.hardwareAddress, addresses: parameters.ipv6?.routerAddresses ?? [],
            isRouter: parameters.ipv6?.router.map { $0.lifetime > 0 } ?? false)
    }

    /// Where the answers of DHCPv6 come from.
    package var routerAddress: IPv6Address { parameters.ipv6?.routerAddress ?? .hypervisorRouter }

    /// When `tick` is wanted.
    package var nextTick: Instant? { neighbor.nextTick }

    /// Sends what is due.
    package mutating func tick(at now: Instant, using random: inout ConductRandom, into outcome: inout Outcome) {
        let begin = outcome.events.count
        neighbor.tick(on: link, at: now, using: &random, into: &outcome)
        note(outcome, from: begin)
    }

    private var link: LinkIdentifier { LinkIdentifier(interfaceIndex: 0, vlan: tag) }

    /// Takes a frame that came by the droplet's port, and was read.
    package mutating func receive(
        _ frame: FrameReader.Frame, _ octets: RawSpan, isChecksumPartial: Bool, at now: Instant,
        using random: inout ConductRandom, into outcome: inout Outcome
    ) {
        tally.add(.received)
        guard frame.source == parameters.hardwareAddress else { return tally.drop("frame", "hardware-source") }
        guard limiter.allow(hash: 0, at: now) else { return tally.drop("frame", "rate-limit") }
        let begin = outcome.events.count
        switch frame.content {
        case .dhcpv4(let source, let target, let port, let payload):
            guard var server = server4, let ipv4 = parameters.ipv4 else { return tally.drop("frame", "no-ipv4") }
            guard source.isUnspecified || parameters.addresses4.contains(source) else {
                return tally.drop("frame", "source-address")
            }
            var arrival = Arrival(
                link: link, network: 0, hardwareSource: frame.source, source: IPv6Address(mapping: source),
                target: IPv6Address(mapping: target), sourcePort: port)
            arrival.localAddress = ipv4.server
            // A copy, which ends with the message: see the top of `DropletParameters+DHCP.swift`.
            server.receive(octets.extracting(payload), from: arrival, at: now, into: &outcome)
        case .dhcpv6(let source, let target, let port, let payload):
            guard var server = server6 else { return tally.drop("frame", "no-ipv6") }
            guard source.isLinkLocal || parameters.addresses6.contains(source) else {
                return tally.drop("frame", "source-address")
            }
            let arrival = Arrival(
                link: link, network: 0, hardwareSource: frame.source, source: source, target: target, sourcePort: port)
            server.receive(octets.extracting(payload), from: arrival, at: now, into: &outcome)
        case .neighbor:
            guard parameters.ipv6 != nil else { return tally.drop("frame", "no-ipv6") }
            _ = neighbor.receive(
                octets, isChecksumPartial: isChecksumPartial, on: link, at: now, using: &random, into: &outcome)
        case .arpReply: return tally.drop("frame", "arp")
        }
        note(outcome, from: begin)
    }

    /// Counts a frame that could not be read.
    package mutating func refuse(_ reason: StaticName) {
        tally.add(.received)
        tally.drop("frame", reason)
    }

    private mutating func note(_ outcome: Outcome, from begin: Int) {
        for event in outcome.events[begin...] { tally.count(event.kind) }
    }
}

/// What the hypervisor is on the link of each of its droplets.
package struct HypervisorIdentity: Equatable, Sendable {
    /// The gateway's, which is the same on every hypervisor, so that a droplet that moves finds the router it knows.
    package var hardwareAddress: MACAddress

    /// What the server of DHCPv6 is called, which is made of it.
    package var serverIdentifier: DUID

    package init(hardwareAddress: MACAddress) {
        self.hardwareAddress = hardwareAddress
        let octets = [UInt8](capacity: MACAddress.size) { hardwareAddress.write(to: &$0) }
        guard let identifier = DUID(.linkLayer(hardwareType: 1, address: octets)) else {
            preconditionFailure("a DUID has room for six octets")
        }
        serverIdentifier = identifier
    }
}
