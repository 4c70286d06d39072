extension NDP.Message {
    /// Appends the message with the checksum that it has between two addresses; it must fit.
    public func write(
        to octets: inout OutputSpan<UInt8>, from source: IPv6Address, to destination: IPv6Address
    ) {
        let start = octets.count
        octets.append(type.rawValue)
        octets.append(0)
        octets.append(uint16: 0)
        switch self {
        case .routerSolicitation(let message): message.write(to: &octets)
        case .routerAdvertisement(let message): message.write(to: &octets)
        case .neighborSolicitation(let message): message.write(to: &octets)
        case .neighborAdvertisement(let message): message.write(to: &octets)
        case .redirect(let message): message.write(to: &octets)
        }
        let checksum = Self.checksum(of: octets.span.octets, droppingFirst: start, from: source, to: destination)
        octets.replace(uint16: checksum.value, at: start + 2)
    }

    /// Whether a message's checksum is right between two addresses (RFC 4443, 2.3).
    public static func isChecksumValid(
        _ octets: RawSpan, from source: IPv6Address, to destination: IPv6Address
    ) -> Bool {
        checksum(of: octets, droppingFirst: 0, from: source, to: destination).isValid
    }

    /// The sum over a message, which is behind `start`, and the pseudo-header before it.
    private static func checksum(
        of octets: RawSpan, droppingFirst start: Int, from source: IPv6Address, to destination: IPv6Address
    ) -> Checksum {
        let message = octets.extracting(droppingFirst: start)
        var checksum = Checksum(
            source: source, destination: destination, protocol: .icmpv6, length: message.byteCount)
        checksum.add(message)
        return checksum
    }
}
