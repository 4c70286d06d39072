import DHCP
import Wire

/// DHCPv4: the view and the value agree, and options with a type read as they were written.
enum DHCPv4Fuzz {
    static func run(_ octets: [UInt8]) {
        var rest = octets.span.octets
        guard let message = try? DHCPv4.Message(reading: &rest) else {
            precondition((try? DHCPv4.MessageView(reading: octets.span.octets).header) == nil, "neither reads it")
            return
        }
        let size = message.size
        let again = written(size) { precondition(message.write(to: &$0) == 0, "without a limit, all find room") }
        precondition(again.count == size, "a message takes what it says")
        rest = again.span.octets
        precondition((try? DHCPv4.Message(reading: &rest)) == message, "it reads again as the same")
        limited(message)
        do throws(WireError) {
            let view = try DHCPv4.MessageView(reading: octets.span.octets)
            for option in message.options.raw {
                precondition(view.has(option.code), "the view has each option")
                let value = try view.withValue(of: option.code) { [UInt8](copying: $0) }
                precondition(value == option.value, "the view's value is the same")
            }
        } catch {
            preconditionFailure("the view reads what the value does")
        }
        for type in DHCPv4.optionTypes { check(type, message.options) }
    }

    /// In little room, the first options are there and the last ones left out.
    private static func limited(_ message: DHCPv4.Message) {
        var left = 0
        let octets = written(DHCPv4.Message.minimumSize) {
            left = message.write(to: &$0, limit: DHCPv4.Message.minimumSize)
        }
        precondition(octets.count == DHCPv4.Message.minimumSize, "the limit is kept")
        var rest = octets.span.octets
        let again = try? DHCPv4.Message(reading: &rest)
        precondition(again?.options.raw == message.options.raw.dropLast(left), "the first options are there")
    }

    private static func check<Option: DHCPv4.Option>(_: Option.Type, _ options: DHCPv4.Options) {
        guard let value = options[Option.code], let option = try? Option(readingAll: value.span.octets) else { return }
        let size = option.size
        let again = written(size) { option.write(to: &$0) }
        precondition(again.count == size, "an option takes what it says")
        precondition((try? Option(readingAll: again.span.octets)) == option, "it reads again as the same")
        if let name = option as? DHCPv4.ClientFQDN { _ = name.name }
        if let vendor = option as? DHCPv4.VendorInformation { _ = vendor.fields }
        if let client = option as? DHCPv4.ClientIdentifier { _ = client.duid?.kind }
    }
}
