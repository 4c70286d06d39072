package import Wire

extension DHCPv4 {
    /// What a server lends, to whom, and what it tells along with it.
    package struct Configuration: Sendable {
        /// The links that are served, in the order that `Arrival.network` counts them.
        package var networks: [Network] = []

        /// Kinds of clients, at most 64; the first that fits wins where several tell the same option.
        package var classes: [ClientClass] = []

        /// What every client is told that asks, unless something closer to it says otherwise.
        package var options: [RawOption] = []

        /// Whether the server speaks for its links: it refuses what it does not know of, in the place of silence.
        package var isAuthoritative = true

        /// Whether a client's identifier comes back in answers (RFC 6842).
        package var echoesClientIdentifier = true

        /// Whether a frame's source must be the client's hardware address.
        package var checksHardwareSource = true

        package var limits = Limits()

        package init() {}
    }

    /// What keeps one client, or many, from spoiling a server for the others.
    package struct Limits: Sendable {
        /// Messages that one client may send in a second, and how many at once.
        package var rate = 10
        package var burst = 20

        /// How many cells the counts of clients are kept in, a power of two: fewer if there are few clients.
        package var rateCells = 65_536

        /// How many addresses one client may decline within `declineWindow`; more are taken for an attack, and ignored.
        package var declines = 3
        package var declineWindow: UInt32 = 600

        /// The share of a pool that may be quarantined, in hundredths.
        package var quarantineShare = 25

        /// For how long a declined address rests, in seconds.
        package var quarantine: UInt32 = 3600

        /// For how long an offer is kept, in seconds.
        package var offer: UInt32 = 30

        /// How many clients wait for a probe at a time; beyond it addresses are offered unprobed.
        package var probes = 1024

        package init() {}
    }

    /// Everything on one link, or behind relay agents that serve one link (a "shared network").
    package struct Network: Sendable {
        package var name: String
        package var subnets: [Subnet] = []
        package var options: [RawOption] = []

        /// What the server calls itself on the link; nil for the address of the interface that a message came on.
        package var serverIdentifier: IPv4Address?

        /// Addresses of relay agents that are in none of the subnets.
        package var relays: [IPv4Address] = []

        /// Whether relay agent information is believed that comes without a relay agent's address, as snooping switches
        /// send it.
        package var trustsRelayInformation = false

        /// Whether clients are told by their hardware addresses alone, whatever identifiers they send.
        package var ignoresClientIdentifiers = false

        /// Whether clients that can check it get a nonce with their leases, so that they can be told to renew (RFC 6704).
        package var allowsForceRenew = false

        package init(name: String) {
            self.name = name
        }
    }

    /// A subnet, and how its addresses are lent.
    package struct Subnet: Sendable {
        package var prefix: IPv4Prefix
        package var pools: [Pool] = []
        package var reservations: [Reservation] = []
        package var options: [RawOption] = []
        package var times = LeaseTimes()
        package var boot: Boot?

        /// Whether a DISCOVER that asks for it is answered by an ACK at once (RFC 4039).
        package var allowsRapidCommit = false

        /// How long to wait for whoever may have an address, in milliseconds, before it is offered for the first time; 0 for
        /// not asking.
        package var probeTime = 0

        package init(prefix: IPv4Prefix) {
            self.prefix = prefix
        }
    }

    /// Addresses that are lent to whoever comes.
    package struct Pool: Sendable {
        package var first: IPv4Address
        package var last: IPv4Address
        package var order = PoolAllocator.Order.sequential

        /// The classes of which a client must be one, as bits; 0 for all clients.
        package var classes: UInt64 = 0

        package init(first: IPv4Address, last: IPv4Address) {
            precondition(first <= last, "a pool begins before it ends")
            (self.first, self.last) = (first, last)
        }
    }

    /// What one client gets that nobody else does.
    package struct Reservation: Sendable {
        package var match: Match
        package var address: IPv4Address?
        package var hostName = ""
        package var options: [RawOption] = []
        package var boot: Boot?

        package init(match: Match, address: IPv4Address?) {
            (self.match, self.address) = (match, address)
        }

        /// What the client is known by.
        package enum Match: Hashable, Sendable {
            case hardwareAddress(HardwareAddress)
            /// The option's value, type included.
            case clientIdentifier([UInt8])
            case duid(DUID)
            case circuitIdentifier([UInt8])
            case remoteIdentifier([UInt8])
        }
    }

    /// How long addresses are lent, in seconds; `UInt32.max` is for ever.
    package struct LeaseTimes: Sendable, Equatable {
        package var standard: UInt32 = 3600
        /// What a client may ask for.
        package var minimum: UInt32 = 60
        package var maximum: UInt32 = 86400
        /// When a client renews and rebinds; nil for a half and seven eighths.
        package var renewal: UInt32?
        package var rebinding: UInt32?

        /// The share of a lease, in hundredths, within which a renewal changes nothing: the client is told what is left.
        package var calm: UInt32 = 0

        package init() {}
    }

    /// What a client boots.
    package struct Boot: Sendable, Equatable {
        /// Where from (siaddr).
        package var server: IPv4Address?
        /// The name of that server (sname, option 66).
        package var serverName = ""
        /// A path on it, or a URL (file, option 67).
        package var file = ""

        package init() {}
    }
}
