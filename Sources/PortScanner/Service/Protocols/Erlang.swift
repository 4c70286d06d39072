/// Erlang's port mapper: the names of the nodes that it knows (Erlang distribution protocol, NAMES_REQ).
package struct ErlangConversation: Conversation {
    package init() {}

    package mutating func open() -> [UInt8] { [0, 1, 0x6E] }

    package mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        // The mapper's own port, then a line for each node; the end of the stream is the end of the list.
        guard octets.count >= 4 else { return octets.first == 0 || octets.isEmpty ? .more : .foreign }
        return octets.count > 4 && !octets.starts("name ", at: 4) ? .foreign : .more
    }

    package mutating func end(_ octets: [UInt8]) -> ServiceIdentity? {
        guard let port = octets.big32(0), (1...65_535).contains(port) else { return nil }
        guard octets.count == 4 || octets.starts("name ", at: 4) else { return nil }
        var identity = ServiceIdentity("epmd")
        identity.product = "Erlang Port Mapper Daemon"
        let names = Array(octets.dropFirst(4)).lines.compactMap { line in
            line.split(separator: " ").dropFirst().first.map(String.init)
        }
        if !names.isEmpty { identity.extraInformation = "nodes: " + names.prefix(8).joined(separator: ", ") }
        identity.platforms = [ServiceIdentity.platform("erlang:erlang%2fotp", nil)]
        return identity
    }
}
