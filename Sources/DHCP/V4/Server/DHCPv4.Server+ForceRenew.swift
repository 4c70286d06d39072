package import Wire

extension DHCPv4.Server {
    /// Tells the client that has an address to renew, at once, and again until it does (RFC 3203); false if it has got no nonce
    /// to check that by, or too many others are told already.
    ///
    /// `link` is where the client is; nil if it is behind routers.
    package mutating func tellToRenew(_ address: IPv4Address, on link: LinkIdentifier?, at now: Instant) -> Bool {
        let key = LeaseAddress(address)
        guard let lease = table[key], lease.isBound(at: now), DHCPv4.LeaseAttachment(lease.attachment).nonce != nil
        else { return false }
        return renewing.add(key, link, at: now)
    }

    /// The network that an address belongs to; nil if none does.
    package func network(of address: IPv4Address) -> Int? { subnetState(of: address)?.network }

    /// Sends the FORCERENEW messages that are due.
    mutating func sendForceRenews(at now: Instant, into outcome: inout Outcome) {
        for entry in renewing.takeDue(at: now) {
            guard let lease = table[entry.client], lease.isBound(at: now), let address = lease.address.ipv4,
                let network = network(of: address),
                let identifier = configuration.networks[network].serverIdentifier
            else { continue }
            let attachment = DHCPv4.LeaseAttachment(lease.attachment)
            guard let nonce = attachment.nonce else { continue }
            let header = DHCPv4.Header(
                operation: .reply, hardwareAddress: DHCPv4.HardwareAddress(lease.hardwareAddress),
                transactionID: UInt32.random(in: .min ... .max, using: &random))
            var message = DHCPv4.Message(.forceRenew, header: header)
            message.options.set(DHCPv4.ServerIdentifier(identifier))
            let octets = nonce.sign(message, replayDetection: UInt64(bitPattern: now.nanoseconds))
            // To the station itself, unless a relay agent is between.
            let isNear = attachment.relay == nil && lease.hardwareAddress != .zero
            let target: Transmission.Target =
                if entry.content != nil, isNear {
                    .client(lease.hardwareAddress, address, source: identifier)
                } else {
                    .routed(address, port: 68)
                }
            let link = entry.content ?? LinkIdentifier(interfaceIndex: 0)
            outcome.send(target, on: link, capacity: octets.count) { $0.append(copying: octets) }
            outcome.events.append(
                ConductEvent(
                    .answered(message: "none", with: "FORCERENEW"), client: lease.client,
                    hardwareAddress: lease.hardwareAddress, address: lease.address, link: link))
        }
    }

    /// What tells a client that it can be told to renew, or by what it knows that we tell it.
    func forceRenewOption(
        _ type: DHCPv4.MessageType, _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, _ lease: Lease?,
        at now: Instant
    ) -> DHCPv4.PlannedOption? {
        guard query.nonce != nil, let lease else { return nil }
        if type == .offer {
            return .raw(DHCPv4.RawOption(DHCPv4.ForceRenewNonceCapable(algorithms: [1])))
        }
        guard let nonce = DHCPv4.LeaseAttachment(lease.attachment).nonce else { return nil }
        return .raw(DHCPv4.RawOption(nonce.option(replayDetection: UInt64(bitPattern: now.nanoseconds))))
    }

    /// A nonce for a client that can check one and may need it; nil for others.
    mutating func nonce(
        for view: borrowing DHCPv4.MessageView, network: Int
    ) -> DHCPv4.ForceRenewNonce? {
        guard configuration.networks[network].allowsForceRenew,
            (try? view.read(DHCPv4.ForceRenewNonceCapable.self))?.algorithms.contains(1) == true
        else { return nil }
        return DHCPv4.ForceRenewNonce(using: &random)
    }
}
