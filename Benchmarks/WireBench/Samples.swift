import DHCP
import Wire

/// Octets to read, given as arguments `NAME=HEXADECIMAL`.
struct Samples {
    /// The one job that is wanted, if it is said.
    static let only = CommandLine.arguments.first { $0.hasPrefix("only=") }.map { String($0.dropFirst(5)) }

    private var octets: [String: [UInt8]] = [:]

    init(_ arguments: ArraySlice<String>) {
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "=") else { continue }
            let digits = argument[argument.index(after: equals)...].compactMap(\.hexDigitValue)
            octets[String(argument[..<equals])] = stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(digits[$0] << 4 | digits[$0 + 1])
            }
        }
    }

    subscript(name: String) -> [UInt8]? { octets[name] }
}

/// One header each; not inlined, so that the loop cannot keep anything.
extension WireBench {
    @inline(never)
    static func arp(_ octets: RawSpan) -> UInt64 {
        var rest = octets
        guard let packet = try? ARPPacket(reading: &rest) else { return 0 }
        let addresses = packet.senderHardwareAddress.rawValue ^ packet.targetHardwareAddress.rawValue
        return addresses ^ UInt64(packet.senderAddress.rawValue ^ packet.targetAddress.rawValue)
    }

    @inline(never)
    static func ipv6(_ octets: RawSpan) -> UInt64 {
        var rest = octets
        guard let header = try? IPv6Header(reading: &rest) else { return 0 }
        let addresses = header.source.rawValue ^ header.destination.rawValue
        return UInt64(truncatingIfNeeded: addresses) ^ UInt64(header.hopLimit) ^ UInt64(header.nextHeader.rawValue)
    }

    @inline(never)
    static func tcp(_ octets: RawSpan) -> UInt64 {
        var rest = octets
        guard let header = try? TCPHeader(reading: &rest) else { return 0 }
        var sum = UInt64(header.sequenceNumber) ^ UInt64(header.source.rawValue) << 16 ^ UInt64(header.flags.rawValue)
        var options = header.options.makeReader()
        while let option = try? options.next() {
            switch option {
            case .maximumSegmentSize(let size): sum ^= UInt64(size)
            case .windowScale(let shift): sum ^= UInt64(shift)
            case .timestamps(let value, _): sum ^= UInt64(value)
            default: sum ^= 1
            }
        }
        return sum
    }

    @inline(never)
    static func dhcp(_ octets: RawSpan) -> UInt64 {
        guard let view = try? DHCPv4.MessageView(reading: octets), let type = try? view.messageType else { return 0 }
        return UInt64(type.rawValue) ^ UInt64(view.header.yourAddress.rawValue)
    }
}
