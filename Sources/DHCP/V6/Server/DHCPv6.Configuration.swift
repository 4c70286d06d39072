package import Wire

extension DHCPv6 {
    /// What a server lends, to whom, and what it tells along with it.
    package struct Configuration: Sendable {
        /// What the server calls itself.
        package var serverIdentifier: DUID

        /// The links that are served, in the order that `Arrival.network` counts them.
        package var networks: [Network] = []

        /// Kinds of clients, at most 64; the first that fits wins where several tell the same option.
        package var classes: [ClientClass] = []

        /// What every client is told that asks, unless something closer to it says otherwise.
        package var options: [RawOption] = []

        /// How much the server wants to be the one, in Advertise messages; nil for not saying.
        package var preference: UInt8?

        package var limits = Limits()

        package init(serverIdentifier: DUID) {
            self.serverIdentifier = serverIdentifier
        }
    }

    /// What keeps one client, or many, from spoiling a server for the others.
    package struct Limits: Sendable {
        /// Messages that one client may send in a second, and how many at once.
        package var rate = 10
        package var burst = 20

        /// How many cells the counts of clients are kept in, a power of two: fewer if there are few clients.
        package var rateCells = 65_536

        /// Messages that one station on a link, or one relay agent's client link, may send in a second; nil for no limit.
        package var stationRate: Int?

        /// How many addresses and prefixes one station may have at a time; nil for no limit.
        package var leasesPerStation: Int?

        /// How many addresses one client may decline within `declineWindow`; more are taken for an attack, and ignored.
        package var declines = 3
        package var declineWindow: UInt32 = 600

        /// The share of a pool that may be quarantined, in hundredths.
        package var quarantineShare = 25

        /// For how long a declined address rests, in seconds.
        package var quarantine: UInt32 = 3600

        /// How many clients wait for a probe at a time; beyond it addresses are lent unprobed.
        package var probes = 1024

        /// How many leases there are at most, remembered ones included: IPv6 has pools that no memory holds.
        package var leases = 1_000_000

        package init() {}
    }

    /// Everything on one link, or behind relay agents that serve one link.
    package struct Network: Sendable {
        package var name: String
        package var subnets: [Subnet] = []
        package var options: [RawOption] = []

        /// What relay agents without an address on the link call it (Interface-Id).
        package var interfaceIdentifiers: [[UInt8]] = []

        /// Whether a Solicit that asks for it is answered by a lease at once.
        package var allowsRapidCommit = false

        /// Whether clients that accept Reconfigure messages get a key for them (RFC 8415, 20.4).
        package var allowsReconfigure = false

        package init(name: String) {
            self.name = name
        }
    }

    /// A prefix that is on the link, and how its addresses, and prefixes for those behind it, are lent.
    package struct Subnet: Sendable {
        package var prefix: IPv6Prefix
        package var pools: [Pool] = []
        package var prefixPools: [PrefixPool] = []
        package var reservations: [Reservation] = []
        package var options: [RawOption] = []
        package var times = LeaseTimes()

        /// How long to wait for whoever may have an address, in milliseconds, before it is offered for the first time; 0 for
        /// not asking.
        package var probeTime = 0

        package init(prefix: IPv6Prefix) {
            self.prefix = prefix
        }
    }

    /// Addresses that are lent to whoever comes.
    package struct Pool: Sendable {
        package var first: IPv6Address
        package var last: IPv6Address

        /// The classes of which a client must be one, as bits; 0 for all clients.
        package var classes: UInt64 = 0

        package init(first: IPv6Address, last: IPv6Address) {
            precondition(first <= last, "a pool begins before it ends")
            (self.first, self.last) = (first, last)
        }
    }

    /// Prefixes of one length that are delegated to whoever comes.
    package struct PrefixPool: Sendable {
        /// What they are parts of.
        package var prefix: IPv6Prefix

        /// How many bits each has.
        package var delegatedLength: Int

        /// How many bits of the first part of each are the link's to the requesting router (RFC 6603); nil for none.
        package var excludedLength: Int?

        package var classes: UInt64 = 0

        package init(prefix: IPv6Prefix, delegatedLength: Int) {
            precondition((prefix.length...128).contains(delegatedLength), "a part is longer than the whole")
            precondition(delegatedLength - prefix.length < 64, "a pool has fewer than 2^64 prefixes")
            (self.prefix, self.delegatedLength) = (prefix, delegatedLength)
        }
    }

    /// What one client gets that nobody else does.
    package struct Reservation: Sendable {
        package var match: Match
        package var address: IPv6Address?
        package var prefix: IPv6Prefix?
        package var hostName = ""
        package var options: [RawOption] = []

        package init(match: Match, address: IPv6Address? = nil, prefix: IPv6Prefix? = nil) {
            (self.match, self.address, self.prefix) = (match, address, prefix)
        }

        /// What the client is known by.
        package enum Match: Hashable, Sendable {
            case duid(DUID)
            /// As a relay agent saw it (RFC 6939), or the frame came from, or the DUID or the link-local address tells.
            case hardwareAddress(MACAddress)
            /// What the relay agent calls the port (Interface-Id).
            case interfaceIdentifier([UInt8])
            /// What the relay agent calls the circuit (Remote-Id), without the enterprise's number.
            case remoteIdentifier([UInt8])
            /// What the relay agent calls the subscriber (Subscriber-Id).
            case subscriberIdentifier([UInt8])
        }
    }

    /// How long addresses and prefixes are lent, in seconds; `UInt32.max` is for ever.
    package struct LeaseTimes: Sendable, Equatable {
        package var preferred: UInt32 = 2700
        package var valid: UInt32 = 3600
        /// When a client renews and rebinds; nil for a half and four fifths of the preferred time.
        package var renewal: UInt32?
        package var rebinding: UInt32?

        /// The share of a lease, in hundredths, within which a renewal changes nothing: the client is told what is left.
        package var calm: UInt32 = 0

        package init() {}
    }
}
