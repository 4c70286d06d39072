import DHCP
import Testing

@Suite("DHCPv4 simulation")
struct DHCPv4SimulationTests {
    @Test(arguments: UInt64(1)...60)
    func `no address is held by two, and no acknowledged lease is lost`(seed: UInt64) {
        var simulation = DHCPv4Simulation(seed: seed)
        simulation.run(steps: 3000)
        #expect(simulation.problem == nil, "seed \(seed)")
        #expect(simulation.acknowledged > 100)
        #expect(simulation.crashes > 3)
    }

    @Test(arguments: UInt64(1)...20)
    func `thousands of crashes, one in thirty steps, lose nothing that was acknowledged`(seed: UInt64) {
        var simulation = DHCPv4Simulation(seed: seed + 1000, crashPeriod: 30)
        simulation.run(steps: 4000)
        #expect(simulation.problem == nil, "seed \(seed + 1000)")
        #expect(simulation.acknowledged > 50)
        // Twenty of these are more than two thousand crashes.
        #expect(simulation.crashes > 100)
    }

    @Test func `without the sync, crashes lose leases, and the simulation sees it`() {
        let isSeen = (UInt64(1)...20).contains { seed in
            var simulation = DHCPv4Simulation(seed: seed, syncs: false)
            simulation.run(steps: 3000)
            return simulation.problem != nil
        }
        #expect(isSeen)
    }
}
