import DHCP
import Wire

/// Reads a client's DHCPv4 message and offers it an address: `offer-an-address 0101…`, both in hexadecimal.
@main
enum OfferAnAddress {
    static func main() {
        let digits = CommandLine.arguments.dropFirst().joined().compactMap(\.hexDigitValue)
        let payload = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        do throws(WireError) {
            print(try answer(payload).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        } catch {
            print(error)
        }
    }

    /// The answer's octets; empty for what is no DHCPDISCOVER.
    static func answer(_ payload: [UInt8]) throws(WireError) -> [UInt8] {
        var octets = payload.span.octets
        let request = try DHCPv4.Message(reading: &octets)
        guard try request.options.read(DHCPv4.MessageType.self) == .discover else { return [] }
        var header = request.header
        header.operation = .reply
        header.yourAddress = IPv4Address(192, 0, 2, 7)
        var offer = DHCPv4.Message(.offer, header: header)
        offer.options.set(DHCPv4.ServerIdentifier(IPv4Address(192, 0, 2, 1)))
        offer.options.set(DHCPv4.LeaseTime(.seconds(3600)))
        return [UInt8](capacity: offer.size) { _ = offer.write(to: &$0) }
    }
}
