/// Every address with every port, in a keyed order.
///
/// The order spreads the probes of a host, and of a network, evenly over the whole sweep: so does it spread load, and so
/// may any part of the sweep be held against any other to see whether answers get lost.
package struct ProbePlan: Sendable {
    package let addresses: AddressSpace
    /// Ports, or protocol numbers, in ascending order and without repeats.
    package let ports: [UInt16]

    private let order: Permutation
    private let portCount: UInt64
    /// The place of each port in `ports`; -1 for others.
    private let places: [Int32]

    /// A plan of at least one address and one port; traps if there are more than 2^62 pairs.
    package init(addresses: AddressSpace, ports: [UInt16], hash: KeyedHash) {
        precondition(addresses.count > 0 && !ports.isEmpty, "a plan has something to probe")
        let ports = Array(Set(ports)).sorted()
        var places = [Int32](repeating: -1, count: 1 << 16)
        for (place, port) in ports.enumerated() { places[Int(port)] = Int32(place) }
        (self.addresses, self.ports, self.places) = (addresses, ports, places)
        portCount = UInt64(ports.count)
        let (count, isTooMuch) = addresses.count.multipliedReportingOverflow(by: portCount)
        precondition(!isTooMuch, "a plan has at most 2^62 probes")
        order = Permutation(count: count, hash: hash)
    }

    /// How many probes there are.
    package var count: UInt64 { order.count }

    /// The address, by its number, and the port that come at `position`.
    @inline(__always)
    package func probe(at position: UInt64) -> (host: UInt64, port: UInt16) {
        let number = order(position)
        if portCount == 1 { return (number, ports[0]) }
        let (host, place) = number.quotientAndRemainder(dividingBy: portCount)
        return (host, ports[Int(place)])
    }

    /// Where an address and a port come; nil if they are not of the plan.
    @inline(__always)
    package func position(address: UInt128, port: UInt16) -> UInt64? {
        guard let host = addresses.number(of: address) else { return nil }
        let place = places[Int(port)]
        guard place >= 0 else { return nil }
        return order.position(of: host &* portCount &+ UInt64(place))
    }

    /// Where the pair of a host's number and a port's place comes.
    package func position(host: UInt64, place: Int) -> UInt64 {
        order.position(of: host &* portCount &+ UInt64(place))
    }
}
