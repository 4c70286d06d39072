import DHCP
import Linux
import Settings
import Wire

/// What a configuration file says, value for value, before names are resolved and values compared with each other.
struct ConfigurationDraft: Sendable {
    var version: Int?
    var leases = "/var/lib/apus/dhcp.sqlite"
    var control = "/run/apus/dhcp.sock"
    var metrics: SocketAddress?
    var traces: String?
    var isAuthoritative = true
    var options = Options()
    var classes: [Named<Class>] = []
    var limits = Limits()
    var networks: [Named<Network>]?
    var dhcpv6 = ConfigurationDraft6.Server()

    /// Options by code; what a file gives under `custom` comes behind.
    struct Options: Sendable {
        var values: [DHCPv4.OptionCode: [UInt8]] = [:]
        var custom: [Placed<Custom>] = []

        subscript(code: DHCPv4.OptionCode) -> [UInt8]? {
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
        var flag: [UInt8]?
        var octet: [UInt8]?
        var short: [UInt8]?
        var number: [UInt8]?
    }

    struct Limits: Sendable {
        var rate = 10
        var burst = 20
        var declines = 3
        var declineWindow = Duration.seconds(600)
        var quarantine = Duration.seconds(3600)
        var quarantineShare = 25
        var offer = Duration.seconds(30)
        var queue = 8192
        var queueTime = Duration.seconds(3)
        var checksHardwareSource = true
    }

    struct Class: Sendable {
        var vendorClasses: [String] = []
        var userClasses: [String] = []
        var architectures: [ProcessorArchitecture] = []
        var hardwarePrefixes: [[UInt8]] = []
        var circuitIdentifiers: [[UInt8]] = []
        var remoteIdentifiers: [[UInt8]] = []
        var options = Options()
        var options6 = ConfigurationDraft6.Options()
        var boot: DHCPv4.Boot?
        var lease: Placed<Times>?
    }

    struct Network: Sendable {
        var interfaces: [Placed<Interface>] = []
        var server: Placed<IPv4Address>?
        var relays: [IPv4Address] = []
        var trustsRelayInformation = false
        var ignoresClientIdentifiers = false
        var allowsForceRenew = false
        var options = Options()
        var subnets: [Placed<Subnet>] = []
        var subnets6: [Placed<ConfigurationDraft6.Subnet>] = []
        var dhcpv6 = ConfigurationDraft6.Network()
        var router: Placed<ConfigurationDraft6.Router>?
    }

    struct Interface: Sendable, Hashable {
        var name: String?
        var vlan = 0
    }

    struct Subnet: Sendable {
        var prefix: IPv4Prefix?
        var pools: [Placed<Pool>] = []
        var reservations: [Named<Reservation>] = []
        var options = Options()
        var lease: Placed<Times>?
        var boot: DHCPv4.Boot?
        var allowsRapidCommit = false
        var probe = Duration.milliseconds(500)
    }

    struct Pool: Sendable {
        var range: AddressRange?
        var order = PoolAllocator.Order.sequential
        var classes: [Placed<String>] = []
    }

    struct AddressRange: Sendable, Equatable {
        var first: IPv4Address
        var last: IPv4Address
    }

    struct Reservation: Sendable {
        var hardware: MACAddress?
        var clientIdentifier: [UInt8]?
        var duid: DUID?
        var circuitIdentifier: [UInt8]?
        var remoteIdentifier: [UInt8]?
        var address: Placed<IPv4Address>?
        var hostName = ""
        var options = Options()
        var boot: DHCPv4.Boot?
    }

    /// Lease times; `maximum` and `minimum` are what a client may ask for.
    struct Times: Sendable {
        var standard = Duration.seconds(3600)
        var minimum: Duration?
        var maximum: Duration?
        var renew: Duration?
        var rebind: Duration?
        var calm = 0
        var isInfinite = false
    }
}
