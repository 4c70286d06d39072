import PortScanner
import Testing

@Suite("Port set")
struct PortSetTests {
    @Test func `numbers come once and in order, and runs are written as runs`() {
        let set = PortSet([80, 22, 21, 80, 23, 65_535])
        #expect(Array(set) == [21, 22, 23, 80, 65_535])
        #expect(set.description == "21-23,80,65535")
        #expect(set.contains(65_535) && !set.contains(24))
    }
}
