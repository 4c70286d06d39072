/// What is tried on a port: which conversations there are, and which come first on which port.
enum ProbeCatalogue {
    /// A conversation by its protocol.
    struct Entry: Sendable {
        let name: String
        /// Ports where it is tried first, and given time.
        let ports: Set<UInt16>
        /// Whether it is spoken inside of TLS, too.
        var isInTLS = false
        let make: @Sendable (_ host: String) -> any Conversation
    }

    /// TCP, in the order of how likely they are on a port of no meaning.
    static let stream: [Entry] = [
        Entry(name: "http", ports: [], isInTLS: true) { HTTPConversation(host: $0) },
        Entry(name: "redis", ports: [6379, 6380, 16379, 26379], isInTLS: true) { _ in RedisConversation() },
        Entry(name: "postgresql", ports: [5432, 5433]) { _ in PostgreSQLConversation() },
        Entry(name: "mongodb", ports: [27017, 27018, 27019], isInTLS: true) { _ in MongoDBConversation() },
        Entry(name: "memcached", ports: [11211]) { _ in MemcachedConversation() },
        Entry(name: "smb", ports: [445, 139]) { _ in SMBConversation() },
        Entry(name: "rdp", ports: [3389]) { _ in RDPConversation() },
        Entry(name: "ldap", ports: [389, 636, 3268, 3269], isInTLS: true) { _ in LDAPConversation() },
        Entry(name: "amqp", ports: [5671, 5672], isInTLS: true) { _ in AMQPConversation() },
        Entry(name: "mqtt", ports: [1883, 8883], isInTLS: true) { _ in MQTTConversation() },
        Entry(name: "dns", ports: [53, 853], isInTLS: true) { _ in DNSConversation(isStream: true) },
        Entry(name: "kafka", ports: [9092, 9093], isInTLS: true) { _ in KafkaConversation() },
        Entry(name: "zookeeper", ports: [2181]) { _ in ZooKeeperConversation() },
        Entry(name: "cassandra", ports: [9042], isInTLS: true) { _ in CassandraConversation() },
        Entry(name: "irc", ports: [194, 6660, 6665, 6666, 6667, 6668, 6669, 6697, 7000], isInTLS: true) { _ in
            IRCConversation()
        },
        Entry(name: "rtsp", ports: [554, 8554, 322]) { SessionTextConversation(kind: .rtsp, host: $0) },
        Entry(name: "sip", ports: [5060, 5061], isInTLS: true) { SessionTextConversation(kind: .sip, host: $0) },
        Entry(name: "rpcbind", ports: [111]) { _ in RPCBindConversation(isStream: true) },
        Entry(name: "x11", ports: Set(6000...6010)) { _ in X11Conversation() },
        Entry(name: "git", ports: [9418]) { _ in GitConversation() },
        Entry(name: "stun", ports: [3478, 5349], isInTLS: true) { _ in STUNConversation() },
        Entry(name: "epmd", ports: [4369]) { _ in ErlangConversation() },
    ]

    /// UDP: all are asked at once, since nobody answers what he does not know.
    static let datagram: [Entry] = [
        Entry(name: "dns", ports: [53, 5353, 5355]) { _ in DNSConversation(isStream: false) },
        Entry(name: "ntp", ports: [123]) { _ in NTPConversation() },
        Entry(name: "snmp", ports: [161, 162]) { _ in SNMPConversation() },
        Entry(name: "sip", ports: [5060]) { SessionTextConversation(kind: .sipDatagram, host: $0) },
        Entry(name: "tftp", ports: [69]) { _ in TFTPConversation() },
        Entry(name: "stun", ports: [3478, 19302]) { _ in STUNConversation() },
        Entry(name: "ssdp", ports: [1900]) { _ in SSDPConversation() },
        Entry(name: "netbios", ports: [137]) { _ in NetBIOSConversation() },
        Entry(name: "memcached", ports: [11211]) { _ in MemcachedConversation(isDatagram: true) },
        Entry(name: "rpcbind", ports: [111]) { _ in RPCBindConversation(isStream: false) },
    ]

    /// Printers print whatever they are sent: such ports are not asked unless the user wants it.
    static let printers: ClosedRange<UInt16> = 9100...9107

    /// The order for a port: those that are at home there first.
    static func order(_ protocol: ProbeProtocol, port: UInt16, isInTLS: Bool) -> [Entry] {
        let all = (`protocol` == .udp ? datagram : stream).filter { !isInTLS || $0.isInTLS }
        return all.filter { $0.ports.contains(port) } + all.filter { !$0.ports.contains(port) }
    }
}
