/// All conversations, for those who try each: the fuzzer, the tests.
package enum ConversationList {
    package static var all: [any Conversation] {
        let host = "192.0.2.1"
        return [GreetingConversation()] + ProbeCatalogue.stream.map { $0.make(host) }
            + ProbeCatalogue.datagram.map { $0.make(host) }
            + [PostgreSQLStartup(hasTLS: true)]
    }
}
