/// ZooKeeper: the four-letter word `srvr`, the only one that is on by default since 3.5 (Administrator's Guide).
struct ZooKeeperConversation: Conversation {
    mutating func open() -> [UInt8] { Array("srvr".utf8) }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        if octets.starts("Zookeeper version: ") {
            guard let line = octets.line else { return .more }
            var identity = ServiceIdentity("zookeeper")
            identity.product = "Apache ZooKeeper"
            identity.version = Sanitizer.text(line.slice(19, 60).upTo(0x2C)).split(separator: "-").first.map(
                String.init)
            identity.platforms = [ServiceIdentity.platform("apache:zookeeper", identity.version)]
            return .found(identity)
        }
        if octets.starts("srvr is not executed because it is not in the whitelist") {
            var identity = ServiceIdentity("zookeeper")
            identity.product = "Apache ZooKeeper"
            return .found(identity)
        }
        return octets.count < 19 && Array("Zookeeper version: ".utf8).starts(with: octets) ? .more : .foreign
    }
}
