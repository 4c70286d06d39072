import Wire

/// DNS, and names as text.
enum DNSFuzz {
    static func run(_ octets: [UInt8]) {
        var rest = octets.span.octets
        guard let message = try? DNSMessage(reading: &rest) else { return }
        // Names that were compressed may not fit any more; in no case do they take more than they may.
        let size = message.size
        precondition(size <= octets.count + DNSMessage.limit * 3 * DomainName.limit, "names are bounded")
        let records = message.answers + message.authorities + message.additional
        for name in message.questions.map(\.name) + records.map(\.name) {
            precondition(DomainName(name.description)?.octets == name.octets, "a name's text reads as the same")
        }
        let again = written(size) { message.write(to: &$0) }
        precondition(again.count == size, "a message takes what it says")
        rest = again.span.octets
        precondition((try? DNSMessage(reading: &rest)) == message, "it reads again as the same")
    }
}
