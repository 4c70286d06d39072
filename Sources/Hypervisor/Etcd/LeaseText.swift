import DHCP
import Wire

/// A lease as text, which `etcdctl get` shows: `1 KIND CLIENT STATE EXPIRY CONTACT HARDWARE NAME ATTACHMENT`.
///
/// CLIENT and ATTACHMENT are hexadecimal, times are seconds since 1970 or `never`, what is empty is `-`.
enum LeaseText {
    static func key(_ address: LeaseAddress, in folder: String) -> String {
        let digits = String(address.rawValue, radix: 16)
        let width = address.family == .v4 ? 8 : 32
        let number = String(repeating: "0", count: width - digits.utf8.count) + digits
        return "\(folder)lease/\(address.family.rawValue)/\(number)/\(address.prefixLength)"
    }

    static func address(ofKey key: String) -> LeaseAddress? {
        let parts = key.split(separator: "/")
        guard parts.count >= 3, let length = Int(parts[parts.count - 1]),
            let value = UInt128(parts[parts.count - 2], radix: 16),
            let family = UInt8(parts[parts.count - 3]).flatMap({ LeaseAddress.Family(rawValue: $0) })
        else { return nil }
        switch family {
        case .v4: return UInt32(exactly: value).map { LeaseAddress(IPv4Address(rawValue: $0)) }
        case .v6: return LeaseAddress(IPv6Address(rawValue: value))
        case .prefix:
            guard (0...128).contains(length) else { return nil }
            return IPv6Prefix(IPv6Address(rawValue: value), length: length).map { LeaseAddress($0) }
        }
    }

    static func octets(_ lease: Lease) -> [UInt8] {
        let words = [
            "1", "\(lease.client.kind.rawValue)", hexadecimal(lease.client.octets), "\(lease.state.rawValue)",
            time(lease.expiry), time(lease.lastContact), String(lease.hardwareAddress.rawValue, radix: 16),
            lease.hostName.isEmpty ? "-" : lease.hostName, hexadecimal(lease.attachment),
        ]
        return Array(words.joined(separator: " ").utf8)
    }

    static func lease(_ octets: [UInt8], key: String) -> Lease? {
        let words = String(decoding: octets, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 9, words[0] == "1", let address = address(ofKey: key),
            let kind = UInt8(words[1]).flatMap({ ClientIdentity.Kind(rawValue: $0) }),
            let client = self.octets(words[2]).flatMap({ ClientIdentity(kind, $0.span.octets) }),
            (kind == .identityAssociation) == (address.family != .v4),
            kind != .identityAssociation || client.duid != nil,
            let state = UInt8(words[3]).flatMap({ Lease.State(rawValue: $0) }), state != .offered,
            let expiry = time(words[4]), let contact = time(words[5]),
            let hardware = UInt64(words[6], radix: 16), hardware >> 48 == 0,
            words[7].utf8.count <= Lease.hostNameLimit,
            let attachment = self.octets(words[8]), attachment.count <= Lease.attachmentLimit
        else { return nil }
        var lease = Lease(
            address, client: client, state: state, expiry: expiry, lastContact: contact,
            hardwareAddress: MACAddress(rawValue: hardware))
        lease.hostName = words[7] == "-" ? "" : String(words[7])
        lease.attachment = attachment
        return lease
    }

    private static func time(_ instant: Instant) -> String { instant == .never ? "never" : "\(instant.seconds)" }

    private static func time(_ text: Substring) -> Instant? {
        if text == "never" { return .never }
        // Up to the year 2262, which is where nanoseconds end.
        return Int64(text).flatMap { (0...9_223_372_036).contains($0) ? Instant(seconds: $0) : nil }
    }

    private static func hexadecimal(_ octets: [UInt8]) -> String {
        octets.isEmpty ? "-" : octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func octets(_ text: Substring) -> [UInt8]? {
        if text == "-" { return [] }
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let value = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            octets.append(value)
        }
        return octets
    }
}
