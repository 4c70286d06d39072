package import Settings

/// Where several servers keep the leases that they share: `etcd://HOST:PORT,HOST:PORT/NAME`.
package struct SharedLeases: Equatable, Sendable {
    /// etcd's members, each `HOST:PORT`.
    package let members: [String]
    /// What the leases are called; the servers that share them say the same.
    package let name: String

    /// Reads one; nil if the text is a file, which is anything that does not begin with `etcd:`.
    package static func read(_ text: String) throws(Refusal) -> SharedLeases? {
        guard text.hasPrefix("etcd:") else { return nil }
        guard text.hasPrefix("etcd://") else { throw Refusal("write etcd://HOST:PORT,HOST:PORT/NAME") }
        let parts = text.dropFirst("etcd://".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, isName(parts[1]) else {
            throw Refusal("behind the members stands a name of small letters, digits and '-', such as /lan")
        }
        let members = parts[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard members.allSatisfy(isMember) else { throw Refusal("a member of etcd is HOST:PORT") }
        return SharedLeases(members: members, name: String(parts[1]))
    }

    private static func isName(_ text: Substring) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { isSmallOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isMember(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return false
        }
        return colon > text.startIndex
    }

    private static func isSmallOrDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    /// A file, or a place that servers share.
    static let schema = Schema<String>.text(
        Form(
            "a file, or etcd://HOST:PORT,HOST:PORT/NAME",
            examples: ["/var/lib/apus/dhcp.sqlite", "etcd://192.0.2.1:2379,192.0.2.2:2379/lan"],
            pattern: "^[^\\u0000]+$"),
        write: { $0 }
    ) { text throws(Refusal) in
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Refusal() }
        _ = try read(text)
        return text
    }
}
