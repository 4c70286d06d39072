/// svnserve: the greeting is a list of versions and abilities (Subversion's `protocol`).
struct SubversionConversation: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool { greeting.starts("( success ( ") }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard Self.claims(octets) else { return octets.count < 12 ? .more : .foreign }
        var identity = ServiceIdentity("svn")
        identity.product = "Subversion svnserve"
        identity.platforms = [ServiceIdentity.platform("apache:subversion", nil)]
        return .found(identity)
    }
}
