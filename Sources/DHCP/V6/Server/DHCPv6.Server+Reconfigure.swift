package import Wire

extension DHCPv6 {
    /// Clients that were told to come again, and have not yet.
    struct ReconfigureTable: Sendable {
        struct Entry: Sendable {
            let client: DUID
            let address: IPv6Address
            let link: LinkIdentifier
            let type: MessageType
            let key: ReconfigureKey
            var attempts = 0
            var due: Instant
        }

        /// The most at one time.
        static let limit = 1024

        /// How often a client is told, and how long is waited the first time, in milliseconds (RFC 8415, 7.6).
        static let attempts = 8
        static let timeout = 2000

        private(set) var entries: [Entry] = []

        /// Adds a client, in the place of what it was told before; false if there are too many.
        mutating func add(_ entry: Entry) -> Bool {
            entries.removeAll { $0.client == entry.client }
            guard entries.count < Self.limit else { return false }
            entries.append(entry)
            return true
        }

        /// Notes that a client came: with what it was told to, or with a Rebind, which it may send for a Renew.
        mutating func answered(by client: DUID, with type: MessageType) {
            guard !entries.isEmpty else { return }
            entries.removeAll {
                $0.client == client && ($0.type == type || ($0.type == .renew && type == .rebind))
            }
        }

        var nextDue: Instant? { entries.min { $0.due < $1.due }?.due }

        /// Takes what is to be sent now; whoever was told often enough is given up.
        mutating func takeDue(at now: Instant) -> [Entry] {
            guard entries.contains(where: { $0.due <= now }) else { return [] }
            var due: [Entry] = []
            for index in entries.indices where entries[index].due <= now {
                if entries[index].attempts < Self.attempts { due.append(entries[index]) }
                entries[index].attempts += 1
                // Each wait is twice the one before (RFC 8415, 15).
                entries[index].due = now.advanced(byMilliseconds: Self.timeout << (entries[index].attempts - 1))
            }
            entries.removeAll { $0.attempts > Self.attempts }
            return due
        }
    }
}

extension DHCPv6.Server {
    /// Tells the client that has an address to come again, at once, and again until it does (RFC 8415, 18.3.11); false if it
    /// has not agreed to that, or is told already with many others.
    ///
    /// `type` is renew, rebind or information-request.
    package mutating func tellToReconfigure(
        _ address: IPv6Address, to type: DHCPv6.MessageType, on link: LinkIdentifier, at now: Instant
    ) -> Bool {
        guard let lease = table[LeaseAddress(address)], lease.isBound(at: now), let client = lease.client.duid,
            let key = DHCPv6.ReconfigureKey(lease.attachment)
        else { return false }
        return reconfiguring.add(
            DHCPv6.ReconfigureTable.Entry(
                client: client, address: address, link: link, type: type, key: key, due: now))
    }

    /// Sends the Reconfigure messages that are due.
    mutating func sendReconfigures(at now: Instant, into outcome: inout Outcome) {
        for entry in reconfiguring.takeDue(at: now) {
            var message = DHCPv6.Message(.reconfigure, transactionID: 0)
            message.options.append(DHCPv6.ClientIdentifier(entry.client))
            message.options.append(DHCPv6.ServerIdentifier(configuration.serverIdentifier))
            message.options.append(DHCPv6.ReconfigureMessage(entry.type))
            entry.key.sign(&message, replayDetection: UInt64(bitPattern: now.nanoseconds))
            outcome.send(
                .routed6(entry.address, port: DHCPv6.clientPort), on: entry.link, capacity: message.size
            ) { message.write(to: &$0) }
            outcome.events.append(
                ConductEvent(
                    .answered(message: "none", with: "RECONFIGURE"),
                    client: ClientIdentity(identityAssociation: 0, duid: entry.client),
                    address: LeaseAddress(entry.address), link: entry.link))
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
