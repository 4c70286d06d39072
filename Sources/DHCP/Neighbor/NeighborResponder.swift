package import Wire

/// Answers who asks for the addresses that we own, and for nobody else's (RFC 4861, 7.2.4).
package struct NeighborResponder: Sendable {
    /// The station that the addresses are at.
    package var hardwareAddress: MACAddress

    /// The addresses that are ours on the link.
    package var addresses: Set<IPv6Address>

    /// Whether we advertise ourselves as a router.
    package var isRouter: Bool

    package init(hardwareAddress: MACAddress, addresses: Set<IPv6Address>, isRouter: Bool) {
        self.hardwareAddress = hardwareAddress
        self.addresses = addresses
        self.isRouter = isRouter
    }

    /// The answer to a solicitation.
    package func answer(
        _ solicitation: NDP.NeighborSolicitation, in packet: NeighborPacket
    ) throws(NeighborDrop) -> NeighborPacket {
        let target = solicitation.target
        let isDetection = packet.source.isUnspecified
        if isDetection {
            guard packet.destination == target.solicitedNode, solicitation.options[.sourceLinkLayerAddress] == nil
            else { throw .unspecifiedSource }
        } else {
            guard packet.destination == target.solicitedNode || packet.destination == target else {
                throw .destination
            }
        }
        guard addresses.contains(target) else { throw .notOurs }
        guard !addresses.contains(packet.source) else { throw .ownSource }
        var advertisement = NDP.NeighborAdvertisement(
            target: target, flags: isRouter ? [.router, .override] : .override,
            options: NDP.Options(NDP.TargetLinkLayerAddress(hardwareAddress)))
        guard isDetection else {
            advertisement.flags.insert(.solicited)
            // To the station that asked, whatever address it says to have: an answer goes nowhere else.
            return NeighborPacket(
                from: hardwareAddress, target, to: packet.hardwareSource, packet.source,
                .neighborAdvertisement(advertisement))
        }
        // Whoever tries out an address has none to be answered at (RFC 4861, 7.2.4). The nonce, if there is one, tells
        // it its own questions (RFC 7527); an answer has none.
        return NeighborPacket(
            from: hardwareAddress, target, IPv6Address.allNodes, .neighborAdvertisement(advertisement))
    }

    /// What asks whether an address that is not ours is in use: a solicitation as in duplicate address detection
    /// (RFC 4862, 5.4.2), so that it tells no cache anything.
    package func probe(for address: IPv6Address) -> NeighborPacket {
        NeighborPacket(
            from: hardwareAddress, .any, address.solicitedNode,
            .neighborSolicitation(NDP.NeighborSolicitation(target: address)))
    }
}
