import DHCP
import Settings
import Wire

/// What a file says of DHCPv6 and router advertisement, value for value.
enum ConfigurationDraft6 {
    /// Options by code; what a file gives under `custom` comes behind.
    struct Options: Sendable {
        var values: [DHCPv6.OptionCode: [UInt8]] = [:]
        var custom: [Placed<Custom>] = []

        subscript(code: DHCPv6.OptionCode) -> [UInt8]? {
            get { values[code] }
            set { values[code] = newValue }
        }
    }

    /// An option by its number: one value, of one type.
    struct Custom: Sendable {
        var code: Int?
        var addresses: [UInt8]?
        var text: [UInt8]?
        var hex: [UInt8]?
        var names: [UInt8]?
    }

    /// What holds for all of a server.
    struct Server: Sendable {
        var identifier: DUID?
        var preference: Int?
        var options = Options()
        var stationRate: Int?
        var leasesPerStation: Int?
    }

    struct Subnet: Sendable {
        var prefix: IPv6Prefix?
        var pools: [Placed<Pool>] = []
        var prefixPools: [Placed<PrefixPool>] = []
        var reservations: [Named<Reservation>] = []
        var options = Options()
        var lease: Placed<Times>?
        var probe = Duration.zero
    }

    struct Pool: Sendable {
        var range: AddressRange?
        var classes: [Placed<String>] = []
    }

    struct AddressRange: Sendable, Equatable {
        var first: IPv6Address
        var last: IPv6Address
    }

    struct PrefixPool: Sendable {
        var prefix: IPv6Prefix?
        var length = 0
        var excluded: Int?
        var classes: [Placed<String>] = []
    }

    struct Reservation: Sendable {
        var duid: DUID?
        var hardware: MACAddress?
        var interfaceIdentifier: [UInt8]?
        var remoteIdentifier: [UInt8]?
        var subscriberIdentifier: [UInt8]?
        var address: Placed<IPv6Address>?
        var prefix: Placed<IPv6Prefix>?
        var hostName = ""
        var options = Options()
    }

    struct Times: Sendable {
        var valid = Duration.seconds(3600)
        var preferred: Duration?
        var renew: Duration?
        var rebind: Duration?
        var calm = 0
        var isInfinite = false
    }

    /// What a network adds to its subnets.
    struct Network: Sendable {
        var options = Options()
        var interfaceIdentifiers: [[UInt8]] = []
        var allowsRapidCommit = false
        var allowsReconfigure = false
    }

    struct Router: Sendable {
        var configuration = RouterConfiguration()
        var address: IPv6Address?
    }
}
