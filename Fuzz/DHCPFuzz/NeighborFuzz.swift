import Wire

/// Neighbor Discovery.
enum NeighborFuzz {
    static func run(_ octets: [UInt8]) {
        var rest = octets.span.octets
        guard let message = try? NDP.Message(reading: &rest) else { return }
        precondition(message.size == octets.count, "a message takes what it says")
        let again = written(message.size) { message.write(to: &$0, from: .any, to: .allNodes) }
        precondition(
            NDP.Message.isChecksumValid(again.span.octets, from: .any, to: .allNodes), "the checksum is right")
        rest = again.span.octets
        precondition((try? NDP.Message(reading: &rest)) == message, "it reads again as the same")
        for type in NDP.optionTypes { check(type, message.options) }
    }

    private static func check<Option: NDP.Option>(_: Option.Type, _ options: NDP.Options) {
        for raw in options.raw where raw.type == Option.type {
            guard let option = try? Option(readingAll: raw.value.span.octets) else { continue }
            let size = option.size
            let again = written(size) { option.write(to: &$0) }
            precondition(again.count == size, "an option takes what it says")
            precondition((try? Option(readingAll: again.span.octets)) == option, "it reads again as the same")
        }
    }
}
