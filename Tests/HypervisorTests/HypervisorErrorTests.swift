import Hypervisor
import Testing

@Suite("Hypervisor error")
struct HypervisorErrorTests {
    @Test func `it tells what was tried and what went wrong`() {
        let error = HypervisorError("connect to unix:/br0.mgmt", "no such file")
        #expect("\(error)" == "cannot connect to unix:/br0.mgmt: no such file")
    }
}
