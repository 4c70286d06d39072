import DHCP
import Wire

/// Reads any octets as a message of one of the protocols here, and holds what comes of it against what is promised: what
/// is read is written in as many octets as it says, and reads again as the same.
///
/// The first octet chooses the protocol. libFuzzer calls it with inputs that it changes so that they reach more and more
/// of the code.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The fuzzer lends `count` octets for as long as the call takes.
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first, input.count <= 65_536 else { return 0 }
    let octets = Array(input.dropFirst())
    switch first {
    // What a server does with messages, and with what comes on a link.
    case 4: ServerFuzz6.run(octets)
    case 5: NeighborLinkFuzz.run(octets)
    case 6: ServerFuzz4.run(octets)
    case _ where first % 4 == 0: DHCPv4Fuzz.run(octets)
    case _ where first % 4 == 1: DHCPv6Fuzz.run(octets)
    case _ where first % 4 == 2: NeighborFuzz.run(octets)
    default: DNSFuzz.run(octets)
    }
    return 0
}

/// What `write` appends to `capacity` octets.
func written(_ capacity: Int, _ write: (inout OutputSpan<UInt8>) -> Void) -> [UInt8] {
    [UInt8](capacity: capacity, initializingWith: write)
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
