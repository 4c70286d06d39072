import DHCP
import Hypervisor
import Link
import ServiceAPI
import SwiftProtobuf
import Wire

/// Hands any frames to a hypervisor with two droplets, or reads any octets as a droplet's parameters.
///
/// Whatever comes by a droplet's port, an answer goes there alone, from the gateway, and can be read; parameters that are taken
/// can be served.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The fuzzer lends `count` octets for as long as the call takes.
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first, input.count <= 65_536 else { return 0 }
    if first == 0xFF { readParameters(Array(input.dropFirst())) } else { receive(input) }
    return 0
}

private let gateway = MACAddress(2, 0, 0, 0, 0, 1)

private func droplet(_ number: UInt8) -> DropletParameters? {
    var message = Apus_Hvaddr_V1_Parameters()
    message.port = "tap\(number)"
    message.mac = "02:00:00:00:01:0\(number)"
    message.ipv4.address = "192.0.2.1\(number)/24"
    message.ipv4.gateway = "192.0.2.1"
    message.ipv6.addresses = ["2001:db8::1\(number)/64", "2001:db8:1::1\(number)/64"]
    message.ipv6.delegatedPrefixes = ["2001:db8:\(number)00::/56"]
    message.ipv6.routerAdvertisement.onLink = true
    message.limits.perSecond = 10_000
    message.hostname = "web"
    return try? DropletParameters(reading: message)
}

/// Frames, each behind an octet that says the tag and the state of the sum, and two of its length.
private func receive(_ input: [UInt8]) {
    var conduct = AddressConduct(as: HypervisorIdentity(hardwareAddress: gateway), random: ConductRandom(seed: 1))
    var now = Instant(seconds: 1_700_000_000)
    for number: UInt8 in [1, 2] {
        guard let parameters = droplet(number) else { preconditionFailure("they are right") }
        conduct.set(parameters, tag: UInt16(number), at: now)
    }
    var rest = input[...]
    while rest.count >= 3 {
        let kind = rest[rest.startIndex]
        let length = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
        let frame = Array(rest.dropFirst(3).prefix(length))
        rest = rest.dropFirst(3 + length)
        now = now.advanced(byMilliseconds: Int(kind >> 3))
        var outcome = Outcome()
        let tag: UInt16? = kind & 3 == 3 ? nil : UInt16(kind & 3)
        conduct.receive(
            frame.span.octets, vlan: tag, checksum: kind & 4 == 0 ? .unknown : .valid, at: now, into: &outcome)
        for transmission in outcome.transmissions {
            precondition(conduct.isSendable(transmission), "droplets are on the link")
            if let tag { precondition(transmission.link.vlan == tag, "an answer goes to the port that asked") }
            let octets = [UInt8](capacity: AddressConduct.frameLimit) {
                conduct.write(transmission, of: outcome, to: &$0)
            }
            let ethernet = Dissection(octets.span.octets).ethernet
            precondition(ethernet?.source == gateway, "the gateway answers")
        }
        var due = Outcome()
        conduct.tick(at: now, into: &due)
        precondition(due.transmissions.allSatisfy { (1...2).contains($0.link.vlan) }, "advertisements go to droplets")
    }
}

/// A message as it comes over the wire.
private func readParameters(_ octets: [UInt8]) {
    guard let message = try? Apus_Hvaddr_V1_Parameters(serializedBytes: octets),
        let parameters = try? DropletParameters(reading: message)
    else { return }
    var conduct = AddressConduct(as: HypervisorIdentity(hardwareAddress: gateway), random: ConductRandom(seed: 1))
    let now = Instant(seconds: 1_700_000_000)
    conduct.set(parameters, tag: 1, at: now)
    var outcome = Outcome()
    conduct.tick(at: now, into: &outcome)
    let flows = DropletFlows(parameters, tag: 1, on: BridgePlan(gateway: gateway))
    precondition(flows.flows.allSatisfy { !$0.contains("\n") }, "a flow is one line")
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
