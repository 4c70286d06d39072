import Testing

@Suite("DHCPv6 server: simulation")
struct LeaseSimulationTests {
    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `no address is held by two, and none is lost, whatever the network and crashes do`(seed: UInt64) {
        var simulation = LeaseSimulation(seed: seed)
        simulation.run(steps: 1000)
        #expect(simulation.findings.isEmpty, "seed \(seed) at \(simulation.site.now): \(simulation.findings)")
        #expect(simulation.bindings > 100 && simulation.crashes > 5, "seed \(seed): enough happens")
    }

    @Test func `the same seed gives the same course`() {
        var one = LeaseSimulation(seed: 5)
        var other = LeaseSimulation(seed: 5)
        one.run(steps: 500)
        other.run(steps: 500)
        #expect(one.bindings == other.bindings && one.site.store == other.site.store && one.site.now == other.site.now)
    }
}
