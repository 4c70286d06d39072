package import Wire

// The shape of a conduct
// ----------------------
// A conduct is what a server does, as a value, without sockets, clock or disk:
//
//     extension DHCPv4 {
//         package struct Server: Sendable {
//             init(configuration:, random:)
//             mutating func restore(_ lease: Lease, at now: Instant)                 // at start, for each lease of the store
//             mutating func receive(_ message: MessageView, from arrival: Arrival, at now: Instant, into outcome: inout Outcome)
//             mutating func tick(at now: Instant, into outcome: inout Outcome)       // timers: expiry, probes, advertisements
//             var nextTick: Instant?                                                 // when `tick` is wanted
//             mutating func reconfigure(_ configuration:, at now: Instant, into outcome: inout Outcome)
//         }
//     }
//
// The runtime around it does, over and over: take a batch of frames; call `receive` for each, and `tick` when it is due, into
// one `Outcome`; hand `outcome.changes` to the store in one commit; and only when that has returned, send
// `outcome.transmissions`, begin `outcome.probes`, count and log `outcome.events`. So
//   - a reply that depends on a lease leaves only after the commit of its batch, without the conduct doing anything about it;
//   - the conduct changes its own tables at once: the next message of the same batch sees them;
//   - if the commit fails, the transmissions of the batch are dropped, and the changes come before those of the next batch.
// Transmissions that promise nothing, such as offers, may leave before the commit, and the next batch may be decided on while
// one is under way; what depends on it waits all the same, since batches are committed, and answered, in their order.
// What never writes (DISCOVER, SOLICIT, INFORM, router advertisements) adds no changes, and a batch without changes costs
// no sync. Messages that a conduct must look at again later (after a probe) it copies and keeps, bounded, and answers from
// `tick` or `probeAnswered`.
//
// An `Outcome` is emptied and used again, so that a message that makes no lease allocates nothing.

/// An interface that frames come from and go to, with the VLAN that they are tagged with.
package struct LinkIdentifier: Hashable, Sendable, BitwiseCopyable {
    /// The kernel's number of the interface.
    package var interfaceIndex: UInt32

    /// The VLAN tag's identifier (VID), 1 to 4094; 0 for frames without a tag.
    package var vlan: UInt16

    package init(interfaceIndex: UInt32, vlan: UInt16 = 0) {
        (self.interfaceIndex, self.vlan) = (interfaceIndex, vlan)
    }
}

/// Where a message came from, beside what is in it.
package struct Arrival: Sendable {
    /// The link that it came on.
    package var link: LinkIdentifier

    /// Which of the configuration's networks is on that link, as its index in there; nil if none is, so that only relayed
    /// messages can be answered.
    package var network: Int?

    /// The frame's source; nil if the message came without a frame.
    package var hardwareSource: MACAddress?

    /// The packet's source and target; an IPv4 address in its mapped form.
    package var source: IPv6Address
    package var target: IPv6Address

    /// The port that it came from.
    package var sourcePort: UInt16

    /// The server's own IPv4 address on that link, or the one that it sends from; 0.0.0.0 if it has none.
    package var localAddress = IPv4Address.any

    package init(
        link: LinkIdentifier, network: Int?, hardwareSource: MACAddress?, source: IPv6Address, target: IPv6Address,
        sourcePort: UInt16
    ) {
        self.link = link
        self.network = network
        self.hardwareSource = hardwareSource
        self.source = source
        self.target = target
        self.sourcePort = sourcePort
    }
}

/// Octets to send, and where to: the runtime adds the headers.
package struct Transmission: Sendable {
    /// Where a message goes.
    package enum Target: Equatable, Sendable {
        /// DHCPv4 to a client on a link: a frame from port 67 to port 68, from `source`, the server's address on that link.
        case client(MACAddress, IPv4Address, source: IPv4Address)
        /// DHCPv4 through the kernel's routes, from port 67: to a relay agent's port 67, or a client's port 68.
        case routed(IPv4Address, port: UInt16)
        /// DHCPv6 to a node on a link, from port 547: a frame whose source is the link-local address of the interface.
        case client6(MACAddress, IPv6Address, port: UInt16)
        /// DHCPv6 through the kernel's routes, from port 547.
        case routed6(IPv6Address, port: UInt16)
        /// An ICMPv6 message on a link, its checksum not filled in; hop limit 255, from the link-local address unless `source`
        /// says otherwise.
        case neighbor(MACAddress, IPv6Address, source: IPv6Address?)
    }

    package var target: Target

    /// The link that it leaves on, and whose index a link-local address belongs to.
    package var link: LinkIdentifier

    /// Which octets of the outcome's `octets`.
    package var range: Range<Int>

    /// Whether it promises something, and so leaves only after the commit of its batch; an offer does not.
    package var isPromise: Bool

    package init(target: Target, link: LinkIdentifier, range: Range<Int>, isPromise: Bool = true) {
        (self.target, self.link, self.range, self.isPromise) = (target, link, range, isPromise)
    }
}

/// A question whether anybody on a link uses an address: ARP for IPv4, a neighbor solicitation for IPv6 (from ::).
package struct Probe: Equatable, Sendable {
    package var address: LeaseAddress
    package var link: LinkIdentifier
    /// Our address as ARP's sender, which matters for IPv4 only.
    ///
    /// 0.0.0.0 makes it a probe in the sense of RFC 5227.
    package var source: IPv4Address

    package init(address: LeaseAddress, link: LinkIdentifier, source: IPv4Address = .any) {
        (self.address, self.link, self.source) = (address, link, source)
    }
}

/// What a conduct wants done after a batch of events; see the top of this file.
package struct Outcome: Sendable {
    /// What must be durable before anything of this is sent.
    package var changes: [LeaseChange] = []

    /// What is sent, in this order.
    package private(set) var transmissions: [Transmission] = []

    /// The octets of all transmissions, one behind the other.
    package private(set) var octets: [UInt8] = []

    /// What is to be asked on links; answers come back through `probeAnswered`.
    package var probes: [Probe] = []

    /// What happened, for counters, logs and `leases --watch`.
    package var events: [ConductEvent] = []

    package init() {}

    /// Adds a transmission of at most `capacity` octets, which `write` appends.
    package mutating func send(
        _ target: Transmission.Target, on link: LinkIdentifier, capacity: Int, isPromise: Bool = true,
        _ write: (inout OutputSpan<UInt8>) -> Void
    ) {
        let start = octets.count
        octets.append(addingCapacity: capacity) { write(&$0) }
        transmissions.append(
            Transmission(target: target, link: link, range: start..<octets.count, isPromise: isPromise))
    }

    /// Whether there is anything in it that has to wait for a commit, of it or of one before.
    package var isPromise: Bool { !changes.isEmpty || transmissions.contains { $0.isPromise } }

    /// Adds what came later: changes, promises and events; what has left already, and probes, are not its any more.
    package mutating func append(_ later: Outcome) {
        changes += later.changes
        events += later.events
        for transmission in later.transmissions where transmission.isPromise {
            let start = octets.count
            octets += later.octets[transmission.range]
            var moved = transmission
            moved.range = start..<octets.count
            transmissions.append(moved)
        }
    }

    /// Empties everything, and keeps the memory.
    package mutating func removeAll() {
        changes.removeAll(keepingCapacity: true)
        transmissions.removeAll(keepingCapacity: true)
        octets.removeAll(keepingCapacity: true)
        probes.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
    }

    /// Takes back what was to be sent, since the commit failed; changes and events stay.
    package mutating func dropTransmissions() {
        transmissions.removeAll(keepingCapacity: true)
        octets.removeAll(keepingCapacity: true)
    }
}

/// Something that counters, logs and watchers are told of.
package struct ConductEvent: Sendable {
    /// What happened.
    package enum Kind: Sendable, Equatable {
        /// A message was answered; the names are those of the protocol's message types, as `DISCOVER`.
        case answered(message: StaticName, with: StaticName)
        /// A message was taken and needs no answer, as a RELEASE.
        case taken(message: StaticName)
        /// A message was not answered; each reason has one name that never changes, in words with hyphens.
        case dropped(message: StaticName, reason: StaticName)
        /// A client was refused what it asked for, as by a NAK; reasons are named as those of drops are.
        case refused(reason: StaticName)
        /// A lease became something else; `reason` says by what, as `decline`, `probe-conflict`, `expiry`.
        case lease(LeaseAddress, Lease.State, reason: StaticName)
    }

    package var kind: Kind
    /// Whom it was about, as far as that is known.
    package var client: ClientIdentity?
    package var hardwareAddress: MACAddress?
    package var address: LeaseAddress?
    package var link: LinkIdentifier?

    /// When the frame came, in nanoseconds since 1970, where somebody wants to know; else 0.
    package var arrival: UInt64 = 0

    package init(
        _ kind: Kind, client: ClientIdentity? = nil, hardwareAddress: MACAddress? = nil, address: LeaseAddress? = nil,
        link: LinkIdentifier? = nil
    ) {
        self.kind = kind
        self.client = client
        self.hardwareAddress = hardwareAddress
        self.address = address
        self.link = link
    }
}

/// A name that is written in the source, and so costs nothing to pass about: literals have no memory of their own.
package struct StaticName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let description: String

    package init(stringLiteral value: String) {
        description = value
    }
}
