import Wire

/// Reads any octets as what the first one picks, and holds what comes of it against what is promised.
///
/// libFuzzer calls it with inputs that it changes so that they reach more and more of the code.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    let octets = Array(input.dropFirst())
    switch choice & 31 {
    case 0: passThrough(MACAddress.self, octets)
    case 1: passThrough(IPv4Address.self, octets)
    case 2: passThrough(IPv6Address.self, octets)
    case 3: passThrough(VLANTag.self, octets)
    case 4: passThrough(EthernetHeader.self, octets)
    case 5: passThrough(LLCHeader.self, octets)
    case 6: passThrough(SNAPHeader.self, octets)
    case 7: passThrough(ARPPacket.self, octets)
    case 8: passThrough(IPv4Header.self, octets)
    case 9: passThrough(IPv6Header.self, octets)
    // What is reserved in a fragment header is passed over (RFC 8200, 4.5).
    case 10: passThrough(IPv6FragmentHeader.self, octets, reserved: [1: 0xFF, 3: 0x06])
    case 11: passThrough(ICMPv4Header.self, octets)
    case 12: passThrough(ICMPv6Header.self, octets)
    case 13: passThrough(UDPHeader.self, octets)
    case 14: passThrough(TCPHeader.self, octets)
    case 15: readOptions(octets)
    case 16: readExtensions(octets)
    case 17: readText(octets)
    case 18: sum(octets)
    case 19: dissect(octets, from: .ethernet)
    case 20: dissect(octets, from: .internetProtocol)
    case 21: dissect(octets, from: .etherType(.arp))
    default: return 0
    }
    return 0
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
