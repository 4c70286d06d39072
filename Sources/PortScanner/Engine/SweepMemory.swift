/// What a sweep knew when it was ended, so that another goes on where it was.
///
/// Answers are kept by their place in the sweep's order, with all that the order is made of: another sweep, whose hosts and
/// ports may be others and whose order is, finds its own by address and port.
package struct SweepMemory: Equatable, Sendable {
    /// Which sweep of its group it was.
    package var label: String
    package var addresses: AddressSpace
    package var ports: [UInt16]
    package var hash: KeyedHash
    /// Places before this one had their first try.
    package var asked: Int
    /// Whether it came to its end, and whether it left silence that is not believed.
    package var isWhole: Bool
    package var leavesUndecided: Bool
    package var evidence: [UInt8]
    package var timesToLive: [UInt8]
    /// Who answered in hosts' stead.
    package var reporters: [UInt128: UInt128]

    /// What `sweep` knows of `plan`.
    package init(
        _ sweep: borrowing Sweep, _ plan: ProbePlan, _ hash: KeyedHash, label: String, isWhole: Bool,
        reporters: [UInt128: UInt128] = [:]
    ) {
        (self.label, addresses, ports, self.hash) = (label, plan.addresses, plan.ports, hash)
        (asked, self.isWhole, leavesUndecided) = (sweep.asked, isWhole, sweep.leavesUndecided)
        evidence = (0..<sweep.count).map { sweep.outcome($0).evidence.rawValue }
        timesToLive = (0..<sweep.count).map { sweep.outcome($0).timeToLive }
        self.reporters = reporters
    }

    init(
        label: String, addresses: AddressSpace, ports: [UInt16], hash: KeyedHash, asked: Int, flags: UInt64,
        evidence: [UInt8], timesToLive: [UInt8], reporters: [UInt128: UInt128]
    ) {
        (self.label, self.addresses, self.ports, self.hash, self.asked) = (label, addresses, ports, hash, asked)
        (isWhole, leavesUndecided) = (flags & 1 != 0, flags & 2 != 0)
        (self.evidence, self.timesToLive, self.reporters) = (evidence, timesToLive, reporters)
    }

    /// Whether it is the end of the very sweep that is to be made: nothing is left to be asked.
    func settles(_ request: SweepRequest) -> Bool {
        isWhole && label == request.label && addresses == request.addresses
            && ports == Array(Set(request.ports)).sorted()
    }

    /// Tells a sweep what is known of its positions.
    func restore(_ sweep: inout Sweep, _ plan: ProbePlan, _ found: (Finding) -> Void) {
        guard addresses.isIPv6 == plan.addresses.isIPv6 else { return }
        let old = ProbePlan(addresses: addresses, ports: ports, hash: hash)
        for place in 0..<evidence.count {
            let answer = Evidence(rawValue: evidence[place])
            guard place < asked || answer != .none else { continue }
            let (host, port) = old.probe(at: UInt64(place))
            let address = addresses[number: host]
            guard let position = plan.position(address: address, port: port) else { continue }
            sweep.restore(Int(position), answer, timeToLive: timesToLive[place])
            guard answer != .none else { continue }
            found(
                Finding(
                    address: address, port: port, evidence: answer, timeToLive: timesToLive[place],
                    reporter: reporters[address]))
        }
    }

    /// Tells every probe's outcome, host by host and port by port.
    func collect(_ body: (Finding, _ isUndecided: Bool) -> Void) {
        let plan = ProbePlan(addresses: addresses, ports: ports, hash: hash)
        for host in 0..<addresses.count {
            let address = addresses[number: host]
            for (index, port) in plan.ports.enumerated() {
                let place = Int(plan.position(host: host, place: index))
                let answer = Evidence(rawValue: evidence[place])
                body(
                    Finding(
                        address: address, port: port, evidence: answer, timeToLive: timesToLive[place],
                        reporter: reporters[address]),
                    answer == .none && leavesUndecided)
            }
        }
    }
}
