import DHCP
import Settings
import Wire

/// The forms of text that only IPv6 has.
enum ConfigurationForms6 {
    static let address = Schema<IPv6Address>.text(
        Form("an IPv6 address", examples: ["2001:db8::1"], pattern: "^[0-9A-Fa-f:.]+$"), write: { $0.description }
    ) { text throws(Refusal) in
        guard let address = IPv6Address(text) else {
            throw Refusal(text.contains("/") ? "leave out the prefix length" : nil)
        }
        return address
    }

    static let linkLocal = Schema<IPv6Address>.text(
        Form("a link-local address", examples: ["fe80::1"], pattern: "^[Ff][Ee][89AaBb][0-9A-Fa-f]:[0-9A-Fa-f:.]+$"),
        write: { $0.description }
    ) { text throws(Refusal) in
        guard let address = IPv6Address(text), address.isLinkLocal else { throw Refusal() }
        return address
    }

    static let prefix = Schema<IPv6Prefix>.text(
        Form("a prefix", examples: ["2001:db8:0:1::/64"], pattern: "^[0-9A-Fa-f:.]+/[0-9]{1,3}$"),
        write: { $0.description }
    ) { text throws(Refusal) in
        if let prefix = IPv6Prefix(text) { return prefix }
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let address = IPv6Address(String(parts[0])), let length = Int(parts[1]),
            (0...128).contains(length)
        else { throw Refusal() }
        throw Refusal("did you mean '\(IPv6Prefix(containing: address, length: length))'?")
    }

    /// The first and the last address, or a prefix.
    static let range = Schema<ConfigurationDraft6.AddressRange>.text(
        Form(
            "a range of addresses", examples: ["2001:db8:0:1::1000-2001:db8:0:1::1fff", "2001:db8:0:1:1::/80"],
            pattern: "^[0-9A-Fa-f:.]+ ?[-/] ?[0-9A-Fa-f:.]+$")
    ) { text throws(Refusal) in
        if let prefix = IPv6Prefix(text) {
            return ConfigurationDraft6.AddressRange(first: prefix.address, last: prefix.last)
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            IPv6Address(String(part.drop { $0 == " " }.prefix { $0 != " " }))
        }
        guard ends.count == 2, let first = ends[0], let last = ends[1] else { throw Refusal() }
        guard first <= last else { throw Refusal("did you mean '\(last)-\(first)'?") }
        return ConfigurationDraft6.AddressRange(first: first, last: last)
    }

    static let preference = Schema<NDP.RouterPreference>.text(
        Form("a preference", examples: ["high", "medium", "low"], pattern: "^(high|medium|low)$"),
        write: { $0 == .high ? "high" : $0 == .low ? "low" : "medium" }
    ) { text throws(Refusal) in
        switch text {
        case "high": return .high
        case "medium": return .medium
        case "low": return .low
        default: throw Refusal()
        }
    }

    /// A time in whole seconds, as lifetimes have it; `forever` is one, too.
    static let lifetime = ConfigurationForms.leaseTime.map { (time: Duration?) -> Lifetime in
        time.map { .seconds(UInt32(clamping: $0.components.seconds)) } ?? .infinite
    }
}
