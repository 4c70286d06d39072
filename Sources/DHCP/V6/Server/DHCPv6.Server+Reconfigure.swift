package import Wire

extension DHCPv6 {
    /// What a client was told to do, and where it is.
    struct Reconfiguration: Sendable {
        let address: IPv6Address
        /// Nil if it is behind routers.
        let link: LinkIdentifier?
        let hardwareAddress: MACAddress
        let type: MessageType
        let key: ReconfigureKey

        /// Whether a message is what the client was told to send; for a Renew it may send a Rebind.
        func asks(for type: MessageType) -> Bool {
            self.type == type || (self.type == .renew && type == .rebind)
        }
    }
}

extension DHCPv6.Server {
    /// Tells the client that has an address to come again, at once, and again until it does (RFC 8415, 18.3.11); false if it
    /// has not agreed to that, or is told already with many others.
    ///
    /// `type` is renew, rebind or information-request.
    package mutating func tellToReconfigure(
        _ address: IPv6Address, to type: DHCPv6.MessageType, on link: LinkIdentifier?, at now: Instant
    ) -> Bool {
        guard let lease = table[LeaseAddress(address)], lease.isBound(at: now), let client = lease.client.duid,
            let key = DHCPv6.ReconfigureKey(lease.attachment)
        else { return false }
        return reconfiguring.add(
            client,
            DHCPv6.Reconfiguration(
                address: address, link: link, hardwareAddress: lease.hardwareAddress, type: type, key: key), at: now)
    }

    /// The network that an address belongs to; nil if none does.
    package func network(of address: IPv6Address) -> Int? { subnetState(of: address)?.network }

    /// Sends the Reconfigure messages that are due.
    mutating func sendReconfigures(at now: Instant, into outcome: inout Outcome) {
        for entry in reconfiguring.takeDue(at: now) {
            var message = DHCPv6.Message(.reconfigure, transactionID: 0)
            message.options.append(DHCPv6.ClientIdentifier(entry.client))
            message.options.append(DHCPv6.ServerIdentifier(configuration.serverIdentifier))
            let content = entry.content
            message.options.append(DHCPv6.ReconfigureMessage(content.type))
            content.key.sign(&message, replayDetection: UInt64(bitPattern: now.nanoseconds))
            // To the station itself, unless routers are between.
            let target: Transmission.Target =
                if content.link != nil, content.hardwareAddress != .zero {
                    .client6(content.hardwareAddress, content.address, port: DHCPv6.clientPort)
                } else {
                    .routed6(content.address, port: DHCPv6.clientPort)
                }
            let link = content.link ?? LinkIdentifier(interfaceIndex: 0)
            outcome.send(target, on: link, capacity: message.size) { message.write(to: &$0) }
            outcome.events.append(
                ConductEvent(
                    .answered(message: "none", with: "RECONFIGURE"),
                    client: ClientIdentity(identityAssociation: 0, duid: entry.client),
                    address: LeaseAddress(content.address), link: link))
        }
    }

    /// Whether the client is to have a key: when it takes a lease, and accepts Reconfigure messages.
    func wantsKey(_ query: DHCPv6.Query) -> Bool {
        query.acceptsReconfigure && configuration.networks[query.network].allowsReconfigure
            && (query.type == .request || query.type == .solicit)
    }

    /// Says that Reconfigure messages may come, and by what they are known.
    func appendKey(
        _ query: DHCPv6.Query, _ type: DHCPv6.MessageType, _ answers: [DHCPv6.Answer],
        at now: Instant, to options: inout DHCPv6.Options
    ) {
        guard query.acceptsReconfigure, configuration.networks[query.network].allowsReconfigure else { return }
        options.append(DHCPv6.ReconfigureAccept())
        guard type == .reply, wantsKey(query),
            let address = answers.lazy.flatMap(\.items).first(where: { $0.times.valid > 0 })?.address,
            let key = table[address].flatMap({ DHCPv6.ReconfigureKey($0.attachment) })
        else { return }
        options.append(key.option(replayDetection: UInt64(bitPattern: now.nanoseconds)))
    }
}
